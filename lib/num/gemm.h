/* gemm.h - matrix products on threads.
 *
 * fp32: the result is cut into tiles by its shape alone; each tile is one call
 * of a single-threaded BLAS, never split along the sum. bf16: see
 * gemm-bf16.c. */
#ifndef GEMM_H
#define GEMM_H

#include "tiles.h"

enum gemm_form {
	GEMM_NT,   /* c[m,n] = a[m,k] . b[n,k]^T */
	GEMM_NN,   /* c[m,n] = a[m,k] . b[k,n] */
	GEMM_TN,   /* c[m,n] = a[k,m]^T . b[k,n] */
};

/* In bf16 where num has scratch for it. */
void gemm(const struct num *, enum gemm_form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *);

/* gemm-bf16.c: the same there; the bytes of its scratch. */
void gemm_bf16(const struct num *, enum gemm_form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *);
size_t gemm_bf16_scratch(int threads);

#endif
