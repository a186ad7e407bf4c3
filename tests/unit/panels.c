/* Packed products of every type and instruction set against plain loops over
 * the same rounded numbers, and those against the exact ones. */
#include <float.h>
#include "packing.h"

/* kmeans8 is packed as int8 */
enum { TYPES = DTYPE_KMEANS8 };

static const int heights[] = { 1, 16, 31, 32, 33, 64, 100 };
static const int depths[] = { 1, 2, 3, 4, 7, 31, 63, 64, 65, 130, 512 };
enum { HEIGHTS = sizeof heights / sizeof *heights,
	DEPTHS = sizeof depths / sizeof *depths, WIDTHS = 40 };

/* The next number of 8 significant bits, ties to even. */
static double
bf16(double x)
{
	int e;
	double m = frexp(x, &e);

	return ldexp(nearbyint(ldexp(m, 8)), e - 8);
}

/* Rows as bytes of their tables. */
static void
coded_bytes_of(const struct packing *k, double *to, double *worth)
{
	int each = k->part[0].rows;
	uint8_t index[512];

	for (int i = 0; i < k->p.rows; i++) {
		const int8_t *table = k->tables + i / k->p.table_rows *
			TABLE_BYTES;
		coded_indices(&k->part[i / each], i % each, 0, k->p.k, index);
		for (int j = 0; j < k->p.k; j++)
			to[i * k->p.k + j] = table[index[j]];
		worth[i] = (double)k->scale[i];
	}
}

/* The matrix as it is after packing: [rows][n]. Rows of int8 are whole numbers
 * of at most 127; worth[i] is what 1 of them is worth. */
static double *
rounded(enum dtype t, const struct mat *m, const struct packing *k,
	double *worth)
{
	double *to = xmalloc((size_t)(m->rows * m->n) * sizeof *to);

	if (t == DTYPE_KMEANS4) {
		coded_bytes_of(k, to, worth);
		return to;
	}
	for (int i = 0; i < m->rows; i++) {
		float max = 0;
		double *row = to + i * m->n;
		for (int j = 0; j < m->n; j++)
			max = fmaxf(max, fabsf(at(m, i, j)));
		worth[i] = t == DTYPE_INT8 ? (double)(max / 127) : 1;
		for (int j = 0; j < m->n; j++)
			row[j] = t == DTYPE_INT8 ? (double)rintf(at(m, i, j) *
				(127 / max)) : t == DTYPE_BF16 ? bf16((double)
				at(m, i, j)) : (double)at(m, i, j);
	}
	return to;
}

/* A byte of a column: signed, or that + 128, whichever is the nearer. */
static double
number_of(uint8_t byte, double wanted)
{
	double plain = (int8_t)byte, less = byte - 128.0;

	return fabs(plain - wanted) < fabs(less - wanted) ? plain : less;
}

/* The columns as they are multiplied: bytes are taken as they come, if they are
 * the nearest. */
static double *
multiplied(enum dtype t, const struct mat *x, const struct columns *c,
	double *worth, int *nearest)
{
	double *to = xmalloc((size_t)(x->rows * x->n) * sizeof *to);

	for (int i = 0; i < x->rows; i++)
		for (int j = 0; j < x->n; j++) {
			double own = (double)at(x, i, j);
			double *q = &to[i * x->n + j];
			worth[i] = t >= DTYPE_INT8 ? (double)c->q_scale[i] : 1;
			*q = t >= DTYPE_INT8 ? number_of(c->q[(size_t)i *
				c->ldq + (size_t)j], own / worth[i]) : own;
			*nearest &= fabs(*q - own / worth[i]) < 0.5001;
		}
	return to;
}

struct sides {
	double *w, *x, w_worth[128], x_worth[128];
	int k, nearest;
};

static struct sides
sides_of(enum dtype t, const struct mat *w, const struct packing *packing,
	const struct mat *x, const struct columns *c)
{
	struct sides s = { .k = w->n, .nearest = 1 };

	s.w = rounded(t, w, packing, s.w_worth);
	s.x = multiplied(t, x, c, s.x_worth, &s.nearest);
	return s;
}

static void
sides_free(struct sides *s)
{
	free(s->w);
	free(s->x);
}

static double
product(const struct sides *s, int row, int column)
{
	double sum = 0;

	for (int p = 0; p < s->k; p++)
		sum += s->w[row * s->k + p] * s->x[column * s->k + p];
	return sum * s->w_worth[row] * s->x_worth[column];
}

static void
test_case(struct check *check, const struct kernels *k, enum dtype t,
	struct rng *r, int u)
{
	int cols = 1 + u % WIDTHS, rows = heights[u / WIDTHS % HEIGHTS];
	int relu = u & 1, depth = depths[u % DEPTHS];
	int all = packed_panels(rows);
	int from = all > 2 ? 1 : 0, cut = from * PANEL;
	struct mat w = mat_random(r, rows, depth, (size_t)depth + 2, 1, 0);
	struct mat x = mat_random(r, cols, depth, (size_t)depth + 3, 1, 0);
	struct mat bias = mat_random(r, 1, rows, (size_t)rows, 1, 0);
	struct mat y = mat_random(r, cols, rows, (size_t)rows + 5, 1, 0);
	double *want = mat_doubles(&y);
	struct packing packed = packing_make(t, &w, u);
	void *scratch = xaligned(columns_bytes(t, cols, depth));
	struct columns c = columns_of(k, t, cols, depth, x.x, x.ld, scratch);
	struct sides sides = sides_of(t, &w, &packed, &x, &c);
	char where[80];

	for (int i = 0; i < cols * rows; i++) {
		int row = i % rows;
		double s = (u % 3 ? (double)at(&bias, 0, row) : 0) +
			product(&sides, row, i / rows);
		if (row >= cut)    /* earlier panels: as they were */
			want[i] = !sides.nearest ? NAN : relu && s < 0 ? 0 : s;
	}
	k->panels(from, all, &packed.p, &c, u % 3 ? bias.x : NULL, relu,
		y.x + cut, y.ld);
	snprintf(where, sizeof where, "%d columns, %d rows, k %d", cols, rows,
		depth);
	check_mat(check, &y, want, where);
	free(want);
	free(scratch);
	sides_free(&sides);
	packing_free(&packed);
	mat_free(&w);
	mat_free(&x);
	mat_free(&bias);
	mat_free(&y);
}

static void
test_panels(const struct kernels *k, enum dtype t, struct rng *r, int every)
{
	struct check check = check_new(dtype_names[t], k->name, 5e-5);

	for (int u = 0; u < WIDTHS * HEIGHTS * 2; u += every)
		test_case(&check, k, t, r, u);
	check_end(&check);
}

/* What rounding costs: relative to the lengths of row and column. */
static void
test_rounding(enum dtype t, double most, struct rng *r)
{
	struct mat w = mat_random(r, 64, 512, 512, 1, 0);
	struct mat x = mat_random(r, 64, 512, 512, 1, 0);
	void *scratch = xaligned(columns_bytes(t, 64, 512));
	struct columns c = columns_of(kernels_best(), t, 64, 512, x.x, x.ld,
		scratch);
	struct packing packing = packing_make(t, &w, 0);
	struct sides rough = sides_of(t, &w, &packing, &x, &c);
	struct sides exact = sides_of(DTYPE_FP32, &w, NULL, &x, &c);
	double sum = 0;

	for (int i = 0; i < 64 * 64; i++) {
		double d = product(&rough, i / 64, i % 64) -
			product(&exact, i / 64, i % 64);
		sum += d * d;
	}
	double error = sqrt(sum / (64 * 64) / 512);
	OK(error > 0 && error < most, "%s: rounding costs %.2g",
		dtype_names[t], error);
	free(scratch);
	sides_free(&rough);
	sides_free(&exact);
	packing_free(&packing);
	mat_free(&w);
	mat_free(&x);
}

/* A weight that is no number makes its row none, whatever the type. */
static void
test_not_finite(const struct kernels *k, struct rng *r)
{
	static const float bad[] = { NAN, INFINITY, -INFINITY };

	for (int t = 0; t < TYPES; t++) {
		int good = 1;
		for (int i = 0; i < 3; i++) {
			struct mat w = mat_random(r, 3, 9, 9, 1, 0);
			struct mat x = mat_random(r, 1, 9, 9, 1, 0);
			float y[PANEL];
			w.x[9 + 4] = bad[i];
			struct packing p = packing_make((enum dtype)t, &w, 1);
			void *scratch = xaligned(columns_bytes((enum dtype)t,
				1, 9));
			struct columns c = columns_of(k, (enum dtype)t, 1, 9,
				x.x, 9, scratch);
			k->panels(0, 1, &p.p, &c, NULL, 0, y, 3);
			good &= isfinite(y[0]) && !isfinite(y[1]) &&
				isfinite(y[2]);
			free(scratch);
			packing_free(&p);
			mat_free(&w);
			mat_free(&x);
		}
		OK(good, "%s: %s: a row that is not finite stays so", k->name,
			dtype_names[t]);
	}
}

/* Tables of numbers whose squares overflow are those of smaller ones. */
static void
test_large(void)
{
	enum { N = 16 };
	int8_t small[TABLE_BYTES], large[TABLE_BYTES];
	float w[N], v[N];

	for (int i = 0; i < N; i++) {
		w[i] = sinf((float)i);
		v[i] = w[i] * 0x1p127f;
	}
	float a = table_make(w, N, small), b = table_make(v, N, large);
	OK(a * 0x1p127f == b && !memcmp(small, large, TABLE_BYTES),
		"a table of numbers near 1e38 is that of numbers near 1");
	w[0] = FLT_MAX;
	a = table_make(w, N, small);
	OK(fabs((double)a * small[0] / (double)FLT_MAX - 1) < 1e-6,
		"the largest number of all is one of a table's");
}

/* Numbers of which 127 / the largest is infinite are zeros. */
static void
test_subnormal(void)
{
	enum { K = 5 };
	static const float w[K] = { 1e-45f, -3e-45f, 1e-40f, -3e-38f, 0 };
	int8_t bytes[4096], zeros[4096] = { 0 };
	float scale[PANEL];
	int32_t shift[PANEL];

	for (int n = 1; n <= K; n++) {
		memset(bytes, 1, sizeof bytes);
		panel_pack(DTYPE_INT8, 1, n, w, K, 0, bytes, scale, shift);
		OK(!memcmp(bytes, zeros, panels_bytes(DTYPE_INT8, PANEL, n)) &&
			!shift[0], "%d subnormal numbers are zeros as int8", n);
		float x = table_make(w, n, bytes);
		OK(isfinite(x) && !memcmp(bytes, zeros, TABLE_BYTES),
			"a table of %d subnormal numbers is zeros", n);
	}
}

/* operand "few": what an emulator gets through in seconds */
int
main(int argc, char **argv)
{
	const struct kernels *k[TABLES_MAX];
	int n = tables(k), every = argc > 1 && !strcmp(argv[1], "few") ? 13 : 1;
	struct rng r = rng_seed(13);

	for (int i = 0; i < n; i++) {
		for (int t = 0; t < TYPES; t++)
			test_panels(k[i], (enum dtype)t, &r, every);
		test_not_finite(k[i], &r);
	}
	test_large();
	test_subnormal();
	test_rounding(DTYPE_BF16, 0.002, &r);
	test_rounding(DTYPE_INT8, 0.012, &r);
	test_rounding(DTYPE_KMEANS4, 0.11, &r);
	return FINISH();
}
