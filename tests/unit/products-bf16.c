/* Products in bf16: each kernel of each table that this CPU runs against
 * double precision of rounded operands, and the blocks that threads share. */
#include "num.h"
#include "num/bf16.h"
#include "num/gemm.h"

/* The nearest bf16, ties to even, the slow way. */
static double
nearest(float x)
{
	int e;

	if (x != x || isinf(x) || x == 0)
		return (double)x;
	double m = frexp((double)x, &e), scaled = m * 256;
	double low = floor(scaled), off = scaled - low;
	if (off > 0.5 || (off == 0.5 && fmod(low, 2) != 0))
		low++;
	return ldexp(low, e - 8);
}

static double
word_half(uint32_t w, int high)
{
	uint32_t bits = high ? w & 0xffff0000u : w << 16;
	float x;

	memcpy(&x, &bits, sizeof x);
	return (double)x;
}

/* Both sources, both forms: each element is where it belongs, rounded; what
 * is filled up is zero. */
static void
test_pack(const struct kernels *k, struct rng *r)
{
	static const int sizes[] = { 1, 16, 17, 31, 33, 65 };
	enum { SIZES = sizeof sizes / sizeof *sizes };
	struct check c = check_new("bf16_pack", k->name, 0);

	for (int u = 0; u < 4 * SIZES * SIZES; u++) {
		int rows = sizes[u / 4 % SIZES], n = sizes[u / 4 / SIZES];
		int along = u & 1;
		enum bf16_form form = u & 2 ? BF16_TILES : BF16_LINES;
		struct mat x = mat_random(r, along ? rows : n, along ? n :
			rows, (size_t)(along ? n : rows) + 5, 1, 0);
		size_t size = bf16_size(rows, n);
		uint32_t *to = xaligned(size * sizeof *to);
		int words = bf16_words(n);
		memset(to, 0xff, size * sizeof *to);
		x.x[0] = 1.00390625f;    /* a tie, to even: down */
		k->bf16_pack(form, rows, n, x.x, along ? x.ld : 1,
			along ? 1 : x.ld, to);
		for (int i = 0; i < (rows + 31) / 32 * 32; i++)
			for (int p = 0; p < 2 * words; p++) {
				size_t word = form == BF16_TILES ?
					bf16_tile_at(words, i, p / 2) :
					bf16_line_at(words, i, p / 2);
				char where[60];
				snprintf(where, sizeof where, "%dx%d %d: %d,%d",
					rows, n, u & 3, i, p);
				check_value(&c, word_half(to[word], p & 1),
					i < rows && p < n ? nearest(along ?
					at(&x, i, p) : at(&x, p, i)) : 0,
					where);
			}
		free(to);
		mat_free(&x);
	}
	check_end(&c);
}

static void
test_special(const struct kernels *k)
{
	float x[4] = { NAN, INFINITY, -INFINITY, 3.4e38f }, worst;
	uint32_t *to = xaligned(bf16_size(1, 4) * sizeof *to);
	uint32_t ones = 0x7fffffff;

	k->bf16_pack(BF16_TILES, 1, 4, x, 4, 1, to);
	OK(isnan(word_half(to[0], 0)) && word_half(to[0], 1) > 1e39 &&
		word_half(to[1], 0) < -1e39 && word_half(to[1], 1) > 1e39,
		"%s: bf16: NaN and infinity stay, what is too large is "
		"infinite", k->name);
	memcpy(&worst, &ones, sizeof worst);
	k->bf16_pack(BF16_LINES, 1, 1, &worst, 1, 1, to);
	OK(isnan(word_half(to[0], 0)), "%s: bf16: no NaN becomes a number",
		k->name);
	free(to);
}

/* A matrix as it is after rounding, packed; turned: transposed. */
static double *
rounded(const struct mat *m, int turned)
{
	double *x = mat_doubles(m);

	for (int i = 0; i < m->rows; i++)
		for (int j = 0; j < m->n; j++)
			x[turned ? j * m->rows + i : i * m->n + j] =
				nearest(at(m, i, j));
	return x;
}

static double *
reference(enum gemm_form form, int add, const struct mat *a,
	const struct mat *b, const struct mat *c, int depth)
{
	double *want = mat_doubles(c), *x = rounded(a, form == GEMM_TN);
	double *y = rounded(b, form != GEMM_NT);

	for (int i = 0; i < c->rows; i++)
		for (int j = 0; j < c->n; j++) {
			double sum = 0;
			for (int p = 0; p < depth; p++)
				sum += x[i * depth + p] * y[j * depth + p];
			want[i * c->n + j] = sum + (add ? want[i * c->n + j] :
				0);
		}
	free(x);
	free(y);
	return want;
}

static struct mat
factor(struct rng *r, int rows, int n, int turned, size_t more)
{
	return turned ? mat_random(r, n, rows, (size_t)rows + more, 1, 0) :
		mat_random(r, rows, n, (size_t)n + more, 1, 0);
}

/* Shapes at the edges of tiles and of blocks, all forms, with and without
 * add, bias, ReLU; with any number of threads the same bits. */
static void
test_gemm(const struct kernels *k, struct rng *r)
{
	static const int shapes[][3] = { { 1, 1, 1 }, { 5, 33, 7 },
		{ 32, 32, 32 }, { 31, 65, 100 }, { 70, 17, 513 },
		{ 48, 96, 1030 }, { 513, 40, 64 }, { 20, 600, 33 },
		{ 20, 270, 1100 }, { 260, 40, 1100 }, { 1600, 300, 40 } };
	enum { SHAPES = sizeof shapes / sizeof *shapes, THREADS = 3 };
	struct check c = check_new("gemm in bf16", k->name, 3e-5);
	struct num one = num_init(1, DTYPE_BF16, kernels_best());
	struct num many = num_init(THREADS, DTYPE_BF16, kernels_best());
	int same = 1;

	one.k = many.k = k;
	for (int u = 0; u < SHAPES * 6; u++) {
		const int *s = shapes[u / 6];
		enum gemm_form form = (enum gemm_form)(u % 3);
		int add = u & 1;
		struct mat a = factor(r, s[0], s[2], form == GEMM_TN, 3);
		struct mat b = factor(r, s[1], s[2], form != GEMM_NT, 6);
		struct mat to = mat_random(r, s[0], s[1], (size_t)s[1] + 2, 1,
			0), also = mat_copy(&to);
		struct mat bias = mat_random(r, 1, s[1], (size_t)s[1], 1, 0);
		struct epilogue e = { .bias = bias.x, .relu = u % 4 > 1 };
		double *want = reference(form, add, &a, &b, &to, s[2]);
		char where[60];
		for (int i = 0; i < s[0] * s[1] && !add; i++) {
			want[i] += at(&bias, 0, i % s[1]);
			want[i] = e.relu && want[i] < 0 ? 0 : want[i];
		}
		gemm_bf16(&one, form, s[0], s[1], s[2], a.x, (int)a.ld, b.x,
			(int)b.ld, to.x, (int)to.ld, add, add ? NULL : &e);
		gemm_bf16(&many, form, s[0], s[1], s[2], a.x, (int)a.ld, b.x,
			(int)b.ld, also.x, (int)also.ld, add, add ? NULL : &e);
		snprintf(where, sizeof where, "%dx%dx%d form %d add %d", s[0],
			s[1], s[2], (int)form, add);
		check_mat(&c, &to, want, where);
		same &= !memcmp(to.block, also.block, to.all *
			sizeof *to.block);
		free(want);
		mat_free(&a);
		mat_free(&b);
		mat_free(&to);
		mat_free(&also);
		mat_free(&bias);
	}
	check_end(&c);
	OK(same, "%s: gemm in bf16: one thread or three, the same bits",
		k->name);
	num_free(&one);
	num_free(&many);
}

/* Operands that are too large to be kept packed for several tiles: the bits of
 * a product a column of tiles. */
static void
test_large(const struct kernels *k, struct rng *r)
{
	enum { M = 260, N = 2080, TILE = 256, K = 4100, THREADS = 2 };
	struct mat a = mat_random(r, M, K, K, 1, 0);
	struct mat b = mat_random(r, N, K, K, 1, 0);
	struct mat whole = mat_random(r, M, N, N, 1, 0);
	struct mat columns = mat_random(r, M, N, N, 1, 0);
	struct num num = num_init(THREADS, DTYPE_BF16, kernels_best());

	num.k = k;
	gemm_bf16(&num, GEMM_NT, M, N, K, a.x, K, b.x, K, whole.x, N, 0, NULL);
	for (int j = 0; j < N; j += TILE)
		gemm_bf16(&num, GEMM_NT, M, N - j < TILE ? N - j : TILE, K,
			a.x, K, b.x + (size_t)j * K, K, columns.x + j, N, 0,
			NULL);
	OK(!memcmp(whole.x, columns.x, sizeof *whole.x * M * N),
		"%s: gemm in bf16: large operands, as a column at a time",
		k->name);
	num_free(&num);
	mat_free(&a);
	mat_free(&b);
	mat_free(&whole);
	mat_free(&columns);
}

int
main(void)
{
	const struct kernels *k;

	for (int i = 0; (k = kernels_nth(i)); i++) {
		struct rng r = rng_seed(11);
		test_pack(k, &r);
		test_special(k);
		test_gemm(k, &r);
		if (!i)
			test_large(k, &r);
	}
	return FINISH();
}
