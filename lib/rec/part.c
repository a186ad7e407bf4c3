#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/descriptors.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/sig.h"
#include "lock.h"
#include "part.h"

enum { RANDOM = 12, TRIES = 8 };
static const char END[] = ".part", LETTERS[] =
	"abcdefghijklmnopqrstuvwxyz234567";

/* What the names of a target's parts begin with. */
static char *
part_stem(const char *target)
{
	struct buf b = { 0 };
	const size_t most = NAME_MAX - RANDOM - strlen(END) - 2;

	buf_printf(&b, ".%.*s.", (int)most, path_file(target));
	return b.data;
}

static char *
part_name(const char *folder, const char *stem)
{
	unsigned char r[RANDOM];
	struct buf b = { 0 };

	if (getrandom(r, sizeof r, 0) != sizeof r)
		die("no random numbers for a file's name: %s",
			strerror(errno));
	buf_printf(&b, "%s/%s", folder, stem);
	for (int i = 0; i < RANDOM; i++)
		buf_add(&b, &LETTERS[r[i] % 32], 1);
	buf_str(&b, END);
	return b.data;
}

static int
is_part(const char *name, const char *stem)
{
	size_t n = strlen(stem);

	return strlen(name) == n + RANDOM + strlen(END) &&
		!memcmp(name, stem, n) &&
		strspn(name + n, LETTERS) == RANDOM &&
		!strcmp(name + n + RANDOM, END);
}

/* Is somebody writing this part? What is ours and nobody's is removed. */
static int
part_in_use(const char *path)
{
	const int how = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	struct stat st;
	int fd = open(path, O_RDWR | how);   /* NFS wants that for a lock */

	if (fd < 0)
		fd = open(path, O_RDONLY | how);
	if (fd < 0)
		return 0;
	enum lock lock = fstat(fd, &st) || !S_ISREG(st.st_mode) ?
		LOCK_UNKNOWN : lock_try(fd);
	if (lock == LOCK_HELD && st.st_uid == geteuid())
		unlink(path);
	close(fd);
	return lock == LOCK_BUSY;
}

/* Another part of the target that is being written, or NULL; caller frees. */
static char *
other_part(const char *folder, const char *stem, const char *own)
{
	const struct dirent *e;
	DIR *d = opendir(folder);
	struct buf b = { 0 };

	while (d && (e = readdir(d))) {
		if (!is_part(e->d_name, stem))
			continue;
		buf_clear(&b);
		buf_printf(&b, "%s/%s", folder, e->d_name);
		if (!strcmp(b.data, own) || !part_in_use(b.data))
			continue;
		closedir(d);
		return b.data;
	}
	if (d)
		closedir(d);
	buf_free(&b);
	return NULL;
}

static _Noreturn void
fail(const char *shown, const char *folder)
{
	if (errno == ENOENT)
		die("%s: %s: there is no folder %s", shown,
			strerror(errno), folder);
	if (errno == EACCES || errno == EPERM || errno == EROFS)
		die("%s: may not write into the folder %s: %s", shown, folder,
			strerror(errno));
	die("%s: %s", shown, strerror(errno));
}

/* A part of its own, open and locked. 0, or -1 where somebody took it for a
 * dead one's before it was locked. */
static int
part_make(struct part *p, const char *shown, const char *folder,
	const char *stem, const struct stat *old)
{
	struct stat st;

	p->path = part_name(folder, stem);
	p->handle = sig_part_add(p->path);
	p->fd = open(p->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW |
		O_CLOEXEC, old ? 0600 : 0666);
	if (p->fd < 0)
		fail(shown, folder);
	switch (lock_try(p->fd)) {
	case LOCK_HELD:
		return fstat(p->fd, &st) || !st.st_nlink ? -1 : 0;
	case LOCK_BUSY:
		return -1;
	default:
		lock_missing(shown);
		return 0;
	}
}

/* Two that begin at once see each other: they go back a random while. */
static void
back_off(struct part *p)
{
	unsigned r = 0;

	unlink(p->path);
	part_close(p);
	(void)!getrandom(&r, sizeof r, 0);
	struct timespec t = { 0, (long)(r % 30000000) };
	nanosleep(&t, NULL);
}

/* Those of the file that it shall replace; the owner, if we may. */
static void
take_rights(const struct part *p, const char *shown, const struct stat *old)
{
	/* before the mode, of which a change may take away */
	if (fchown(p->fd, old->st_uid, old->st_gid))
		(void)!fchown(p->fd, (uid_t)-1, old->st_gid);
	if (fchmod(p->fd, old->st_mode & 07777))
		die("%s: %s", shown, strerror(errno));
}

void
part_open(struct part *p, const char *shown, const char *target,
	const struct stat *old)
{
	char *folder = path_folder(target), *stem = part_stem(target);
	char *other = NULL;
	int failed = 0;

	for (int i = 0; i < TRIES; i++) {
		free(other);
		other = NULL;
		failed = part_make(p, shown, folder, stem, old);
		if (!failed && !(other = other_part(folder, stem, p->path)))
			break;
		if (other && sig_part_is(other))
			die("%s: is named for two outputs", shown);
		back_off(p);
	}
	if (failed || other)
		die("%s: another process is writing it", shown);
	if (old)
		take_rights(p, shown, old);
	free(folder);
	free(stem);
}

/* A file that is mounted in its place can't be replaced: its content is. */
static int
overwrite(const struct part *p, const char *target)
{
	char bytes[1 << 16];
	int fd = open(target, O_WRONLY | O_TRUNC | O_CLOEXEC);
	ssize_t n = -1;
	off_t at = 0;

	if (fd < 0)
		return -1;
	while ((n = pread(p->fd, bytes, sizeof bytes, at)) > 0) {
		if (write_all(fd, bytes, (size_t)n))
			break;
		at += n;
	}
	int failed = n || fsync(fd);
	if (close(fd) || failed)
		return -1;
	return unlink(p->path);
}

int
part_move(const struct part *p, const char *target)
{
	if (rename(p->path, target))
		return errno == EBUSY ? overwrite(p, target) : -1;
	/* make it durable */
	char *folder = path_folder(target);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
	return 0;
}

void
part_close(struct part *p)
{
	close(p->fd);
	sig_part_done(p->handle);
	free(p->path);
	*p = (struct part){ .fd = -1, .handle = -1 };
}
