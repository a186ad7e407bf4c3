#include <stdlib.h>
#include <string.h>
#include "base/team.h"
#include "blas.h"
#include "gemm.h"

enum { TILE_MAX = 512, TILE_MIN = 64, TILES_WANTED = 8 };

static int
pieces(int n, int size)
{
	return (n + size - 1) / size;
}

struct tiling
gemm_tiles(int m, int n, int largest, int wanted)
{
	struct tiling t = { .m = m, .n = n, .tm = largest, .tn = largest };

	while (pieces(m, t.tm) * pieces(n, t.tn) < wanted) {
		int cut_m = t.tm > m ? m : t.tm, cut_n = t.tn > n ? n : t.tn;
		if (cut_m <= TILE_MIN && cut_n <= TILE_MIN)
			break;
		if (cut_m >= cut_n)
			t.tm = (cut_m / 2 + PANEL - 1) / PANEL * PANEL;
		else
			t.tn = (cut_n / 2 + PANEL - 1) / PANEL * PANEL;
	}
	t.columns = pieces(n, t.tn);
	t.count = t.columns * pieces(m, t.tm);
	return t;
}

struct tile
gemm_tile(const struct tiling *t, int which)
{
	int i = which / t->columns * t->tm, j = which % t->columns * t->tn;

	return (struct tile){ i, j, t->m - i < t->tm ? t->m - i : t->tm,
		t->n - j < t->tn ? t->n - j : t->tn };
}

void
gemm_finish(const struct num *num, const struct epilogue *e,
	const struct tile *t, int n, float *c, int ldc)
{
	if (e && e->relu)
		num->k->bias_relu(t->m, t->n, c, (size_t)ldc, e->bias + t->j,
			e->drop, (uint32_t)t->i * (uint32_t)n +
			(uint32_t)t->j, (uint32_t)n);
	else if (e && e->bias)
		num->k->bias(t->m, t->n, c, (size_t)ldc, e->bias + t->j);
}

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
