/* A naive BLAS, so that tests of decoding, which compare it with the training
 * pass, run on a machine for which no OpenBLAS is at hand (make cross-tests):
 * what lib/num/gemm.c calls of it. */
#include <cblas.h>

char *openblas_get_corename(void);

void
openblas_set_num_threads(int threads)
{
	(void)threads;
}

char *
openblas_get_config(void)
{
	static char text[] = "naive 0";

	return text;
}

char *
openblas_get_corename(void)
{
	return openblas_get_config();
}

/* c[m,n] = alpha a[m,k] b[k,n] + beta c, either turned; row-major. */
void
cblas_sgemm(const CBLAS_LAYOUT layout, const CBLAS_TRANSPOSE ta,
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
