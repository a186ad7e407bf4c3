/* gemm.h - matrix products on threads.
 *
 * fp32: the result is cut into tiles by its shape alone; each tile is one call
 * of a single-threaded BLAS, never split along the sum. bf16: see
 * gemm-bf16.c. */
#ifndef GEMM_H
#define GEMM_H

#include "nn.h"

enum gemm_form {
	GEMM_NT,   /* c[m,n] = a[m,k] . b[n,k]^T */
	GEMM_NN,   /* c[m,n] = a[m,k] . b[k,n] */
	GEMM_TN,   /* c[m,n] = a[k,m]^T . b[k,n] */
};

/* What is done to a tile while it is in the cache. */
struct epilogue {
	const float *bias;   /* [n], or NULL */
	int relu;            /* then drop(max(x, 0)) */
	struct drop drop;
};

/* In bf16 where num has scratch for it. */
void gemm(const struct num *, enum gemm_form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *);

/* --- for gemm*.c --- */

/* c[m,n] in count tiles of tm x tn, columns beside each other. */
struct tiling {
	int m, n, tm, tn, columns, count;
};
/* At most largest^2 each, beginning at multiples of PANEL; so many wanted, if
 * they need not be tiny. */
struct tiling gemm_tiles(int m, int n, int largest, int wanted);
struct tile {
	int i, j, m, n;
};
struct tile gemm_tile(const struct tiling *, int which);
void gemm_finish(const struct num *, const struct epilogue *,
	const struct tile *, int n, float *c, int ldc);
void gemm_bf16(const struct num *, enum gemm_form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *);
size_t gemm_bf16_scratch(int threads);   /* bytes */

#endif
