/* memleft.h - how much more memory this process may take.
 *
 * The least of what the machine has available, what the control groups around
 * the process leave (memory.max, memory.high; memory.limit_in_bytes and
 * memory.memsw.limit_in_bytes of version 1) and what ulimit -v and -d leave.
 * Pages of files that the kernel may drop do not count as taken. Swap does not
 * count as there: nothing here gets done in swap. */
#ifndef MEMLEFT_H
#define MEMLEFT_H

#include "die.h"

struct mem_left {
	double bytes;            /* INFINITY: nobody says */
	const char *by;          /* "the machine has" .. */
};
/* root: the folder that stands for "/"; "" but in tests. */
struct mem_left mem_left(const char *root);
/* Is there less left than so many bytes? Then -1, and the reason is "needs 3.1
 * GB of memory, the machine has 2.0 GB left". */
int mem_lacks(double bytes, struct why *);

#endif
