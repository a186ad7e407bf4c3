/* gemm.h - matrix products on threads: the file that knows BLAS.
 *
 * The result is cut into tiles by its shape alone; each tile is one call of a
 * single-threaded BLAS, never split along the sum. */
#ifndef GEMM_H
#define GEMM_H

#include "nn.h"

enum gemm_form {
	GEMM_NT,   /* c[m,n] = a[m,k] . b[n,k]^T */
	GEMM_NN,   /* c[m,n] = a[m,k] . b[k,n] */
	GEMM_TN,   /* c[m,n] = a[k,m]^T . b[k,n] */
};

/* Keep BLAS from using threads of its own. */
void gemm_init(void);

/* What is done to a tile while it is in the cache. */
struct epilogue {
	const float *bias;   /* [n], or NULL */
	int relu;            /* then drop(max(x, 0)) */
	struct drop drop;
};

void gemm(const struct num *, enum gemm_form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	int add, const struct epilogue *);

#endif
