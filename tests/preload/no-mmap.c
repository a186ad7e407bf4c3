/* Loaded before a program (LD_PRELOAD): a file system whose files cannot be
 * mapped. */
#include <dlfcn.h>
#include <errno.h>
#include <sys/mman.h>

typedef void *map(void *, size_t, int, int, int, off_t);

void *
mmap(void *at, size_t n, int how, int flags, int fd, off_t from)
{
	static map *real;

	if (fd >= 0 && !(flags & MAP_SHARED) && !(how & PROT_EXEC)) {
		errno = ENODEV;
		return MAP_FAILED;
	}
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "mmap");
	return real(at, n, how, flags, fd, from);
}
