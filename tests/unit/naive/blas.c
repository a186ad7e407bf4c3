/* A naive BLAS, so that tests of decoding, which compare it with the training
 * pass, run on a machine for which no OpenBLAS is at hand (make cross-tests):
 * in place of lib/num/blas.c. */
#include "num/blas.h"

static char *
name(void)
{
	static char text[] = "naive 0";

	return text;
}

/* c[m,n] = alpha a[m,k] b[k,n] + beta c, either turned; row-major. */
static void
sgemm(const CBLAS_LAYOUT layout, const CBLAS_TRANSPOSE ta,
	const CBLAS_TRANSPOSE tb, const blasint m, const blasint n,
	const blasint k, const float alpha, const float *a, const blasint lda,
	const float *b, const blasint ldb, const float beta, float *c,
	const blasint ldc)
{
	(void)layout;
	for (long i = 0; i < m; i++)
		for (long j = 0; j < n; j++) {
			float sum = 0, *to = c + i * ldc + j;
			for (long p = 0; p < k; p++)
				sum += (ta == CblasTrans ? a[p * lda + i] :
					a[i * lda + p]) *
					(tb == CblasTrans ? b[j * ldb + p] :
					b[p * ldb + j]);
			*to = alpha * sum + (beta == 0 ? 0 : beta * *to);
		}
}

int
blas_load(struct blas *b, int threads, struct why *why)
{
	(void)why;
	*b = (struct blas){ .threads = threads, .sgemm = sgemm, .config = name,
		.core = name };
	return 0;
}
