/* Products in bf16: operands are rounded and packed, a block at a time. An
 * element's sum is formed in one order wherever its tile begins, so tiles may
 * be as large as threads and caches like. */
#include <omp.h>
#include "bf16.h"
#include "gemm.h"

/* A block of a and one of b are half a megabyte each, a tile a quarter: they
 * stay in L2. What several tiles of a row need of a is packed once, if it is
 * no more than KEPT blocks; a right operand that several rows of tiles need,
 * if it is no more than SHARED words. */
enum { ROWS = 256, DEPTH = 1024, KEPT = 4, SHARED = 4 << 20,
	SHARE = 2 * PANEL };

size_t
gemm_bf16_scratch(int threads)
{
	return ((size_t)threads * (KEPT + 1) * bf16_size(ROWS, DEPTH) +
		SHARED) * sizeof(uint32_t);
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

/* All threads of a parallel region pack b together. */
static void
pack_shared(const struct kernels *kernels, const struct operand *b, int n,
	int k, uint32_t *to)
{
	int shares = (n + SHARE - 1) / SHARE;
	int all = shares * ((k + DEPTH - 1) / DEPTH);

#pragma omp for schedule(dynamic)
	for (int i = 0; i < all; i++) {
		int p = i / shares * DEPTH, j = i % shares * SHARE;
		int depth = depth_at(k, p);
		pack(kernels, BF16_LINES, b, j, n - j < SHARE ? n - j : SHARE,
			p, depth, to + shared_words(n, p) +
			bf16_line_at(bf16_words(depth), j, 0));
	}
}

void
gemm_bf16(const struct num *num, enum gemm_form form, int m, int n, int k,
	const float *a, int lda, const float *b, int ldb, float *c, int ldc,
	int add, const struct epilogue *e)
{
	struct operand left = operand(a, lda, form != GEMM_TN);
	struct operand right = operand(b, ldb, form == GEMM_NT);
	struct tiling t = gemm_tiles(m, n, ROWS, num->threads > 1 ?
		2 * num->threads : 1);
	size_t block = bf16_size(ROWS, DEPTH), own = (KEPT + 1) * block;
	uint32_t *shared = t.count > t.columns && shared_words(n, k) <= SHARED ?
		num->scratch + (size_t)num->threads * own : NULL;
	int keep = t.columns > 1 && k <= KEPT * DEPTH;
	/* a thread gets whole rows of tiles, where there are enough */
	int turn = t.count >= 2 * num->threads * t.columns ? t.columns : 1;

#pragma omp parallel num_threads(num->threads) \
	if (t.count > 1 && num->threads > 1)
	{
		uint32_t *b_own = num->scratch + (size_t)omp_get_thread_num() *
			own, *a_own = b_own + block;
		int packed = -1;     /* row of what is in a_own, all of k */
		if (shared)
			pack_shared(num->k, &right, n, k, shared);
#pragma omp for schedule(dynamic, turn)
		for (int tile = 0; tile < t.count; tile++) {
			struct tile at = gemm_tile(&t, tile);
			float *cp = c + (size_t)at.i * (size_t)ldc + at.j;
			for (int p = 0; p < k; p += DEPTH) {
				int depth = depth_at(k, p);
				uint32_t *ap = a_own + (keep ?
					(size_t)(p / DEPTH) * block : 0);
				uint32_t *bp = shared ? shared +
					shared_words(n, p) + bf16_line_at(
					bf16_words(depth), at.j, 0) : b_own;
				if (packed != at.i)
					pack(num->k, BF16_TILES, &left, at.i,
						at.m, p, depth, ap);
				if (!shared)
					pack(num->k, BF16_LINES, &right, at.j,
						at.n, p, depth, bp);
				num->k->bf16_multiply(at.m, at.n, depth, ap,
					bp, cp, (size_t)ldc, add || p);
			}
			packed = keep ? at.i : -1;
			gemm_finish(num, e, &at, n, cp, ldc);
		}
	}
}
