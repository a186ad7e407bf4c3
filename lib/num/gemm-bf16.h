/* gemm-bf16.h - products of matrices in bf16, see gemm.h. */
#ifndef GEMM_BF16_H
#define GEMM_BF16_H

#include "gemm.h"

void gemm_bf16(const struct num *, enum gemm_form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *);
size_t gemm_bf16_scratch(int threads);   /* bytes */

#endif
