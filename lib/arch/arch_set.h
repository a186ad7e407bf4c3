/* arch_set.h - the architectures met so far, each once, in order of arrival.
 *
 * Zero-initialise, arch_set_free. Memory is checked as in mem.h. */
#ifndef ARCH_SET_H
#define ARCH_SET_H

#include "arch.h"

struct arch_set {
	struct arch *at;   /* [n] */
	size_t n, cap;
	size_t *slot;      /* [slots] 1 + index into at, 0 where free */
	size_t slots;
};

/* Index of the arch, or n where it is not in the set. */
size_t arch_set_find(const struct arch_set *, const struct arch *);
/* Append one that is not in the set; its index. */
size_t arch_set_add(struct arch_set *, const struct arch *);
void arch_set_free(struct arch_set *);

#endif
