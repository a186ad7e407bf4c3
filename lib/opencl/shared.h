/* shared.h - what the kernels and those who start them must agree on: C and
 * OpenCL C, for kernels.cl is compiled with it in front. */
#ifndef OPENCL_SHARED_H
#define OPENCL_SHARED_H

enum {
	HEAD = 4,            /* ints of `now' before its lists */
	ROWS = 8,            /* of x that a group of a product takes */
	WORDS = 1024,        /* of the vocabulary that a group looks at */
};
/* What attention and convolutions look at. */
enum { OWN_SENTENCE, OWN_PAST, ALL_SOURCE };

#endif
