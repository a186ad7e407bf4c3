/* What a kernel makes of an element is the same bytes whatever is computed
 * beside it: rows alone and together, every tail, elsewhere in a vector. What
 * is printed at the end of a line is a hash of the results, which must not
 * depend on the compiler either (compilers.t). */
#include "packing.h"
#include "num/bf16.h"

enum { COLS = 40, WIDE = 71 };

static const struct drop some = { 0x40000000u, 4 / 3.f, { 5, 77 } };

/* Collects what differs; one line of TAP a kernel. */
struct alike {
	const char *what, *of;
	long seen, differ;
	uint64_t hash;
	char where[60];
};

static void
alike(struct alike *a, const float *x, const float *y, int n,
	const char *where, int size)
{
	a->seen += n;
	for (int i = 0; i < n; i++) {
		uint32_t u;
		memcpy(&u, x + i, sizeof u);
		a->hash = rng_mix(a->hash + u);
	}
	if (!memcmp(x, y, sizeof *x * (size_t)n))
		return;
	if (!a->differ++)
		snprintf(a->where, sizeof a->where, "%.40s %d", where, size);
}

static void
alike_end(const struct alike *a)
{
	OK(a->seen && !a->differ, "%s, %s: %ld are the same alone and beside "
		"others: %016llx", a->of, a->what, a->seen,
		(unsigned long long)a->hash);
	if (a->differ)
		printf("# %ld times, first: %s\n", a->differ, a->where);
}

/* --- packed products ------------------------------------------------------ */

/* y[cols][rows] of columns [from, from + cols) */
static void
multiply(const struct kernels *k, const struct packing *w, const struct mat *x,
	int from, int cols, const float *bias, int relu, float *y)
{
	enum dtype t = w->p.dtype;
	int last = packed_panels(w->p.rows);
	void *scratch = xaligned(columns_bytes(t, cols, x->n) + 64);
	struct columns c = columns_of(k, t, cols, x->n, x->x +
		(size_t)from * x->ld, x->ld, scratch);

	k->panels(0, 1, &w->p, &c, bias, relu, y, (size_t)w->p.rows);
	if (last > 1)
		k->panels(1, last, &w->p, &c, bias, relu, y + PANEL,
			(size_t)w->p.rows);
	free(scratch);
}

static void
check_panels(const struct kernels *k, enum dtype t, struct rng *r)
{
	static const int rows[] = { 5, 32, 45, 71 }, depths[] = { 7, 64, 130 };
	struct alike a = { .what = dtype_names[t], .of = k->name };

	for (int u = 0; u < 4 * 4 * 3; u++) {
		int m = rows[u / 4 % 4];
		struct mat w = mat_random(r, m, depths[u / 16],
			(size_t)depths[u / 16], 1, 0);
		struct mat x = mat_random(r, COLS, w.n, (size_t)w.n + 3, 1, 0);
		struct mat b = mat_random(r, 1, m, (size_t)m, 1, 0);
		const float *bias = u & 1 ? b.x : NULL;
		struct packing p = packing_make(t, &w, u);
		float *one = xmalloc(sizeof *one * (size_t)(COLS * m));
		float *y = xmalloc(sizeof *y * (size_t)(COLS * m));
		for (int c = 0; c < COLS; c++)
			multiply(k, &p, &x, c, 1, bias, u & 2, one + c * m);
		for (int n = 2; n <= COLS; n++) {
			multiply(k, &p, &x, COLS - n, n, bias, u & 2, y);
			alike(&a, y, one + (COLS - n) * m, n * m, "columns", n);
		}
		free(one);
		free(y);
		packing_free(&p);
		mat_free(&w);
		mat_free(&x);
		mat_free(&b);
	}
	alike_end(&a);
}

/* --- products of matrices ------------------------------------------------- */

enum { ROWS = 37 };

static void
check_product(const struct kernels *k, struct rng *r)
{
	struct alike a = { .what = "product", .of = k->name };

	for (int u = 0; u < 6; u++) {
		int depth = u / 2 * 31 + 1, add = u & 1;
		struct mat x = mat_random(r, ROWS, depth, (size_t)depth, 1, 0);
		struct mat w = mat_random(r, depth, WIDE, WIDE, 1, 0);
		struct mat all = mat_random(r, ROWS, WIDE, WIDE, 1, 0);
		struct mat was = mat_copy(&all);
		k->product(ROWS, WIDE, depth, x.x, x.ld, 1, w.x, WIDE, all.x,
			WIDE, add);
		for (int m = 1; m <= ROWS; m++)
			for (int n = 1; n <= WIDE; n += m % 3 + 1) {
				struct mat c = mat_copy(&was);
				int i = (ROWS - m) / 2, j = (WIDE - n) / 3;
				size_t to = (size_t)i * WIDE + (size_t)j;
				k->product(m, n, depth, x.x + (size_t)i * x.ld,
					x.ld, 1, w.x + j, WIDE, c.x + to, WIDE,
					add);
				for (int p = 0; p < m; p++)
					alike(&a, c.x + to + p * WIDE, all.x +
						to + p * WIDE, n, "rows", m);
				mat_free(&c);
			}
		mat_free(&x);
		mat_free(&w);
		mat_free(&all);
		mat_free(&was);
	}
	alike_end(&a);
}

static uint32_t *
packed_bf16(const struct kernels *k, enum bf16_form form, const struct mat *m,
	int from, int rows)
{
	uint32_t *to = xaligned(bf16_size(rows, m->n) * sizeof *to);

	k->bf16_pack(form, rows, m->n, m->x + (size_t)from * m->ld, m->ld, 1,
		to);
	return to;
}

static void
check_bf16(const struct kernels *k, struct rng *r)
{
	struct alike a = { .what = "bf16_multiply", .of = k->name };

	for (int u = 0; u < 6; u++) {
		int depth = u / 2 * 50 + 3, add = u & 1;
		struct mat x = mat_random(r, ROWS, depth, (size_t)depth, 1, 0);
		struct mat w = mat_random(r, WIDE, depth, (size_t)depth, 1, 0);
		struct mat was = mat_random(r, ROWS, WIDE, WIDE, 1, 0);
		struct mat all = mat_copy(&was);
		uint32_t *xp = packed_bf16(k, BF16_TILES, &x, 0, ROWS);
		uint32_t *wp = packed_bf16(k, BF16_LINES, &w, 0, WIDE);
		k->bf16_multiply(ROWS, WIDE, depth, xp, wp, all.x, WIDE, add);
		for (int m = 1; m <= ROWS; m += 3)
			for (int n = 1; n <= WIDE; n += 5) {
				struct mat c = mat_copy(&was);
				int i = (ROWS - m) / 2, j = (WIDE - n) / 3;
				size_t to = (size_t)i * WIDE + (size_t)j;
				uint32_t *xo = packed_bf16(k, BF16_TILES, &x,
					i, m);
				uint32_t *wo = packed_bf16(k, BF16_LINES, &w,
					j, n);
				k->bf16_multiply(m, n, depth, xo, wo, c.x + to,
					WIDE, add);
				for (int p = 0; p < m; p++)
					alike(&a, c.x + to + p * WIDE, all.x +
						to + p * WIDE, n, "rows", m);
				free(xo);
				free(wo);
				mat_free(&c);
			}
		free(xp);
		free(wp);
		mat_free(&x);
		mat_free(&w);
		mat_free(&was);
		mat_free(&all);
	}
	alike_end(&a);
}

/* --- rows ------------------------------------------------------------------ */

/* An operation on rows [from, from + n) of in[ROWS, d]; out[ROWS, 3 d]. */
typedef void row_op(const struct kernels *, int from, int n, int d,
	const float *in, float *out);

static void
op_norm(const struct kernels *k, int from, int n, int d, const float *in,
	float *out)
{
	size_t at = (size_t)(from * d), all = (size_t)(ROWS * d);
	float stats[2 * ROWS];

	k->residual_norm(n, d, in + at, in + at + d, in,
		(struct drop){ 0, 1, { 0, 0 } }, 0, in + d, in, out + at,
		stats, out + all + at);
	k->norm_again(n, d, out + at, stats, in, in + d, out + 2 * all + at);
}

static void
op_norm_back(const struct kernels *k, int from, int n, int d, const float *in,
	float *out)
{
	size_t at = (size_t)(from * d), all = (size_t)(ROWS * d);
	float stats[2 * ROWS], sums[2 * WIDE + SLACK] = { 0 };

	for (int i = 0; i < n; i++) {
		stats[2 * i] = in[at + (size_t)(i * d)];
		stats[2 * i + 1] = 0.7f;
	}
	k->norm_back(n, d, in + at, in + at, stats, in, out + at, sums,
		sums + d);
	k->softmax_back(n, d, in + at, memcpy(out + all + at, out + at,
		sizeof *out * (size_t)(n * d)), (size_t)d, 0.3f);
}

static void
op_softmax(const struct kernels *k, int from, int n, int d, const float *in,
	float *out)
{
	size_t at = (size_t)(from * d), all = (size_t)(ROWS * d);
	float *s = out + at, *again = s + all, lse[ROWS];

	memcpy(s, in + at, sizeof *s * (size_t)(n * d));
	memcpy(again, s, sizeof *s * (size_t)(n * d));
	k->softmax(n, d, s, (size_t)d, 0.3f, 0, 0, lse, 1);
	k->softmax_again(n, d, again, (size_t)d, 0.3f, 0, lse, 1);
	for (int i = 0; i < n; i++)
		out[2 * all + at + (size_t)(i * d)] = lse[i] +
			k->log_sum_exp(d, s + (size_t)(i * d));
}

static void
op_xent(const struct kernels *k, int from, int n, int d, const float *in,
	float *out)
{
	size_t at = (size_t)(from * d), all = (size_t)(ROWS * d);
	float *x = out + at;
	int target[ROWS];

	for (int i = 0; i < n; i++)
		target[i] = (from + i) % d;
	memcpy(x, in + at, sizeof *x * (size_t)(n * d));
	k->xent(n, d, x, (size_t)d, target, 0.1f, 0.5f, out + all + from,
		out + 2 * all + from);
}

static void
op_relu(const struct kernels *k, int from, int n, int d, const float *in,
	float *out)
{
	size_t at = (size_t)(from * d), all = (size_t)(ROWS * d);
	size_t bytes = sizeof *out * (size_t)(n * d);

	k->bias(n, d, memcpy(out + at, in + at, bytes), (size_t)d, in);
	k->bias_relu(n, d, memcpy(out + all + at, in + at, bytes), (size_t)d,
		in, some, (uint32_t)at, (uint32_t)d);
	k->relu_back(n, d, memcpy(out + 2 * all + at, in + at, bytes), in + at,
		(size_t)d, 0.3f);
}

static void
check_rows(const struct kernels *k, struct rng *r, row_op *op,
	const char *what)
{
	struct alike a = { .what = what, .of = k->name };

	for (int d = 1; d <= WIDE; d++) {
		size_t all = (size_t)(3 * ROWS * d);
		struct mat in = mat_random(r, ROWS + 1, d, (size_t)d, 1, 0);
		float *want = xmalloc(sizeof *want * (all + SLACK));
		float *got = xmalloc(sizeof *want * (all + SLACK));
		memset(want, 0, sizeof *want * all);
		memset(got, 0, sizeof *want * all);
		op(k, 0, ROWS, d, in.x, want);
		for (int i = 0, n; i < ROWS; i += n) {
			n = i % 5 + 1 < ROWS - i ? i % 5 + 1 : ROWS - i;
			op(k, i, n, d, in.x, got);
		}
		/* each row was written last by its own call */
		alike(&a, got, want, (int)all, "wide", d);
		free(want);
		free(got);
		mat_free(&in);
	}
	alike_end(&a);
}

/* --- vectors --------------------------------------------------------------- */

/* Elements [from, from + n) of in[3 WIDE] to out[3 WIDE]. */
typedef void flat_op(const struct kernels *, int from, int n, const float *in,
	float *out);

static void
op_flat(const struct kernels *k, int from, int n, const float *in, float *out)
{
	float *x = out + from, *y = x + WIDE, *v = y + WIDE;

	for (int i = 0; i < n; i++) {
		x[i] = in[from + i];
		y[i] = in[WIDE + from + i];
		v[i] = fabsf(in[2 * WIDE + from + i]);
	}
	k->axpy(n, 0.3f, in + 2 * WIDE + from, x);
	k->adam((size_t)n, x, in + from, y, v, 0.3f, 0.9f, 0.98f, 1e-8f,
		0.01f, 0.001f);
	k->drop_apply(1, n, x, x, WIDE, some, (uint32_t)from);
}

static void
check_flat(const struct kernels *k, struct rng *r)
{
	struct alike a = { .what = "axpy, adam, drop_apply", .of = k->name };
	struct mat in = mat_random(r, 1, 3 * WIDE, 3 * WIDE, 1, 0);
	float want[3 * WIDE + SLACK], got[3 * WIDE + SLACK];

	for (int i = 0; i < WIDE; i++)
		op_flat(k, i, 1, in.x, want);
	for (int n = 1; n <= WIDE; n++)
		for (int from = 0; from + n <= WIDE; from += 3) {
			op_flat(k, from, n, in.x, got);
			for (int j = 0; j < 3; j++)
				alike(&a, got + j * WIDE + from,
					want + j * WIDE + from, n, "of", n);
		}
	alike_end(&a);
	mat_free(&in);
}

int
main(void)
{
	const struct kernels *k[TABLES_MAX];
	int n = tables(k);
	struct rng r = rng_seed(19);

	for (int i = 0; i < n; i++) {
		for (int t = 0; t < DTYPE_KMEANS8; t++)
			check_panels(k[i], (enum dtype)t, &r);
		check_product(k[i], &r);
		check_bf16(k[i], &r);
		check_rows(k[i], &r, op_norm, "residual_norm, norm_again");
		check_rows(k[i], &r, op_norm_back, "norm_back, softmax_back");
		check_rows(k[i], &r, op_softmax, "softmax");
		check_rows(k[i], &r, op_xent, "xent");
		check_rows(k[i], &r, op_relu, "bias, relu");
		check_flat(k[i], &r);
	}
	return FINISH();
}
