/* Loaded before a program (LD_PRELOAD), it sends it a signal (KILL_SIGNAL, else
 * SIGKILL) at its KILL_AT'th call that changes a file: between two such calls
 * the files stay as they are, so that these moments stand for all. Of a write
 * half is done before SIGKILL. Each call is noted in the file KILL_LOG, "write
 * NAME". */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Is this the call to be killed at? */
static int
is_last(const char *call, const char *path)
{
	static long calls;
	const char *at = getenv("KILL_AT"), *file = getenv("KILL_LOG");
	const char *slash = strrchr(path, '/');
	char line[512];

	int n = snprintf(line, sizeof line, "%s %s\n", call,
		slash ? slash + 1 : path);
	long fd = syscall(SYS_openat, AT_FDCWD, file ? file : "/dev/null",
		O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd >= 0) {
		syscall(SYS_write, fd, line, n);
		syscall(SYS_close, fd);
	}
	return at && ++calls == atol(at);
}

static int
signal_sent(void)
{
	const char *sig = getenv("KILL_SIGNAL");

	return sig ? atoi(sig) : SIGKILL;
}

static void
killed(void)
{
	syscall(SYS_kill, getpid(), signal_sent());
}

/* -> 0 if it is no plain file */
static int
fd_path(int fd, char *path, size_t size)
{
	struct stat st;
	char link[40];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, size - 1);
	path[n > 0 ? n : 0] = 0;
	return !fstat(fd, &st) && S_ISREG(st.st_mode);
}

ssize_t
write(int fd, const void *bytes, size_t n)
{
	char path[256];

	if (fd > 2 && fd_path(fd, path, sizeof path) &&
	    is_last("write", path)) {
		if (signal_sent() == SIGKILL)
			syscall(SYS_write, fd, bytes, n / 2);
		killed();
	}
	return syscall(SYS_write, fd, bytes, n);
}

int
open(const char *path, int flags, ...)
{
	va_list ap;

	va_start(ap, flags);
	int mode = flags & O_CREAT ? va_arg(ap, int) : 0;
	va_end(ap);
	if (flags & O_CREAT && is_last("open", path))
		killed();
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int
ftruncate(int fd, off_t size)
{
	char path[256];

	fd_path(fd, path, sizeof path);
	if (is_last("ftruncate", path))
		killed();
	return (int)syscall(SYS_ftruncate, fd, size);
}

int
fsync(int fd)
{
	char path[256];

	fd_path(fd, path, sizeof path);
	if (is_last("fsync", path))
		killed();
	return (int)syscall(SYS_fsync, fd);
}

int
rename(const char *from, const char *to)
{
	if (is_last("rename", to))
		killed();
	return (int)syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
}

int
unlink(const char *path)
{
	if (is_last("unlink", path))
		killed();
	return (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
}
