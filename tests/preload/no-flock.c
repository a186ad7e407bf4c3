/* Loaded before a program (LD_PRELOAD): a file system without flock. */
#include <errno.h>
#include <sys/file.h>

int
flock(int fd, int how)
{
	(void)fd;
	(void)how;
	errno = ENOSYS;
	return -1;
}
