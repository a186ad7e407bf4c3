/* Softmax, losses and the few-column kernels of decoding: each of each table
 * that this CPU runs, against naive loops in double precision. */
#include "num.h"

static const int sizes[] = { 1, 3, 15, 16, 17, 31, 33, 48, 100 };
enum { SIZES = sizeof sizes / sizeof *sizes };

/* to[n] = softmax(scale x s[n]); returns the log of the sum. */
static double
softmax(int n, const double *s, double scale, double *to)
{
	double max = -INFINITY, sum = 0;

	for (int j = 0; j < n; j++)
		max = fmax(max, scale * s[j]);
	for (int j = 0; j < n; j++)
		sum += to[j] = exp(scale * s[j] - max);
	for (int j = 0; j < n; j++)
		to[j] /= sum;
	return max + log(sum);
}

static void
test_softmax(const struct kernels *k, struct rng *r)
{
	struct check c = check_new("softmax", k->name, 1e-6);
	struct check cl = check_new("softmax's lse", k->name, 1e-6);
	struct check ca = check_new("softmax_again", k->name, 3e-6);

	for (int u = 0; u < 3 * SIZES; u++) {
		int n = sizes[u % SIZES], causal = u >= SIZES;
		int first = u >= 2 * SIZES ? 1 + n / 2 : 1;
		int rows = causal ? n - first + 1 : 5;
		size_t ld = ((size_t)n + 15) / 16 * 16;
		struct mat s = mat_random(r, rows, n, ld, 4, 100);
		struct mat again = mat_copy(&s), lse = mat_new(rows, 1, 3);
		double *x = mat_doubles(&s), *want = mat_doubles(&s);
		double *sum = xmalloc((size_t)rows * sizeof *sum);
		for (int i = 0; i < rows; i++) {
			int m = causal ? first + i : n;
			sum[i] = softmax(m, x + i * n, 0.3f, want + i * n);
			for (int j = m; j < n; j++)
				want[i * n + j] = 0;
		}
		k->softmax(rows, n, s.x, ld, 0.3f, causal, first, lse.x, 3);
		check_mat(&c, &s, want, "p");
		check_mat(&cl, &lse, sum, "lse");
		if (first == 1) {
			k->softmax_again(rows, n, again.x, ld, 0.3f, causal,
				lse.x, 3);
			check_mat(&ca, &again, want, "p");
		}
		free(x);
		free(want);
		free(sum);
		mat_free(&s);
		mat_free(&again);
		mat_free(&lse);
	}
	check_end(&c);
	check_end(&cl);
	check_end(&ca);
}

static void
test_softmax_back(const struct kernels *k, struct rng *r)
{
	struct check c = check_new("softmax_back", k->name, 2e-6);

	for (int u = 0; u < SIZES; u++) {
		int n = sizes[u], rows = 1 + u % 4;
		struct mat p = mat_random(r, rows, n, (size_t)n + 3, 1, 0);
		struct mat dp = mat_random(r, rows, n, (size_t)n + 3, 1, 0);
		double *x = mat_doubles(&p), *want = mat_doubles(&dp);
		for (int i = 0; i < rows; i++) {
			double dot = 0;
			for (int j = 0; j < n; j++)
				dot += x[i * n + j] * want[i * n + j];
			for (int j = 0; j < n; j++)
				want[i * n + j] = x[i * n + j] * 0.3 *
					(want[i * n + j] - dot);
		}
		k->softmax_back(rows, n, p.x, dp.x, p.ld, 0.3f);
		check_mat(&c, &dp, want, "dp");
		free(x);
		free(want);
		mat_free(&p);
		mat_free(&dp);
	}
	check_end(&c);
}

/* Relative error of the exponential, seen through softmax_again: exp(x - 0).
 * The logarithm of the sum likewise, and its maximum far away. */
static void
test_exp(const struct kernels *k)
{
	enum { N = 4000 };
	float *x = xmalloc((N + SLACK) * sizeof *x), zero = 0;
	double worst = 0, far = 0, where = 0;

	for (int round = 0; round < 20; round++) {
		for (int j = 0; j < N; j++)   /* most of them near 0 */
			x[j] = (float)(-87 * pow((j + round / 20.) / N, 3));
		float *y = xmalloc((N + SLACK) * sizeof *y);
		memcpy(y, x, N * sizeof *x);
		k->softmax_again(1, N, y, N, 1, 0, &zero, 1);
		for (int j = 0; j < N; j++) {
			double e = exp(x[j]), off = fabs(y[j] - e) / e;
			if (off > worst) {
				worst = off;
				where = x[j];
			}
		}
		free(y);
	}
	OK(worst < 1e-7, "exp of %s: within %.2e of %s", k->name, worst,
		"the true value");
	printf("# worst at %.9g\n", where);
	for (int j = 0; j < N; j++)
		x[j] = -87.5f - (float)j;
	x[N - 1] = -INFINITY;
	k->softmax_again(1, N, x, N, 1, 0, &zero, 1);
	for (int j = 0; j < N; j++)
		far += x[j] != 0;
	OK(far == 0, "exp of %s: 0 from -87.5 to minus infinity", k->name);
	x[0] = NAN;
	k->softmax_again(1, 1, x, N, 1, 0, &zero, 1);
	OK(isnan(x[0]), "exp of %s: not a number stays none", k->name);
	free(x);
}

static void
test_log_sum_exp(const struct kernels *k, struct rng *r)
{
	struct check c = check_new("log_sum_exp", k->name, 1e-6);

	for (int u = 0; u < 4 * SIZES; u++) {
		int n = u == 4 * SIZES - 1 ? 40000 : sizes[u % SIZES];
		struct mat x = mat_random(r, 1, n, (size_t)n, u < SIZES ? 1 :
			30, u & 1 ? 1000 : -1000);
		double *d = mat_doubles(&x), max = -INFINITY, sum = 0;
		if (u & 2)
			x.x[0] = -INFINITY, d[0] = -INFINITY;
		if (n > 1 || !(u & 2)) {
			for (int i = 0; i < n; i++)
				max = fmax(max, d[i]);
			for (int i = 0; i < n; i++)
				sum += exp(d[i] - max);
			check_value(&c, k->log_sum_exp(n, x.x), max + log(sum),
				"");
		}
		free(d);
		mat_free(&x);
	}
	check_end(&c);
}

static void
test_xent(const struct kernels *k, struct rng *r)
{
	struct check c = check_new("xent's loss and nll", k->name, 2e-6);
	struct check cg = check_new("xent's gradient", k->name, 2e-6);

	for (int u = 0; u < 4 * SIZES; u++) {
		int n = u == SIZES - 1 ? 9001 : sizes[u % SIZES];
		int rows = 1 + u % 3, target[3];
		float smooth = u & 1 ? 0.1f : 0, grad = u & 2 ? 1.5f : 0;
		struct mat x = mat_random(r, rows, n, (size_t)n + 2, 2, 0);
		struct mat out = mat_new(2, rows, (size_t)rows + 1);
		double *d = mat_doubles(&x), *want = mat_doubles(&x), both[6];
		for (int i = 0; i < rows; i++) {
			double *p = want + i * n, *xi = d + i * n, all = 0;
			target[i] = (int)rng_below(r, (uint64_t)n);
			double lse = softmax(n, xi, 1, p);
			for (int j = 0; j < n; j++)
				all += lse - xi[j];
			both[rows + i] = lse - xi[target[i]];
			both[i] = (1 - (double)smooth) * both[rows + i] +
				smooth * all / n;
			for (int j = 0; j < n; j++)
				p[j] = grad == 0 ? xi[j] : grad * (p[j] -
					(j == target[i]) * (1 - (double)smooth)
					- smooth / (double)n);
		}
		k->xent(rows, n, x.x, x.ld, target, smooth, grad, out.x, out.x +
			out.ld);
		check_mat(&c, &out, both, "loss, nll");
		check_mat(&cg, &x, want, "gradient");
		free(d);
		free(want);
		mat_free(&x);
		mat_free(&out);
	}
	check_end(&c);
	check_end(&cg);
}

/* What a row of logits x[n] and its teacher give: the losses and, in g, the
 * gradient. The teacher has words, all of them where z is not NULL. */
struct taught {
	double smooth, weight, temperature, grad;
	int n, target, words;
	const int *ids, *parts;
	const double *z;
	double loss, nll, taught;
};

static void
teach_naively(struct taught *t, const double *x, double *g)
{
	double *p = xmalloc(2 * (size_t)t->n * sizeof *p), *q = p + t->n;
	double cold = 1 / t->temperature, all = 0, sum = 0;
	double *their = xcalloc((size_t)t->n, sizeof *their);
	double lse = softmax(t->n, x, 1, p);
	double cold_lse = softmax(t->n, x, cold, q);

	for (int k = 0; k < t->words; k++)
		sum += t->parts[k];
	for (int k = 0; k < t->words; k++)
		their[t->ids[k]] = t->parts[k] / sum;
	if (t->z)
		softmax(t->n, t->z, cold, their);
	t->taught = 0;
	for (int j = 0; j < t->n; j++) {
		all += lse - x[j];
		t->taught -= their[j] * (x[j] * cold - cold_lse);
		if (t->z && their[j] > 0)
			t->taught += their[j] * log(their[j]);
	}
	t->taught *= t->temperature * t->temperature;
	t->nll = lse - x[t->target];
	t->loss = (1 - t->weight) * ((1 - t->smooth) * t->nll + t->smooth *
		all / t->n) + t->weight * t->taught;
	for (int j = 0; j < t->n; j++)
		g[j] = t->grad * ((1 - t->weight) * (p[j] - t->smooth / t->n -
			(j == t->target) * (1 - t->smooth)) + t->weight *
			t->temperature * (q[j] - their[j]));
	free(p);
	free(their);
}

enum { TAUGHT = 3, WORDS = 5 };   /* rows, words of a row */

/* Some words of a row of n. */
static int
draw_words(struct rng *r, int n, int *ids, int *parts)
{
	int words = 1 + (int)rng_below(r, WORDS);

	for (int k = 0; k < words; k++) {
		ids[k] = (int)((rng_below(r, 2) + (uint64_t)k * 2) %
			(uint64_t)n);
		parts[k] = 1 + (int)rng_below(r, 9999);
		for (int i = 0; i < k; i++)
			if (ids[i] == ids[k])
				return k;
	}
	return words;
}

static void
test_taught(const struct kernels *k, struct rng *r, int logits)
{
	const char *name = logits ? "xent_logits" : "xent_words";
	struct check c = check_new(name, k->name, 3e-6);
	struct check cg = check_new("its gradient", k->name, 3e-6);

	for (int u = 0; u < 6 * SIZES; u++) {
		static const float temperatures[] = { 1, 0.6f, 3 };
		int n = u == SIZES - 1 ? 9001 : sizes[u % SIZES];
		int ids[TAUGHT * WORDS], parts[TAUGHT * WORDS], target[TAUGHT];
		int from[TAUGHT + 1] = { 0 };
		struct teacher t = { .weight = u & 1 ? 0.9f : 0.3f,
			.temperature = temperatures[u % 3], .at = from,
			.ids = ids, .parts = parts };
		float smooth = u & 2 ? 0.1f : 0, grad = u & 1 ? 1.5f : 0;
		struct mat x = mat_random(r, TAUGHT, n, (size_t)n + 2, 2, 50);
		struct mat z = mat_random(r, TAUGHT, n, (size_t)n + 2, 2, -9);
		struct mat z0 = mat_copy(&z);
		struct mat out = mat_new(3, TAUGHT, TAUGHT + 1);
		double *d = mat_doubles(&x), *zd = mat_doubles(&z);
		double *want = mat_doubles(&x), all[3 * TAUGHT];
		double *spare = xmalloc((size_t)n * sizeof *spare);
		for (int i = 0; i < TAUGHT; i++) {
			target[i] = (int)rng_below(r, (uint64_t)n);
			from[i + 1] = from[i] + draw_words(r, n, ids + from[i],
				parts + from[i]);
			struct taught one = { (double)smooth,
				(double)t.weight, (double)t.temperature,
				(double)grad, n, target[i], logits ? 0 :
				from[i + 1] - from[i], ids + from[i],
				parts + from[i], logits ? zd + i * n : NULL,
				0, 0, 0 };
			teach_naively(&one, d + i * n, grad == 0 ? spare :
				want + i * n);
			all[i] = one.loss;
			all[TAUGHT + i] = one.nll;
			all[2 * TAUGHT + i] = one.taught;
		}
		struct losses to = { out.x, out.x + out.ld, out.x + 2 *
			out.ld };
		if (logits)
			k->xent_logits(TAUGHT, n, x.x, x.ld, target, smooth,
				&t, z.x, grad, &to);
		else
			k->xent_words(TAUGHT, n, x.x, x.ld, target, smooth,
				&t, grad, &to);
		check_mat(&c, &out, all, "loss, nll, taught");
		check_mat(&cg, &x, want, "gradient");
		cg.spilt |= memcmp(z.block, z0.block, z.all *
			sizeof *z.block) != 0;
		free(d);
		free(zd);
		free(want);
		free(spare);
		mat_free(&x);
		mat_free(&z);
		mat_free(&z0);
		mat_free(&out);
	}
	check_end(&c);
	check_end(&cg);
}

int
main(void)
{
	const struct kernels *k[TABLES_MAX];
	int n = tables(k);
	struct rng r = rng_seed(12);

	for (int i = 0; i < n; i++) {
		test_softmax(k[i], &r);
		test_softmax_back(k[i], &r);
		test_exp(k[i]);
		test_log_sum_exp(k[i], &r);
		test_xent(k[i], &r);
		test_taught(k[i], &r, 0);
		test_taught(k[i], &r, 1);
	}
	return FINISH();
}
