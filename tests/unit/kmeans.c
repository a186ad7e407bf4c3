/* K-means of one dimension against every partition there is, against a plain
 * quadratic program, and against Lloyd's steps as they are written down;
 * codebooks against the nearest entry. */
#include "num.h"
#include "num/codebook.h"

enum { MANY = 256 };

static int
ascending(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* The squared error of n numbers, each as its nearest entry. */
static double
error_of(const float *x, int n, const float *entry, int k)
{
	double sum = 0;

	for (int i = 0; i < n; i++) {
		double least = INFINITY;
		for (int e = 0; e < k; e++)
			least = fmin(least, fabs((double)x[i] -
				(double)entry[e]));
		sum += least * least;
	}
	return sum;
}

static double
run_cost(const float *x, int from, int to)
{
	double mean = 0, sum = 0;

	for (int i = from; i < to; i++)
		mean += (double)x[i] / (to - from);
	for (int i = from; i < to; i++)
		sum += ((double)x[i] - mean) * ((double)x[i] - mean);
	return sum;
}

/* The least error of the sorted x[from ..] in at most k runs: all are tried. */
static double
try_all(const float *x, int from, int n, int k)
{
	double best = run_cost(x, from, n);

	for (int to = from + 1; k > 1 && to < n; to++)
		best = fmin(best, run_cost(x, from, to) +
			try_all(x, to, n, k - 1));
	return best;
}

/* The same by a table of k n sums over n. */
static double
by_table(const float *x, int n, int k)
{
	double *d = xmalloc((size_t)(k + 1) * (size_t)(n + 1) * sizeof *d);
	double *cost = xmalloc((size_t)n * (size_t)(n + 1) * sizeof *cost);

	for (int i = 0; i < n; i++)
		for (int j = i + 1; j <= n; j++)
			cost[i * (n + 1) + j] = run_cost(x, i, j);
	for (int c = 0; c <= k; c++)
		for (int j = 0; j <= n; j++) {
			double best = c ? d[(c - 1) * (n + 1) + j] :
				j ? INFINITY : 0;
			for (int i = 0; c && i < j; i++)
				best = fmin(best, d[(c - 1) * (n + 1) + i] +
					cost[i * (n + 1) + j]);
			d[c * (n + 1) + j] = best;
		}
	double best = d[k * (n + 1) + n];
	free(d);
	free(cost);
	return best;
}

/* Numbers of some kind, sorted. */
enum kind { NORMAL, WHOLE, FEW, EVEN, FAR, KINDS };
static const char *const kinds[] = { "normals", "whole numbers",
	"three numbers", "even steps", "one far away" };

static void
draw(enum kind kind, struct rng *r, float *x, int n)
{
	for (int i = 0; i < n; i++) {
		double v = rng_normal(r);
		x[i] = (float)(kind == WHOLE ? floor(4 * v) : kind == FEW ?
			(double)rng_below(r, 3) : kind == EVEN ? 0.25 * i :
			kind == FAR && !i ? 1000 : v);
	}
	qsort(x, (size_t)n, sizeof *x, ascending);
}

static int
near(double a, double b, double scale)
{
	return fabs(a - b) <= 1e-5 * b + 1e-9 * scale;
}

static void
test_optimum(int n, int most, int tries, const char *what,
	double (*best)(const float *, int, int), struct rng *r)
{
	for (int kind = 0; kind < KINDS; kind++) {
		float x[MANY], entry[MANY];
		int good = 1, sorted = 1;
		for (int t = 0; t < tries; t++) {
			int k = 2 + t % (most - 1);
			draw((enum kind)kind, r, x, n);
			kmeans_fit(FIT_EXACT, 1, n, x, (size_t)n, k, entry);
			double want = best(x, n, k);
			good &= near(error_of(x, n, entry, k), want,
				run_cost(x, 0, n) / n);
			for (int e = 1; e < k; e++)
				sorted &= entry[e - 1] <= entry[e];
		}
		OK(good && sorted, "%s: as good as the best of %s", kinds[kind],
			what);
	}
}

static double
all_of(const float *x, int n, int k)
{
	return try_all(x, 0, n, k);
}

/* Lloyd's steps as they are written down. */
static void
slow_lloyd(const float *x, int n, double *e, int k)
{
	for (int i = 0; i < k; i++)
		e[i] = (double)x[0] + ((double)x[n - 1] - (double)x[0]) * i /
			(k - 1);
	for (int round = 0; round < 1000; round++) {
		double sum[MANY] = { 0 }, count[MANY] = { 0 };
		for (int i = 0; i < n; i++) {
			int at = 0;
			for (int c = 1; c < k; c++)
				if (fabs((double)x[i] - e[c]) <
				    fabs((double)x[i] - e[at]))
					at = c;
			sum[at] += (double)x[i];
			count[at]++;
		}
		for (int i = 0; i < k; i++)
			e[i] = count[i] > 0 ? sum[i] / count[i] : e[i];
	}
}

static void
test_lloyd(struct rng *r)
{
	double worst = 0;

	for (int t = 0; t < 20; t++) {
		float x[MANY], entry[16];
		double want[16];
		draw(t % 2 ? FAR : NORMAL, r, x, 200);
		kmeans_fit(FIT_LLOYD, 10, 20, x, 20, 16, entry);
		slow_lloyd(x, 200, want, 16);
		for (int i = 0; i < 16; i++)
			worst = fmax(worst, fabs(want[i] - (double)entry[i]));
	}
	OK(worst < 1e-4, "Lloyd's steps from even entries (worst %.2g)", worst);
}

/* Numbers as many as a matrix has: where the optimum cannot be tried. */
static void
test_many(struct rng *r)
{
	enum { N = 100000 };
	float *x = xmalloc(N * sizeof *x), entry[256];
	int ordered = 1;

	for (int i = 0; i < N; i++)
		x[i] = 0.05f * (float)rng_normal(r);
	for (int k = 4; k <= 256; k *= 8) {
		double e[3];
		for (int f = FIT_LLOYD; f <= FIT_BINS; f++) {
			kmeans_fit((enum fit)f, 100, N / 100, x, N / 100, k,
				entry);
			e[f] = error_of(x, N, entry, k);
		}
		ordered &= e[FIT_EXACT] <= e[FIT_BINS] * (1 + 1e-6) &&
			e[FIT_EXACT] <= e[FIT_LLOYD] * (1 + 1e-6) &&
			e[FIT_BINS] < 1.002 * e[FIT_EXACT];
	}
	OK(ordered, "of many numbers the optimum errs least, that of bins "
		"hardly more");
	x[77] = NAN;
	kmeans_fit(FIT_BINS, 1, N, x, N, 16, entry);
	int none = 1;
	for (int i = 0; i < 16; i++)
		none &= isnan(entry[i]);
	OK(none, "what is not finite has no entries");
	free(x);
}

static void
test_codebook(int bits, int per_row, struct rng *r)
{
	enum { ROWS = 5, COLS = 301, LD = 310 };
	struct mat w = mat_random(r, ROWS, COLS, LD, 1, 0);
	struct coded c = coded_make(FIT_LLOYD, bits, per_row, ROWS, COLS, w.x,
		LD);
	float entry[256], row[COLS];
	uint8_t index[COLS];
	int nearest = 1, whole = 1, n = 1 << bits;

	for (int i = 0; i < ROWS; i++) {
		coded_book(&c, i, entry);
		coded_row(&c, i, COLS, row);
		for (int k = 0; k < COLS; k++) {
			float least = INFINITY;
			for (int e = 0; e < n; e++)
				least = fminf(least, fabsf(entry[e] -
					at(&w, i, k)));
			nearest &= fabsf(row[k] - at(&w, i, k)) <=
				least * 1.0001f;
		}
		for (int from = 0; from < COLS; from += 64) {
			int some = COLS - from < 64 ? COLS - from : 64;
			coded_indices(&c, i, from, some, index);
			for (int k = 0; k < some; k++)
				whole &= entry[index[k]] == row[from + k];
		}
	}
	OK(nearest && whole && coded_bytes(&c) == (size_t)ROWS *
		(size_t)((COLS * bits + 7) / 8), "%d bits, a codebook a %s: "
		"the nearest entries", bits, per_row ? "row" : "matrix");
	coded_free(&c);
	mat_free(&w);
}

/* Gradients of a codebook's entries beside sums written down plainly, and the
 * weights that entries are; by one thread and by three. */
static void
test_training(int bits, int per_row, struct rng *r)
{
	enum { ROWS = 71, COLS = 301, MOST = ROWS << CODED_BITS_MAX };
	struct mat w = mat_random(r, ROWS, COLS, COLS, 1, 0);
	struct mat g = mat_random(r, ROWS, COLS, COLS, 1, 0.3);
	struct coded c = coded_make(FIT_LLOYD, bits, per_row, ROWS, COLS, w.x,
		COLS);
	static float sum[2][MOST], back[2][ROWS * COLS];
	double *want = xcalloc(MOST, sizeof *want), worst = 0;
	int right = 1;

	for (int i = 0; i < ROWS; i++) {
		uint8_t index[COLS];
		float row[COLS];
		coded_indices(&c, i, 0, COLS, index);
		coded_row(&c, i, COLS, row);
		for (int k = 0; k < COLS; k++)
			want[(per_row ? i << bits : 0) + index[k]] +=
				(double)at(&g, i, k);
		memcpy(w.x + i * COLS, row, sizeof row);
	}
	for (int t = 0; t < 2; t++) {
		struct num num = num_init(1 + 2 * t, DTYPE_FP32,
			kernels_best());
		nn_sum_by_entry(&num, &c, g.x, sum[t]);
		nn_decode(&num, &c, back[t]);
		num_free(&num);
		right &= !memcmp(back[t], w.x, sizeof back[t]);
	}
	for (size_t e = 0; e < coded_entries(&c); e++) {
		worst = fmax(worst, fabs(want[e] - (double)sum[0][e]) /
			(1 + fabs(want[e])));
		right &= sum[0][e] == sum[1][e];
	}
	OK(worst < 1e-6 && right, "%d bits, a codebook a %s: gradients of "
		"entries (worst %.2g), weights from entries", bits, per_row ?
		"row" : "matrix", worst);
	coded_free(&c);
	mat_free(&w);
	mat_free(&g);
	free(want);
}

enum { MOVED_ROWS = 71, MOVED_COLS = 301,
	MOVED = MOVED_ROWS << CODED_BITS_MAX };

/* Add to each what its entry has in by, as it is written down. */
static void
shift(const struct coded *c, const float *by, struct mat *w)
{
	uint8_t index[MOVED_COLS];

	for (int i = 0; i < MOVED_ROWS; i++) {
		coded_indices(c, i, 0, MOVED_COLS, index);
		for (int k = 0; k < MOVED_COLS; k++)
			w->x[i * MOVED_COLS + k] += by[index[k] +
				(c->per_row ? i << c->bits : 0)];
	}
}

static int
all_nearest(const struct coded *c, const struct mat *w)
{
	float row[MOVED_COLS], entry[256];

	for (int i = 0; i < MOVED_ROWS; i++) {
		coded_row(c, i, MOVED_COLS, row);
		coded_book(c, i, entry);
		for (int k = 0; k < MOVED_COLS; k++) {
			float least = INFINITY, x = at(w, i, k);
			for (int e = 0; e < 1 << c->bits; e++)
				least = fminf(least, fabsf(entry[e] - x));
			if (fabsf(row[k] - x) > least * 1.0001f + 1e-6f)
				return 0;
		}
	}
	return 1;
}

/* Numbers go along with their entries, and get the nearest entries; by one
 * thread and by three. */
static void
test_following(int bits, int per_row, struct rng *r)
{
	struct mat w = mat_random(r, MOVED_ROWS, MOVED_COLS, MOVED_COLS, 1, 0);
	struct mat by = mat_random(r, 1, MOVED, MOVED, 1, 0);
	struct coded c = coded_make(FIT_LLOYD, bits, per_row, MOVED_ROWS,
		MOVED_COLS, w.x, MOVED_COLS), own = c;
	size_t bytes = MOVED_ROWS * MOVED_COLS * sizeof *w.x;
	float *x = xmalloc(bytes), *was = memcpy(xmalloc(bytes), w.x, bytes);
	uint8_t *indices = xmalloc(coded_bytes(&c));
	int right = 1;

	shift(&c, by.x, &w);
	own.indices = indices;
	for (int t = 1; t <= 3; t += 2) {
		struct num num = num_init(t, DTYPE_FP32, kernels_best());
		memcpy(x, was, bytes);
		nn_shift(&num, &c, by.x, x);
		right &= !memcmp(x, w.x, bytes);
		nn_nearest(&num, &c, x, indices);
		right &= all_nearest(&own, &w);
		num_free(&num);
	}
	OK(right, "%d bits, a codebook a %s: floats go along, and the nearest "
		"entries again", bits, per_row ? "row" : "matrix");
	coded_free(&c);
	mat_free(&w);
	mat_free(&by);
	free(x);
	free(was);
	free(indices);
}

int
main(void)
{
	struct rng r = rng_seed(31);

	test_optimum(9, 5, 60, "all partitions", all_of, &r);
	test_optimum(120, 40, 39, "a table of all sums", by_table, &r);
	test_lloyd(&r);
	test_many(&r);
	for (int bits = CODED_BITS_MIN; bits <= CODED_BITS_MAX; bits++)
		for (int per_row = 0; per_row < 2; per_row++)
			test_codebook(bits, per_row, &r);
	for (int bits = CODED_BITS_MIN; bits <= CODED_BITS_MAX; bits++)
		for (int per_row = 0; per_row < 2; per_row++)
			test_training(bits, per_row, &r);
	for (int bits = CODED_BITS_MIN; bits <= CODED_BITS_MAX; bits++)
		for (int per_row = 0; per_row < 2; per_row++)
			test_following(bits, per_row, &r);
	return FINISH();
}
