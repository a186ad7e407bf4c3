/* Linear layers, ReLU, dropout, residual and norm, embeddings, Adam: forward
 * against naive loops, backward against finite differences of them. */
#include "num.h"

/* sum(g x mask x y) of y = relu(x . w^T + b), in double. */
struct linear {
	int t, out, in, relu;
	double *x, *w, *b, *g, *mask;   /* [t,in] [out,in] [out] [t,out] */
	double *y;                      /* [t,out] or NULL */
};

static double
linear_sum(const void *what)
{
	const struct linear *l = what;
	double sum = 0;

	for (int i = 0; i < l->t * l->out; i++) {
		int o = i % l->out;
		double y = l->b[o];
		for (int j = 0; j < l->in; j++)
			y += l->x[i / l->out * l->in + j] *
				l->w[o * l->in + j];
		if (l->relu && y < 0)
			y = 0;
		y *= l->mask[i];
		if (l->y)
			l->y[i] = y;
		sum += l->g[i] * y;
	}
	return sum;
}

static double *
slopes(double (*f)(const void *), const void *what, double *x, int n)
{
	double *d = xmalloc((size_t)n * sizeof *d);

	for (int i = 0; i < n; i++)
		d[i] = slope(f, what, x + i);
	return d;
}

/* check got against start + slope of x[rows, n] */
static void
check_slopes(struct check *c, const struct mat *got, const struct mat *start,
	double (*f)(const void *), const void *what, double *x,
	const char *where)
{
	double *d = slopes(f, what, x, got->rows * got->n);

	for (int i = 0; start && i < got->rows * got->n; i++)
		d[i] += at(start, i / got->n, i % got->n);
	check_mat(c, got, d, where);
	free(d);
}

/* The same layer with and without ReLU and dropout, a weight that is a view. */
static void
test_linear(const struct num *num, struct rng *r, int relu)
{
	const char *name = relu ? "nn_linear_relu" : "nn_linear";
	struct check cy = check_new(name, num->k->name, 1e-5);
	struct check cb = check_new("its gradients", num->k->name, 1e-5);

	for (int u = 0; u < 12; u++) {
		int t = 1 + (int)rng_below(r, 9), out = 1 + u * 3, in = 17 - u;
		struct mat x = mat_random(r, t, in, (size_t)in, 1, 0);
		struct mat w = mat_random(r, out, in, (size_t)in + 5, 1, 0);
		struct mat b = mat_random(r, 1, out, (size_t)out, 1, 0);
		struct mat g = mat_random(r, t, out, (size_t)out, 1, 0);
		struct mat y = mat_new(t, out, (size_t)out);
		struct mat dx = mat_random(r, t, in, (size_t)in, 1, 0);
		struct mat dw = mat_random(r, out, in, (size_t)in + 5, 1, 0);
		struct mat db = mat_random(r, 1, out, (size_t)out, 1, 0);
		struct mat dx0 = mat_copy(&dx), dw0 = mat_copy(&dw);
		struct mat db0 = mat_copy(&db);
		struct drop d = drop_make(u % 3 ? 0.3 : 0, 1, 2, 3);
		struct linear l = { t, out, in, relu, mat_doubles(&x),
			mat_doubles(&w), mat_doubles(&b), mat_doubles(&g),
			mat_doubles(&g), mat_doubles(&g) };
		for (int i = 0; i < t * out; i++)
			l.mask[i] = relu ? drop_factor(num, d, (uint32_t)i) : 1;
		linear_sum(&l);
		/* from here on its slope where it is, without the kink */
		double *y0 = l.y;
		l.y = NULL;
		l.relu = 0;
		for (int i = 0; relu && i < t * out; i++)
			l.mask[i] *= y0[i] > 0;
		if (relu)
			nn_linear_relu(num, t, out, in, x.x, w.x, (int)w.ld,
				b.x, d, y.x);
		else
			nn_linear(num, t, out, in, x.x, (int)x.ld, w.x,
				(int)w.ld, b.x, y.x, (int)y.ld);
		check_mat(&cy, &y, y0, "y");
		if (relu)
			nn_relu_back(num, t, out, g.x, y.x, d);
		nn_linear_back_input(num, t, out, in, g.x, (int)g.ld, w.x,
			(int)w.ld, dx.x, (int)dx.ld, u & 1);
		nn_linear_back_weight(num, t, out, in, g.x, (int)g.ld, x.x,
			(int)x.ld, dw.x, (int)dw.ld, u & 2 ? db.x : NULL);
		check_slopes(&cb, &dx, u & 1 ? &dx0 : NULL, linear_sum, &l,
			l.x, "dx");
		check_slopes(&cb, &dw, &dw0, linear_sum, &l, l.w, "dw");
		if (u & 2)
			check_slopes(&cb, &db, &db0, linear_sum, &l, l.b, "db");
		struct mat *all[] = { &x, &w, &b, &g, &y, &dx, &dw, &db, &dx0,
			&dw0, &db0 };
		for (size_t i = 0; i < sizeof all / sizeof *all; i++)
			mat_free(all[i]);
		double *ds[] = { l.x, l.w, l.b, l.g, l.mask, y0 };
		for (size_t i = 0; i < sizeof ds / sizeof *ds; i++)
			free(ds[i]);
	}
	check_end(&cy);
	check_end(&cb);
}

/* Several tiles: bias, ReLU and dropout must not depend on where they lie. */
static void
test_tiles(const struct num *num, struct rng *r)
{
	enum { T = 530, OUT = 601, IN = 9 };
	struct check cy = check_new("nn_linear, many tiles", num->k->name,
		1e-5);
	struct check cd = check_new("nn_linear_relu, many tiles", num->k->name,
		1e-5);
	struct mat x = mat_random(r, T, IN, IN, 1, 0);
	struct mat w = mat_random(r, OUT, IN, IN + 1, 1, 0);
	struct mat b = mat_random(r, 1, OUT, OUT, 1, 0);
	struct mat y = mat_new(T, OUT, OUT), z = mat_new(T, OUT, OUT);
	double *want = xmalloc(sizeof *want * T * OUT);
	struct drop d = drop_make(0.2, 1, 1, 1);

	nn_linear(num, T, OUT, IN, x.x, IN, w.x, (int)w.ld, b.x, y.x, OUT);
	nn_linear_relu(num, T, OUT, IN, x.x, w.x, (int)w.ld, b.x, d, z.x);
	for (int i = 0; i < T * OUT; i++) {
		want[i] = at(&b, 0, i % OUT);
		for (int j = 0; j < IN; j++)
			want[i] += (double)at(&x, i / OUT, j) *
				at(&w, i % OUT, j);
	}
	check_mat(&cy, &y, want, "y");
	for (int i = 0; i < T * OUT; i++)
		want[i] = want[i] < 0 ? 0 : want[i] * drop_factor(num, d,
			(uint32_t)i);
	check_mat(&cd, &z, want, "y");
	check_end(&cy);
	check_end(&cd);
	free(want);
	mat_free(&x);
	mat_free(&w);
	mat_free(&b);
	mat_free(&y);
	mat_free(&z);
}

/* sum(g x y) of y = norm(x + mask x (z + b)) x gain + shift. */
struct norm {
	int t, d;
	double *x, *z, *b, *gain, *shift, *g, *mask, *y;
};

static double
norm_sum(const void *what)
{
	const struct norm *n = what;
	double sum = 0;

	for (int i = 0; i < n->t; i++) {
		double mean = 0, var = 0, r[64];
		for (int j = 0; j < n->d; j++) {
			int at = i * n->d + j;
			r[j] = n->x[at] + n->mask[at] * (n->z[at] + n->b[j]);
			mean += r[j] / n->d;
		}
		for (int j = 0; j < n->d; j++)
			var += (r[j] - mean) * (r[j] - mean) / n->d;
		for (int j = 0; j < n->d; j++) {
			double y = (r[j] - mean) / sqrt(var + 1e-5) *
				n->gain[j] + n->shift[j];
			if (n->y)
				n->y[i * n->d + j] = y;
			sum += n->g[i * n->d + j] * y;
		}
	}
	return sum;
}

static void
test_norm(const struct num *num, struct rng *r, int t, int d, struct drop drop)
{
	struct check c = check_new("nn_residual_norm", num->k->name, 2e-5);
	struct check cb = check_new("its gradients", num->k->name, 5e-5);
	size_t ld = (size_t)d;
	struct mat x = mat_random(r, t, d, ld, 1, 0);
	struct mat z = mat_random(r, t, d, ld, 1, 0);
	struct mat v = mat_random(r, 3, d, ld, 1, 0);   /* b, gain, shift */
	struct mat g = mat_random(r, t, d, ld, 1, 0);
	struct mat res = mat_new(t, d, ld), y = mat_new(t, d, ld);
	struct mat again = mat_new(t, d, ld), dz = mat_new(t, d, ld);
	struct mat stats = mat_new(t, 2, 2), dv = mat_random(r, 2, d, ld, 1, 0);
	struct mat dv0 = mat_copy(&dv), db = mat_new(1, d, ld);
	float *parts = xmalloc((nn_parts(t, d) + SLACK) * sizeof *parts);
	double *vd = mat_doubles(&v);
	struct norm n = { t, d, mat_doubles(&x), mat_doubles(&z), vd, vd + d,
		vd + 2 * d, mat_doubles(&g), mat_doubles(&g), mat_doubles(&g) };

	for (int i = 0; i < t * d; i++)
		n.mask[i] = drop_factor(num, drop, (uint32_t)i);
	norm_sum(&n);
	nn_residual_norm(num, t, d, x.x, z.x, v.x, drop, v.x + ld,
		v.x + 2 * ld, res.x, stats.x, y.x);
	check_mat(&c, &y, n.y, "y");
	nn_norm_again(num, t, d, res.x, stats.x, v.x + ld, v.x + 2 * ld,
		again.x);
	check_mat(&c, &again, n.y, "again");
	check_end(&c);
	/* in place, as a backward pass does */
	nn_norm_back(num, t, d, g.x, res.x, stats.x, v.x + ld, g.x, dv.x,
		dv.x + ld, parts);
	nn_drop(num, t, d, g.x, dz.x, drop);
	memset(db.x, 0, ld * sizeof *db.x);
	for (int i = 0; i < t * d; i++)
		db.x[i % d] += at(&dz, i / d, i % d);
	check_slopes(&cb, &g, NULL, norm_sum, &n, n.x, "dr");
	check_slopes(&cb, &dz, NULL, norm_sum, &n, n.z, "dz");
	check_slopes(&cb, &db, NULL, norm_sum, &n, n.b, "db");
	check_slopes(&cb, &dv, &dv0, norm_sum, &n, n.gain, "dgain, dshift");
	check_end(&cb);
	struct mat *all[] = { &x, &z, &v, &g, &res, &y, &again, &dz, &stats,
		&dv, &dv0, &db };
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		mat_free(all[i]);
	free(parts);
	double *ds[] = { vd, n.x, n.z, n.g, n.mask, n.y };
	for (size_t i = 0; i < sizeof ds / sizeof *ds; i++)
		free(ds[i]);
}

/* sum(g x mask x (scale x table[id] + position[pos])) */
static void
test_embed(const struct num *num, struct rng *r, int t, int d, struct drop drop)
{
	enum { WORDS = 11, PLACES = 7 };
	struct check c = check_new("nn_embed", num->k->name, 1e-6);
	struct check cb = check_new("nn_embed_back", num->k->name, 1e-5);
	struct mat table = mat_random(r, WORDS, d, (size_t)d + 6, 1, 0);
	struct mat places = mat_random(r, PLACES, d, (size_t)d + 3, 1, 0);
	struct mat dt = mat_random(r, WORDS, d, (size_t)d + 6, 1, 0);
	struct mat g = mat_random(r, t, d, (size_t)d, 1, 0);
	struct mat x = mat_new(t, d, (size_t)d);
	double *want = mat_doubles(&g), *back = mat_doubles(&dt);
	int ids[200], pos[200];

	for (int i = 0; i < t * d; i++) {
		int row = i / d, j = i % d;
		double f = drop_factor(num, drop, (uint32_t)i);
		if (!j) {
			ids[row] = (int)rng_below(r, WORDS);
			pos[row] = (int)rng_below(r, PLACES);
		}
		want[i] = f * (3.5 * at(&table, ids[row], j) +
			at(&places, pos[row], j));
		back[ids[row] * d + j] += f * 3.5 * at(&g, row, j);
	}
	nn_embed(num, t, d, ids, pos, table.x, (int)table.ld, places.x,
		(int)places.ld, 3.5f, drop, x.x);
	nn_embed_back(num, t, d, ids, g.x, dt.x, (int)dt.ld, 3.5f, drop);
	check_mat(&c, &x, want, "x");
	check_mat(&cb, &dt, back, "dtable");
	check_end(&c);
	check_end(&cb);
	free(want);
	free(back);
	mat_free(&table);
	mat_free(&places);
	mat_free(&dt);
	mat_free(&g);
	mat_free(&x);
}

static void
test_adam(const struct num *num, struct rng *r)
{
	enum { N = 70001, STEPS = 6 };
	struct adam a = { 1e-2, 0.9, 0.98, 1e-3, 0.1 };
	struct check c = check_new("nn_adam, 6 steps", num->k->name, 2e-6);
	struct mat w = mat_random(r, 1, N, N, 1, 0), m = mat_copy(&w);
	struct mat v = mat_copy(&w);
	double *wd = mat_doubles(&w), *md = mat_doubles(&w);
	double *vd = mat_doubles(&w), sum = 0;

	nn_zero(num, N, m.x);
	nn_zero(num, N, v.x);
	memset(md, 0, N * sizeof *md);
	memset(vd, 0, N * sizeof *vd);
	for (int s = 1; s <= STEPS; s++) {
		struct mat g = mat_random(r, 1, N, N, 2, 0.5);
		for (int i = 0; i < N; i++) {
			double gi = 0.25 * at(&g, 0, i);
			md[i] = 0.9 * md[i] + 0.1 * gi;
			vd[i] = 0.98 * vd[i] + 0.02 * gi * gi;
			/* Kingma and Ba with eps before the correction */
			wd[i] = wd[i] * (1 - a.lr * a.weight_decay) - a.lr *
				(md[i] / (1 - pow(0.9, s))) / ((sqrt(vd[i]) +
				a.eps) / sqrt(1 - pow(0.98, s)));
		}
		nn_adam(num, &a, s, N, w.x, g.x, m.x, v.x, 0.25);
		mat_free(&g);
	}
	check_mat(&c, &w, wd, "w");
	check_mat(&c, &m, md, "m");
	check_mat(&c, &v, vd, "v");
	check_end(&c);
	for (int n = 0; n < 3; n++) {
		int to = n ? n == 1 ? 63 : N : 0;
		for (int i = sum = 0; i < to; i++)
			sum += (double)w.x[i] * w.x[i];
		NEAR(nn_sum_squares(num, (size_t)to, w.x), sum, 1e-6,
			"nn_sum_squares of %d, %s", to, num->k->name);
	}
	free(wd);
	free(md);
	free(vd);
	mat_free(&w);
	mat_free(&m);
	mat_free(&v);
}

int
main(void)
{
	const struct kernels *k[TABLES_MAX];
	int n = tables(k);
	struct rng r = rng_seed(13);
	struct drop none = drop_make(0, 1, 2, 3);
	struct drop some = drop_make(0.25, 1, 2, 3);

	for (int i = 0; i < n; i++) {
		struct num num = num_init(2, DTYPE_FP32, kernels_best());
		num.k = k[i];
		test_linear(&num, &r, 0);
		test_linear(&num, &r, 1);
		test_tiles(&num, &r);
		test_norm(&num, &r, 3, 17, none);
		test_norm(&num, &r, 131, 9, some);
		test_embed(&num, &r, 5, 3, none);
		test_embed(&num, &r, 150, 70, some);
		test_adam(&num, &r);
		num_free(&num);
	}
	return FINISH();
}
