/* Products in bf16: operands are rounded and packed, a block at a time. An
 * element's sum is formed in one order wherever its tile begins, so tiles may
 * be as large as threads and caches like. */
#include "base/team.h"
#include "bf16.h"
#include "gemm.h"

/* A block of a and one of b are half a megabyte each, a tile a quarter: they
 * stay in L2. What several tiles of a row need of a is packed once, if it is
 * no more than KEPT blocks; a right operand that several rows of tiles need,
 * if it is no more than SHARED words. */
enum { ROWS = 256, DEPTH = 1024, KEPT = 4, SHARED = 4 << 20,
	SHARE = 2 * PANEL, LINE_WORDS = 16 };

/* Words of a thread: a block of b, KEPT of a, and what row of tiles those
 * are. */
static size_t
own_words(void)
{
	return (KEPT + 1) * bf16_size(ROWS, DEPTH) + LINE_WORDS;
}

size_t
gemm_bf16_scratch(int threads)
{
	return ((size_t)threads * own_words() + SHARED) * sizeof(uint32_t);
}

/* The operands' elements: (row, p) at row * ldr + p * ldk. */
struct operand {
	const float *x;
	size_t ldr, ldk;
};

static struct operand
operand(const float *x, int ld, int along)
{
	return (struct operand){ x, along ? (size_t)ld : 1,
		along ? 1 : (size_t)ld };
}

static void
pack(const struct kernels *k, enum bf16_form form, const struct operand *o,
	int row, int rows, int p, int depth, uint32_t *to)
{
	k->bf16_pack(form, rows, depth, o->x + (size_t)row * o->ldr +
		(size_t)p * o->ldk, o->ldr, o->ldk, to);
}

static int
depth_at(int k, int p)
{
	return k - p < DEPTH ? k - p : DEPTH;
}

/* Words of the shared operand [n, k]; where its part from k on begins, if k
 * is a multiple of DEPTH. */
static size_t
shared_words(int n, int k)
{
	return (size_t)(k / DEPTH) * bf16_size(n, DEPTH) +
		bf16_size(n, k % DEPTH);
}

/* A product for those who form its tiles. */
struct bf16_product {
	const struct num *num;
	struct operand left, right;
	struct tiling t;
	int k, ldc;
	enum store add;
	float *c;
	const struct epilogue *e;
	uint32_t *shared;    /* all of b, or NULL */
	int keep;            /* a row of tiles is packed once */
	int turn;            /* tiles that a thread takes at a time */
};

static void
pack_share(void *arg, int i, int me)
{
	const struct bf16_product *g = arg;
	int n = g->t.n, shares = (n + SHARE - 1) / SHARE;
	int p = i / shares * DEPTH, j = i % shares * SHARE;
	int depth = depth_at(g->k, p);

	(void)me;
	pack(g->num->k, BF16_LINES, &g->right, j,
		n - j < SHARE ? n - j : SHARE, p, depth, g->shared +
		shared_words(n, p) + bf16_line_at(bf16_words(depth), j, 0));
}

static void
form_tile(const struct bf16_product *g, int tile, uint32_t *own)
{
	const struct kernels *kernels = g->num->k;
	struct tile at = gemm_tile(&g->t, tile);
	size_t block = bf16_size(ROWS, DEPTH);
	uint32_t *b_own = own + LINE_WORDS, *a_own = b_own + block;
	float *c = g->c + (size_t)at.i * (size_t)g->ldc + at.j;

	for (int p = 0; p < g->k; p += DEPTH) {
		int depth = depth_at(g->k, p);
		uint32_t *ap = a_own + (g->keep ?
			(size_t)(p / DEPTH) * block : 0);
		uint32_t *bp = g->shared ? g->shared + shared_words(g->t.n,
			p) + bf16_line_at(bf16_words(depth), at.j, 0) : b_own;
		if (*own != (uint32_t)at.i)
			pack(kernels, BF16_TILES, &g->left, at.i, at.m, p,
				depth, ap);
		if (!g->shared)
			pack(kernels, BF16_LINES, &g->right, at.j, at.n, p,
				depth, bp);
		kernels->bf16_multiply(at.m, at.n, depth, ap, bp, c,
			(size_t)g->ldc, g->add || p);
	}
	*own = g->keep ? (uint32_t)at.i : UINT32_MAX;
	gemm_finish(g->num, g->e, &at, g->t.n, c, g->ldc);
}

static void
form_tiles(void *arg, int i, int me)
{
	const struct bf16_product *g = arg;
	uint32_t *own = g->num->scratch + (size_t)me * own_words();

	for (int tile = i * g->turn; tile < (i + 1) * g->turn &&
	    tile < g->t.count; tile++)
		form_tile(g, tile, own);
}

void
gemm_bf16(const struct num *num, enum gemm_form form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	enum store add, const struct epilogue *e)
{
	struct bf16_product g = { num, operand(a, lda, form != GEMM_TN),
		operand(b, ldb, form == GEMM_NT), gemm_tiles(m, n, ROWS,
		num->threads > 1 ? 2 * num->threads : 1), k, ldc, add, c, e,
		NULL, 0, 1 };

	g.keep = g.t.columns > 1 && k <= KEPT * DEPTH;
	/* a thread gets whole rows of tiles, where there are enough */
	if (g.t.count >= 2 * num->threads * g.t.columns)
		g.turn = g.t.columns;
	if (g.t.count > g.t.columns && shared_words(n, k) <= SHARED) {
		g.shared = num->scratch + (size_t)num->threads * own_words();
		team_for(num->team, (n + SHARE - 1) / SHARE *
			((k + DEPTH - 1) / DEPTH), pack_share, &g);
	}
	for (int i = 0; i < num->threads; i++)
		num->scratch[(size_t)i * own_words()] = UINT32_MAX;
	team_for(num->team, (g.t.count + g.turn - 1) / g.turn, form_tiles, &g);
}
