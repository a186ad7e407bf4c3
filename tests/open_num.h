/* open_num.h - num_open for those who can't go on without. */
#ifndef TESTS_OPEN_NUM_H
#define TESTS_OPEN_NUM_H

#include "num/dispatch.h"
#include "num/nn.h"

static inline struct num
num_init(int threads, enum dtype products, const struct kernels *k)
{
	struct num num;
	struct why why;

	if (num_open(&num, threads, products, k, &why))
		die("%s", why.text);
	return num;
}

#endif
