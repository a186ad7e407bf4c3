/* threads.h - how many threads a program works with. */
#ifndef THREADS_H
#define THREADS_H

#include <stddef.h>

/* Address space in bytes: of all threads together, and of each beside its
 * stack. */
struct thread_room {
	size_t once, each;
};
/* What --threads says, but no more than there are CPUs; it is not looked
 * whether they fit. For 0 as many as CPUs and quota allow, can be started, and
 * take no more than half of the address space that is left: the rest is for
 * what they work on. At least one. Says so, unless quiet, where CPUs are left
 * without a thread. */
int threads_get(long wanted, struct thread_room, int quiet);

#endif
