/* blas.h - OpenBLAS, loaded when products are to be formed.
 *
 * Not linked: its constructor wants hundreds of MB of address space and, where
 * a limit denies them, tries for ever. So --help works under any limit, and
 * what needs no product never loads it. */
#ifndef BLAS_H
#define BLAS_H

#include <cblas.h>
#include "base/die.h"

/* Address space: for the library and what it needs; for a buffer. It takes two
 * when it is loaded and one for each product under way. */
enum { BLAS_MB = 64, BLAS_BUFFER_MB = 128, BLAS_BUFFERS = 2 };

struct blas {
	int threads;                      /* may call sgemm at once */
	__typeof__(cblas_sgemm) *sgemm;
	void (*omp_threads)(int);         /* of the calling thread; or NULL */
	char *(*config)(void), *(*core)(void);
	/* its buffers, one for each product under way; or NULL */
	void *(*take)(int), (*give)(void *);
};

/* Ready for so many threads that call sgemm at once, each on its own, or for as
 * many as it was built for, if that is less. -1 with a reason where there is no
 * OpenBLAS or not enough address space. The first call must not run beside
 * another. */
int blas_load(struct blas *, int threads, struct why *);

#endif
