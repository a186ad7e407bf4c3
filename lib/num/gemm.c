#include <stdlib.h>
#include <string.h>
#include "base/team.h"
#include "blas.h"
#include "gemm.h"

enum { TILE_MAX = 512, TILES_WANTED = 8 };

/* A product for those who form its tiles. */
struct product {
	const struct num *num;
	enum gemm_form form;
	struct tiling t;
	int k, lda, ldb, ldc;
	enum store add;
	const float *a, *b;
	float *c;
	const struct epilogue *e;
};

static void
form_tile(void *arg, int tile, int me)
{
	const struct product *p = arg;
	struct tile at = gemm_tile(&p->t, tile);
	size_t i = (size_t)at.i, j = (size_t)at.j;
	float *c = p->c + i * (size_t)p->ldc + j;
	const struct blas *blas = p->num->blas;

	(void)me;
	/* a thread that OpenMP has not seen has all cores in its eyes */
	if (blas->omp_threads)
		blas->omp_threads(1);
	blas->sgemm(CblasRowMajor,
		p->form == GEMM_TN ? CblasTrans : CblasNoTrans,
		p->form == GEMM_NT ? CblasTrans : CblasNoTrans,
		at.m, at.n, p->k, 1,
		p->form == GEMM_TN ? p->a + i : p->a + i * (size_t)p->lda,
		p->lda,
		p->form == GEMM_NT ? p->b + j * (size_t)p->ldb : p->b + j,
		p->ldb, p->add ? 1 : 0, c, p->ldc);
	gemm_finish(p->num, p->e, &at, p->t.n, c, p->ldc);
}

static void
gemm_fp32(const struct num *num, enum gemm_form form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *e)
{
	struct product p = { num, form,
		gemm_tiles(m, n, TILE_MAX, TILES_WANTED), k, lda, ldb, ldc,
		add, a, b, c, e };

	team_for(num->team, p.t.count, form_tile, &p);
}

void
gemm(const struct num *num, enum gemm_form form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *e)
{
	(num->scratch ? gemm_bf16 : gemm_fp32)(num, form, m, n, k, a, lda, b,
		ldb, c, ldc, add, e);
}
