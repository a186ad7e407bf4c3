/* blas.h - OpenBLAS, loaded when products are to be formed.
 *
 * Not linked: its constructor wants hundreds of MB of address space and, where
 * a limit denies them, tries for ever. So --help works under any limit, and
 * what needs no product never loads it. */
#ifndef BLAS_H
#define BLAS_H

#include <cblas.h>

struct blas {
	__typeof__(cblas_sgemm) *sgemm;
	void (*omp_threads)(int);         /* of the calling thread; or NULL */
	char *(*config)(void), *(*core)(void);
	/* its buffers, one for each product under way; or NULL */
	void *(*take)(int), (*give)(void *);
};

/* Ready for so many threads that call sgemm at once, each on its own. Dies
 * with a reason where there is no OpenBLAS or not enough address space, as for
 * memory. The first call must not run beside another. */
struct blas blas_load(int threads);

#endif
