#include "tiles.h"

enum { TILE_MIN = 64 };

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
