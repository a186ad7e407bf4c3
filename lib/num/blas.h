/* blas.h - OpenBLAS, loaded when products are to be formed.
 *
 * Not linked: its constructor wants hundreds of MB of address space and, where
 * a limit denies them, tries for ever. So --help works under any limit, and
 * what needs no product never loads it. */
#ifndef BLAS_H
#define BLAS_H

#include <cblas.h>
#include "base/die.h"

struct blas {
	__typeof__(cblas_sgemm) *sgemm;
	void (*omp_threads)(int);         /* of the calling thread; or NULL */
	char *(*config)(void), *(*core)(void);
	/* its buffers, one for each product under way; or NULL */
	void *(*take)(int), (*give)(void *);
};

/* Ready for so many threads that call sgemm at once, each on its own. -1 with a
 * reason where there is no OpenBLAS or not enough address space. The first call
 * must not run beside another. */
int blas_load(struct blas *, int threads, struct why *);

#endif
