/* sizes.h - integers that become sizes in memory. */
#ifndef SIZES_H
#define SIZES_H

#include <stddef.h>

/* n as a size: products of such do not overflow. */
static inline size_t
size(int n)
{
	return (size_t)n;
}

static inline int
larger(int a, int b)
{
	return a > b ? a : b;
}

static inline size_t
most(size_t a, size_t b)
{
	return a > b ? a : b;
}

#endif
