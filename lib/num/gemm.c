#include <cblas.h>
#include <stdlib.h>
#include <string.h>
#include "gemm.h"

enum { TILE_MAX = 512, TILE_MIN = 64, TILES_WANTED = 8 };

char *openblas_get_corename(void);

void
gemm_init(void)
{
	openblas_set_num_threads(1);
}

static int
pieces(int n, int size)
{
	return (n + size - 1) / size;
}

/* Tiles large enough to be fast, small enough that there are some to share. */
static void
tile_size(int m, int n, int *tm, int *tn)
{
	*tm = *tn = TILE_MAX;
	while (pieces(m, *tm) * pieces(n, *tn) < TILES_WANTED) {
		int cut_m = *tm > m ? m : *tm, cut_n = *tn > n ? n : *tn;
		if (cut_m <= TILE_MIN && cut_n <= TILE_MIN)
			break;
		if (cut_m >= cut_n)
			*tm = (cut_m / 2 + 15) / 16 * 16;
		else
			*tn = (cut_n / 2 + 15) / 16 * 16;
	}
}

void
gemm(const struct num *num, enum gemm_form form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	int add, const struct epilogue *e)
{
	int tm, tn;

	tile_size(m, n, &tm, &tn);
	int cols = pieces(n, tn), tiles = cols * pieces(m, tm);
#pragma omp parallel for schedule(dynamic) num_threads(num->threads) \
	if (tiles > 1 && num->threads > 1)
	for (int t = 0; t < tiles; t++) {
		int i = t / cols * tm, j = t % cols * tn;
		int im = m - i < tm ? m - i : tm, jn = n - j < tn ? n - j : tn;
		float *cp = c + (size_t)i * (size_t)ldc + j;
		cblas_sgemm(CblasRowMajor,
			form == GEMM_TN ? CblasTrans : CblasNoTrans,
			form == GEMM_NT ? CblasTrans : CblasNoTrans,
			im, jn, k, 1,
			form == GEMM_TN ? a + i : a + (size_t)i * (size_t)lda,
			lda,
			form == GEMM_NT ? b + (size_t)j * (size_t)ldb : b + j,
			ldb, add ? 1 : 0, cp, ldc);
		if (e && e->relu)
			num->k->bias_relu(im, jn, cp, (size_t)ldc,
				e->bias + j, e->drop,
				(uint32_t)i * (uint32_t)n + (uint32_t)j,
				(uint32_t)n);
		else if (e && e->bias)
			num->k->bias(im, jn, cp, (size_t)ldc, e->bias + j);
	}
}

const char *
num_blas(void)
{
	static _Thread_local char text[64];

	/* "OpenBLAS 0.3.21 ..." and the core whose kernels are in use */
	const char *config = openblas_get_config();
	size_t n = strcspn(config, " ");
	n += strcspn(config + n + (config[n] != 0), " ") + 1;
	memcpy(text, config, n < 40 ? n : 40);
	text[n < 40 ? n : 40] = 0;
	strcat(text, " ");
	strncat(text, openblas_get_corename(), 20);
	return text;
}

const char *
num_blas_slow(void)
{
	const char *core = openblas_get_corename();

	const char *name = num_init(1).k->name;

	if ((!strncmp(name, "avx512", 6) || !strcmp(name, "amx")) &&
	    strcmp(core, "SkylakeX") && strcmp(core, "Cooperlake") &&
	    strcmp(core, "SapphireRapids") && strcmp(core, "Zen4"))
		return getenv("OPENBLAS_CORETYPE") ?
			"OPENBLAS_CORETYPE forces kernels older than this CPU" :
			"OpenBLAS uses kernels older than this CPU";
	return NULL;
}
