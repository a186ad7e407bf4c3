#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include "base/die.h"
#include "lock.h"

enum lock
lock_try(int fd)
{
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return LOCK_HELD;
	return errno == EWOULDBLOCK ? LOCK_BUSY : LOCK_UNKNOWN;
}

void
lock_missing(const char *path)
{
	static int said;   /* once a process: a training saves often */

	if (!said)
		warn("%s: no locks on this file system (%s): take care that "
			"no second process writes it", path, strerror(errno));
	said = 1;
}
