/* Products, rows and vectors: each kernel of each table that this CPU runs,
 * against naive loops in double precision. */
#include "num.h"

static const int sizes[] = { 1, 3, 15, 16, 17, 31, 33, 48, 100 };
enum { SIZES = sizeof sizes / sizeof *sizes };

static void
test_product(const struct kernels *k, struct rng *r)
{
	struct check c = check_new("product", k->name, 2e-5);
	char where[80];

	for (int u = 0; u < SIZES * SIZES; u++) {
		int m = 1 + (int)rng_below(r, 20), n = sizes[u % SIZES];
		int p = sizes[u / SIZES], add = u & 1, turned = u & 2;
		struct mat a = turned ?
			mat_random(r, p, m, (size_t)m + 5, 1, 0) :
			mat_random(r, m, p, (size_t)p + 3, 1, 0);
		struct mat b = mat_random(r, p, n, (size_t)n + 7, 1, 0);
		struct mat to = mat_random(r, m, n, (size_t)n + 2, 1, 0);
		double *want = mat_doubles(&to);
		for (int i = 0; i < m * n; i++) {
			want[i] *= add;
			for (int l = 0; l < p; l++)
				want[i] += (double)at(&b, l, i % n) * (turned ?
					at(&a, l, i / n) : at(&a, i / n, l));
		}
		k->product(m, n, p, a.x, turned ? 1 : a.ld, turned ? a.ld : 1,
			b.x, b.ld, to.x, to.ld, add);
		snprintf(where, sizeof where, "%dx%dx%d add %d turned %d", m,
			n, p, add, turned);
		check_mat(&c, &to, want, where);
		free(want);
		mat_free(&a);
		mat_free(&b);
		mat_free(&to);
	}
	check_end(&c);
}

/* The mask of a drop as plain numbers: element i has f[i]. */
static double *
factors(const struct kernels *k, struct drop d, uint32_t from, int n)
{
	struct num num = { .threads = 1, .k = k };
	double *f = xmalloc((size_t)n * sizeof *f);

	for (int i = 0; i < n; i++)
		f[i] = drop_factor(&num, d, from + (uint32_t)i);
	return f;
}

static struct drop
some_drop(int u)
{
	return u % 3 ? drop_make(0.3, 5, (uint64_t)u, 2) :
		(struct drop){ 0, 1, { 0, 0 } };
}

static void
test_elementwise(const struct kernels *k, struct rng *r)
{
	enum { BIAS, RELU, RELU_BACK, DROP, KINDS };
	static const char *const names[] = { "bias", "bias_relu", "relu_back",
		"drop_apply" };

	for (int kind = 0; kind < KINDS; kind++) {
		struct check c = check_new(names[kind], k->name, 1e-6);
		for (int u = 0; u < 3 * SIZES; u++) {
			int n = sizes[u % SIZES], rows = 1 + u % 5;
			uint32_t from = u & 1 ? 0xffffff00u : 77;
			uint32_t apart = (uint32_t)n +
				(kind == RELU ? 9 : 0);
			struct drop d = some_drop(u);
			struct mat x = mat_random(r, rows, n, (size_t)n + 4, 1,
				0);
			struct mat y = mat_random(r, rows, n, x.ld, 1, 0);
			struct mat b = mat_random(r, 1, n, (size_t)n, 1, 0);
			double *f = factors(k, d, from, rows * (int)apart);
			double *want = mat_doubles(&x);
			for (int i = 0; i < rows * n; i++) {
				double w = want[i] + at(&b, 0, i % n);
				double keep = f[i / n * (int)apart + i % n];
				want[i] = kind == BIAS ? w :
					kind == RELU ? (w > 0 ? w : 0) * keep :
					kind == DROP ? want[i] * keep :
					at(&y, i / n, i % n) > 0 ?
					want[i] * 1.25 : 0;
			}
			if (kind == BIAS) {
				k->bias(rows, n, x.x, x.ld, b.x);
				k->bias(rows, n, x.x, x.ld, NULL);
			} else if (kind == RELU)
				k->bias_relu(rows, n, x.x, x.ld, b.x, d, from,
					apart);
			else if (kind == RELU_BACK)
				k->relu_back(rows, n, x.x, y.x, x.ld, 1.25f);
			else
				k->drop_apply(rows, n, x.x, x.x, x.ld, d,
					from);
			check_mat(&c, &x, want, names[kind]);
			free(f);
			free(want);
			mat_free(&x);
			mat_free(&y);
			mat_free(&b);
		}
		check_end(&c);
	}
}

/* Which elements dropout keeps is the same for every table, as bytes. */
static void
test_masks(const struct kernels *const *ks, int n_tables)
{
	enum { N = 1003 };
	struct drop d = drop_make(0.4, 1, 2, 3);
	float ones[N + SLACK], y[2][N + SLACK];

	for (int i = 0; i < N + SLACK; i++)
		ones[i] = 1;
	for (int t = 0; t < n_tables; t++) {
		ks[t]->drop_apply(1, N, ones, y[t > 0], N, d, 0xffffff00u);
		OK(!memcmp(y[0], y[t > 0], N * sizeof **y),
			"dropout of %s is that of %s", ks[t]->name,
			ks[0]->name);
	}
}

static void
test_norm(const struct kernels *k, struct rng *r)
{
	struct check cr = check_new("residual_norm r", k->name, 1e-6);
	struct check cs = check_new("residual_norm stats", k->name, 1e-5);
	struct check cy = check_new("residual_norm y", k->name, 2e-5);
	struct check ca = check_new("norm_again", k->name, 2e-5);

	for (int u = 0; u < 4 * SIZES; u++) {
		int n = sizes[u % SIZES], rows = 1 + u % 4;
		size_t ld = (size_t)n;
		struct drop d = some_drop(u);
		/* a mean far from 0: the variance must not cancel away */
		struct mat x = mat_random(r, rows, n, ld, 1, u & 1 ? 50 : 0);
		struct mat z = mat_random(r, rows, n, ld, 1, 0);
		struct mat b = mat_random(r, 3, n, ld, 1, 0);
		struct mat apart = mat_new(rows, n, ld);
		struct mat y = mat_new(rows, n, ld);
		struct mat stats = mat_new(rows, 2, 2);
		struct mat *to = u & 2 ? &z : &apart;
		double *f = factors(k, d, 1000, rows * n);
		double *want = mat_doubles(&x), *out = mat_doubles(&x);
		double *both = xmalloc((size_t)rows * 2 * sizeof *both);
		for (int i = 0; i < rows; i++) {
			double mean = 0, var = 0, *w = want + i * n;
			for (int j = 0; j < n; j++) {
				w[j] += ((double)at(&z, i, j) + at(&b, 0, j)) *
					f[i * n + j];
				mean += w[j] / n;
			}
			for (int j = 0; j < n; j++)
				var += (w[j] - mean) * (w[j] - mean) / n;
			both[2 * i] = mean;
			both[2 * i + 1] = 1 / sqrt(var + 1e-5);
			for (int j = 0; j < n; j++)
				out[i * n + j] = (w[j] - mean) * both[2 * i + 1]
					* at(&b, 1, j) + at(&b, 2, j);
		}
		k->residual_norm(rows, n, x.x, z.x, b.x, d, 1000, b.x + ld,
			b.x + 2 * ld, to->x, stats.x, y.x);
		check_mat(&cr, to, want, "r");
		if (n > 1) {    /* 1/deviation of one number is only rounding */
			check_mat(&cs, &stats, both, "stats");
			check_mat(&cy, &y, out, "y");
		}
		memset(y.x, 0, (size_t)rows * ld * sizeof *y.x);
		k->norm_again(rows, n, to->x, stats.x, b.x + ld, b.x + 2 * ld,
			y.x);
		if (n > 1)
			check_mat(&ca, &y, out, "y");
		free(f);
		free(want);
		free(out);
		free(both);
		mat_free(&x);
		mat_free(&z);
		mat_free(&b);
		mat_free(&apart);
		mat_free(&y);
		mat_free(&stats);
	}
	check_end(&cr);
	check_end(&cs);
	check_end(&cy);
	check_end(&ca);
}

static void
test_norm_back(const struct kernels *k, struct rng *r)
{
	struct check cr = check_new("norm_back dr", k->name, 2e-5);
	struct check cg = check_new("norm_back dgain, dshift", k->name, 2e-5);

	for (int u = 0; u < 2 * SIZES; u++) {
		int n = sizes[u % SIZES], rows = 1 + u % 4;
		size_t ld = (size_t)n;
		struct mat dy = mat_random(r, rows, n, ld, 1, 0);
		struct mat x = mat_random(r, rows, n, ld, 1, 0);
		struct mat stats = mat_random(r, rows, 2, 2, 0.2, 1);
		struct mat gain = mat_random(r, 1, n, ld, 1, 0);
		struct mat apart = mat_new(rows, n, ld);
		struct mat sums = mat_random(r, 2, n, ld, 1, 0);
		struct mat *to = u & 1 ? &dy : &apart;
		double *want = mat_doubles(&x), *both = mat_doubles(&sums);
		for (int i = 0; i < rows; i++) {
			double a = 0, b = 0, rstd = at(&stats, i, 1);
			double mean = at(&stats, i, 0);
			for (int j = 0; j < n; j++) {
				double g = at(&dy, i, j);
				double norm = rstd * (at(&x, i, j) - mean);
				both[j] += g * norm;
				both[n + j] += g;
				a += g * at(&gain, 0, j) / n;
				b += g * at(&gain, 0, j) * norm / n;
			}
			for (int j = 0; j < n; j++)
				want[i * n + j] = rstd * ((double)at(&dy, i, j)
					* at(&gain, 0, j) - a - b * rstd *
					(at(&x, i, j) - mean));
		}
		k->norm_back(rows, n, dy.x, x.x, stats.x, gain.x, to->x, sums.x,
			sums.x + ld);
		check_mat(&cr, to, want, "dr");
		check_mat(&cg, &sums, both, "sums");
		free(want);
		free(both);
		mat_free(&dy);
		mat_free(&x);
		mat_free(&stats);
		mat_free(&gain);
		mat_free(&apart);
		mat_free(&sums);
	}
	check_end(&cr);
	check_end(&cg);
}

static void
test_vectors(const struct kernels *k, struct rng *r)
{
	struct check c = check_new("axpy", k->name, 1e-6);
	struct check s = check_new("sum_squares", k->name, 1e-6);

	for (int u = 0; u < SIZES + 4; u++) {
		int n = u < SIZES ? sizes[u] : 1000 * (u - SIZES) + 1024;
		struct mat x = mat_random(r, 1, n, (size_t)n, 1, 0);
		struct mat y = mat_random(r, 1, n, (size_t)n, 1, 0);
		double *want = mat_doubles(&y), sum = 0;
		for (int i = 0; i < n; i++) {
			want[i] += -0.7f * (double)at(&x, 0, i);
			sum += (double)at(&x, 0, i) * at(&x, 0, i);
		}
		check_value(&s, k->sum_squares((size_t)n, x.x), sum, "");
		k->axpy(n, -0.7f, x.x, y.x);
		check_mat(&c, &y, want, "y");
		free(want);
		mat_free(&x);
		mat_free(&y);
	}
	check_end(&c);
	check_end(&s);
}

static void
test_adam(const struct kernels *k, struct rng *r)
{
	struct check c = check_new("adam", k->name, 1e-6);

	for (int u = 0; u < SIZES; u++) {
		int n = sizes[u];
		struct mat w = mat_random(r, 1, n, (size_t)n, 1, 0);
		struct mat g = mat_random(r, 1, n, (size_t)n, 1, 0);
		struct mat m = mat_random(r, 1, n, (size_t)n, 1, 0);
		struct mat v = mat_random(r, 1, n, (size_t)n, 0.1, 1);
		double *dw = mat_doubles(&w), *dg = mat_doubles(&g);
		double *dm = mat_doubles(&m), *dv = mat_doubles(&v);
		for (int i = 0; i < n; i++) {
			double gi = dg[i] * 0.5;
			dm[i] = dm[i] * 0.875 + gi * 0.125;
			dv[i] = dv[i] * 0.75 + gi * gi * 0.25;
			dw[i] -= dw[i] * 0.01 + 0.1 * dm[i] /
				(sqrt(dv[i]) + 1e-3);
		}
		k->adam((size_t)n, w.x, g.x, m.x, v.x, 0.5f, 0.875f, 0.75f,
			1e-3f, 0.1f, 0.01f);
		check_mat(&c, &w, dw, "w");
		check_mat(&c, &m, dm, "m");
		check_mat(&c, &v, dv, "v");
		check_mat(&c, &g, dg, "g");
		free(dw);
		free(dg);
		free(dm);
		free(dv);
		mat_free(&w);
		mat_free(&g);
		mat_free(&m);
		mat_free(&v);
	}
	check_end(&c);
}

int
main(void)
{
	const struct kernels *k[TABLES_MAX];
	int n = tables(k);
	struct rng r = rng_seed(11);

	OK(n > 0 && k[0] == kernels_best(), "%d tables, the best is %s", n,
		k[0]->name);
	test_masks(k, n);
	for (int i = 0; i < n; i++) {
		test_product(k[i], &r);
		test_elementwise(k[i], &r);
		test_norm(k[i], &r);
		test_norm_back(k[i], &r);
		test_vectors(k[i], &r);
		test_adam(k[i], &r);
	}
	return FINISH();
}
