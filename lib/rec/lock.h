/* lock.h - locks on open files, where the file system has such. */
#ifndef LOCK_H
#define LOCK_H

enum lock { LOCK_HELD, LOCK_BUSY, LOCK_UNKNOWN };

/* Without waiting: held until fd is closed, or another has it, or nobody
 * knows. */
enum lock lock_try(int fd);
/* Say once that there are no locks where path is. */
void lock_missing(const char *path);

#endif
