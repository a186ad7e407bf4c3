#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>
#include "descriptors.h"

int
write_all(int fd, const void *bytes, size_t n)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	const char *from = bytes;

	while (n) {
		ssize_t put = write(fd, from, n);
		if (put < 0 && errno == EAGAIN)
			poll(&p, 1, -1);
		else if (put < 0 && errno != EINTR)
			return -1;
		from += put > 0 ? put : 0;
		n -= put > 0 ? (size_t)put : 0;
	}
	return 0;
}

static ssize_t
print(void *none, const char *bytes, size_t n)
{
	(void)none;
	return write_all(1, bytes, n) ? 0 : (ssize_t)n;
}

static int
end_print(void *none)
{
	(void)none;
	return close(1);
}

/* The stream that comes with a process loses what does not fit at once. */
static void
wait_for_stdout(void)
{
	int flags = fcntl(1, F_GETFL);

	if (flags < 0 || !(flags & O_NONBLOCK) || flags & O_PATH)
		return;
	FILE *f = fopencookie(NULL, "w", (cookie_io_functions_t){
		.write = print, .close = end_print });
	if (!f)
		return;
	setvbuf(f, NULL, isatty(1) ? _IOLBF : _IOFBF, 1 << 16);
	stdout = f;
}

void
descriptors_secure(void)
{
	for (int fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* what is opened gets the lowest free number, which is fd */
		if (fd < 2 || open("/dev/null", O_WRONLY) < 0)
			open("/", O_PATH);
	}
	wait_for_stdout();
}
