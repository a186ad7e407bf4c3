/* Output layer and loss over several chunks of rows, alone and with a teacher:
 * values against naive loops, gradients by finite differences; and a teacher's
 * likeliest words. */
#include "num.h"
#include "num/xent.h"

enum { T = 1043, D = 5, E = 7, V = 19, LD = 8, K = 4 };   /* chunks of 1024
							and 19 rows */

/* Outputs of a student and of its teacher, the same in double, and scratch for
 * both. */
struct sides {
	struct mat h, w, their_h, their_w;   /* [T, D], [V, D], [T, E], [V, E] */
	double *hd, *wd, *their_hd, *their_wd;
	float *scratch;
};

static struct sides
sides_draw(struct rng *r, float size)
{
	struct sides s = { mat_random(r, T, D, D, size, 0),
		mat_random(r, V, D, LD, size, 0),
		mat_random(r, T, E, E, size, 0),
		mat_random(r, V, E, LD, size, 0), NULL, NULL, NULL, NULL,
		xmalloc(2 * nn_xent_scratch(V) * sizeof *s.scratch) };

	s.hd = mat_doubles(&s.h);
	s.wd = mat_doubles(&s.w);
	s.their_hd = mat_doubles(&s.their_h);
	s.their_wd = mat_doubles(&s.their_w);
	return s;
}

static void
sides_free(struct sides *s)
{
	free(s->hd), free(s->wd), free(s->their_hd), free(s->their_wd);
	mat_free(&s->h), mat_free(&s->w);
	mat_free(&s->their_h), mat_free(&s->their_w);
	free(s->scratch);
}

/* The teacher puts out what it does here. */
static void
teach(struct teacher *t, const struct sides *s)
{
	t->outputs = (struct outputs){ s->their_h.x, s->their_w.x, E, LD };
	t->scratch = s->scratch + nn_xent_scratch(V);
}

/* The student's loss, and its gradients if they are wanted. */
static struct xent
xent_of(const struct num *num, const struct sides *s, const int *target,
	double smooth, const struct teacher *t, float grad, float *dh,
	float *dw)
{
	return nn_xent(num, T, D, V, s->h.x, s->w.x, LD, target,
		(float)smooth, t, grad, dh, dw, s->scratch);
}

struct loss {
	double *h, *w;         /* [T, D], [V, D] */
	const int *target;
	double smooth, grad;
	const struct teacher *teacher;   /* or NULL */
	double *their_h, *their_w;       /* of its outputs: [T, E], [V, E] */
	int from, to;          /* rows */
	double *nll, *taught;  /* sums, or NULL */
};

/* x[V] = h . w^T; returns log(sum(exp(x x cold))) */
static double
logits(int d, const double *h, const double *w, double cold, double *x)
{
	double sum = 0;

	for (int j = 0; j < V; j++) {
		x[j] = 0;
		for (int p = 0; p < d; p++)
			x[j] += h[p] * w[j * d + p];
		sum += exp(x[j] * cold);
	}
	return log(sum);
}

/* T^2 x the cross-entropy or the divergence of row i from its teacher */
static double
teaching(const struct loss *l, int i, const double *x)
{
	const struct teacher *t = l->teacher;
	double cold = 1 / (double)t->temperature, sum = 0, c = 0, z[V];
	double lse = 0;

	for (int j = 0; j < V; j++)
		lse += exp(x[j] * cold);
	lse = log(lse);
	if (t->at) {
		for (int k = t->at[i]; k < t->at[i + 1]; k++)
			sum += t->parts[k];
		for (int k = t->at[i]; k < t->at[i + 1]; k++)
			c -= t->parts[k] / sum * (x[t->ids[k]] * cold - lse);
	} else {
		double their = logits(E, l->their_h + i * E, l->their_w, cold,
			z);
		double mean = 0;
		for (int j = 0; j < V; j++) {
			double log_p = z[j] * cold - their;
			double log_q = x[j] * cold - lse;
			c += exp(log_p) * (log_p - log_q);
			mean += exp(log_q) * fmin(exp(log_q - log_p), 5);
		}
		if (t->alpha)
			c = fmax(c, (mean - 1) / 2);
	}
	return c / (cold * cold);
}

/* grad x the sum of the rows' losses */
static double
loss_sum(const void *what)
{
	const struct loss *l = what;
	const struct teacher *t = l->teacher;
	double total = 0;

	for (int i = l->from; i < l->to; i++) {
		double x[V], all = 0;
		double lse = logits(D, l->h + i * D, l->w, 1, x);
		for (int j = 0; j < V; j++)
			all += lse - x[j];
		double nll = lse - x[l->target[i]];
		double plain = (1 - l->smooth) * nll + l->smooth / V * all;
		if (l->nll)
			*l->nll += nll;
		if (t && !(t->at && t->at[i] == t->at[i + 1])) {
			double taught = teaching(l, i, x);
			if (l->taught)
				*l->taught += taught;
			plain += (double)t->weight * (taught - plain);
		}
		total += plain;
	}
	return total * l->grad;
}

/* dh and dw, which were dw0, by finite differences. */
static void
check_gradients(const struct num *num, struct loss *l, const struct mat *dh,
	const struct mat *dw, const struct mat *dw0, const char *with)
{
	struct check c = check_new(with, num->k->name, 1e-5);
	double *want = xmalloc(T * D * sizeof *want);

	l->grad = 0.3;
	l->nll = l->taught = NULL;
	for (int i = 0; i < V * D; i++)
		want[i] = at(dw0, i / D, i % D) + slope(loss_sum, l, l->w + i);
	check_mat(&c, dw, want, "dw");
	for (int i = 0; i < T * D; i++) {
		l->from = i / D;
		l->to = i / D + 1;
		want[i] = slope(loss_sum, l, l->h + i);
	}
	check_mat(&c, dh, want, "dh");
	check_end(&c);
	free(want);
}

static void
test_loss(const struct num *num, struct rng *r, double smooth,
	struct teacher *teacher, const char *with)
{
	/* alpha: logits so near each other that no ratio is cut off */
	struct sides s = sides_draw(r, teacher && teacher->alpha ? 0.3f : 1);
	struct mat dh = mat_random(r, T, D, D, 1, 0);
	struct mat dw = mat_random(r, V, D, LD, 1, 0), dw0 = mat_copy(&dw);
	double nll = 0, taught = 0;
	int target[T];
	struct loss l = { s.hd, s.wd, target, smooth, 1, teacher, s.their_hd,
		s.their_wd, 0, T, &nll, &taught };

	if (teacher && !teacher->at)
		teach(teacher, &s);
	for (int i = 0; i < T; i++)
		target[i] = (int)rng_below(r, V);
	double loss = loss_sum(&l);
	struct xent x = xent_of(num, &s, target, smooth, teacher, 0.3f, NULL,
		NULL);
	NEAR(x.loss, loss, 1e-6, "the loss %s, smoothed by %g, %s", with,
		smooth, num->k->name);
	NEAR(x.nll, nll, 1e-6, "its nll");
	NEAR(x.taught, taught, 1e-6, "and what the teacher has in it");
	struct xent y = xent_of(num, &s, target, smooth, teacher, 0.3f, dh.x,
		dw.x);
	OK(!memcmp(&x, &y, sizeof x), "the same with gradients");
	check_gradients(num, &l, &dh, &dw, &dw0, with);
	sides_free(&s);
	mat_free(&dh);
	mat_free(&dw);
	mat_free(&dw0);
}

/* The gradient of a logit is q (ratio - mean) where alpha -1 counts, else q - p:
 * whatever is cut off, which many a ratio is here. */
static void
test_cut(const struct num *num, struct rng *r)
{
	struct check c = check_new("alpha's gradient", num->k->name, 1e-5);
	struct sides s = sides_draw(r, 1);
	float dh[T * D], dw[V * LD] = { 0 };
	struct teacher t = { .weight = 1, .temperature = 1, .alpha = 1 };
	int target[T] = { 0 }, cut = 0, by[2] = { 0, 0 };
	double taught = 0;

	teach(&t, &s);
	struct xent got = xent_of(num, &s, target, 0.1, &t, 1, dh, dw);
	for (int i = 0; i < T; i++) {
		double x[V], z[V], ratio[V], mean = 0, kl = 0, want[D] = { 0 };
		double lse = logits(D, s.hd + i * D, s.wd, 1, x);
		double their = logits(E, s.their_hd + i * E, s.their_wd, 1, z);
		for (int j = 0; j < V; j++) {
			double log_ratio = x[j] - lse - (z[j] - their);
			ratio[j] = fmin(exp(log_ratio), 5);
			cut += log_ratio > log(5);
			mean += exp(x[j] - lse) * ratio[j];
			kl -= exp(z[j] - their) * log_ratio;
		}
		int left = (mean - 1) / 2 > kl;
		by[left]++;
		taught += left ? (mean - 1) / 2 : kl;
		for (int j = 0; j < V; j++) {
			double q = exp(x[j] - lse), p = exp(z[j] - their);
			double g = left ? q * (ratio[j] - mean) : q - p;
			for (int d = 0; d < D; d++)
				want[d] += g * s.wd[j * D + d];
		}
		for (int d = 0; d < D; d++)
			check_value(&c, dh[i * D + d], want[d], "dh");
	}
	check_end(&c);
	NEAR(got.taught, taught, 1e-5, "and the divergence");
	OK(cut > T && by[0] > 20 && by[1] > 20,
		"%d ratios cut, rows of both kinds: %d and %d", cut, by[0],
		by[1]);
	sides_free(&s);
}

/* Up to 5 different words of each row; every seventh row has none. */
static void
draw_words(struct rng *r, int *at_, int *ids, int *parts)
{
	int n = 0;

	for (int i = 0; i < T; i++) {
		int first = (int)rng_below(r, V), words = i % 7 ? 1 + i % 5 : 0;
		at_[i] = n;
		for (int k = 0; k < words; k++, n++) {
			ids[n] = (first + 3 * k) % V;
			parts[n] = 1 + (int)rng_below(r, k ? 900 : 9000);
		}
	}
	at_[T] = n;
}

/* A teacher of no weight, and one that is silent, change no byte. */
static void
test_silent(const struct num *num, struct rng *r)
{
	static const int none[T + 1];
	struct sides s = sides_draw(r, 1);
	float dh[2][T * D], dw[2][V * LD] = { { 0 } };
	struct teacher silent = { .weight = 0.9f, .temperature = 2,
		.at = none };
	int target[T];

	for (int i = 0; i < T; i++)
		target[i] = i * i % V;
	struct xent a = xent_of(num, &s, target, 0.1, NULL, 1, dh[0], dw[0]);
	struct xent b = xent_of(num, &s, target, 0.1, &silent, 1, dh[1],
		dw[1]);
	OK(!memcmp(&a, &b, sizeof a) && !memcmp(dh[0], dh[1], sizeof dh[0]) &&
		!memcmp(dw[0], dw[1], sizeof dw[0]),
		"a silent teacher changes no byte, %s", num->k->name);
	sides_free(&s);
}

/* A student that is its teacher learns nothing of it. */
static void
test_same(const struct num *num, struct rng *r)
{
	struct sides s = sides_draw(r, 1);
	float dh[T * D], dw[V * LD] = { 0 }, worst = 0;
	struct teacher same = { .weight = 1, .temperature = 3,
		.outputs = { s.h.x, s.w.x, D, LD },
		.scratch = s.scratch + nn_xent_scratch(V) };
	int target[T] = { 0 };

	struct xent x = xent_of(num, &s, target, 0.1, &same, 1, dh, dw);
	for (int i = 0; i < T * D; i++)
		worst = fmaxf(worst, fabsf(dh[i]));
	NEAR(x.taught, 0, 1e-3, "no divergence from itself, %s", num->k->name);
	NEAR(x.loss, x.taught, 0, "is all of the loss");
	NEAR(worst, 0, 1e-5, "and no gradient");
	sides_free(&s);
}

/* The likeliest words of two models of other widths. */
static void
test_likeliest(const struct num *num, struct rng *r)
{
	struct check c = check_new("nn_likeliest", num->k->name, 1e-6);
	struct sides s = sides_draw(r, 1);
	const struct outputs both[] = { { s.h.x, s.w.x, D, LD },
		{ s.their_h.x, s.their_w.x, E, LD } };
	float *scratch = xmalloc(nn_likeliest_scratch(V) * sizeof *scratch);
	int *ids = xcalloc(T * K, sizeof *ids), twice = 0;
	float *p = xcalloc(T * K, sizeof *p);

	for (int models = 1; models <= 2; models++) {
		nn_likeliest(num, T, V, both, models, 1.7f, K, ids, p, scratch);
		for (int i = 0; i < T; i++) {
			double x[V], z[V], best = 1;
			double lse = logits(D, s.hd + i * D, s.wd, 1 / 1.7, x);
			double lse2 = logits(E, s.their_hd + i * E, s.their_wd, 1 / 1.7, z);
			for (int j = 0; j < V; j++) {
				x[j] = exp(x[j] / 1.7 - lse);
				z[j] = exp(z[j] / 1.7 - lse2);
				x[j] = models > 1 ? (x[j] + z[j]) / 2 : x[j];
			}
			/* the next largest each time */
			for (int k = 0; k < K; k++) {
				double next = 0;
				for (int j = 0; j < V; j++)
					if (x[j] < best && x[j] > next)
						next = x[j];
				best = next;
				check_value(&c, p[i * K + k], next, "p");
				check_value(&c, x[ids[i * K + k]], next, "id");
				for (int q = 0; q < k; q++)
					twice += ids[i * K + k] ==
						ids[i * K + q];
			}
		}
	}
	check_end(&c);
	OK(!twice, "no word twice");
	s.h.x[0] = NAN;
	nn_likeliest(num, 1, V, both, 2, 1, K, ids, p, scratch);
	OK(!(p[0] > 0), "none of an output that is not finite");
	sides_free(&s);
	free(ids);
	free(p);
	free(scratch);
}

int
main(void)
{
	const struct kernels *k[TABLES_MAX];
	int n = tables(k), at_[T + 1], ids[5 * T], parts[5 * T];

	for (int i = 0; i < n; i++) {
		struct num num = num_init(2, DTYPE_FP32, kernels_best());
		/* the same for each table: where the two divergences of alpha
		 * are equal, there is no one gradient to compare with */
		struct rng r = rng_seed(15);
		draw_words(&r, at_, ids, parts);
		num.k = k[i];
		test_loss(&num, &r, 0, NULL, "alone");
		test_loss(&num, &r, 0.1, NULL, "alone");
		for (int u = 0; u < 3; u++) {
			static const float temperature[] = { 1, 0.6f, 2.5f };
			struct teacher t = { .weight = u ? 0.9f : 0.4f,
				.temperature = temperature[u], .at = at_,
				.ids = ids, .parts = parts };
			test_loss(&num, &r, 0.1, &t, "with a teacher's words");
			t.at = NULL;
			test_loss(&num, &r, 0.1, &t, "with a teacher's logits");
			t.alpha = 1;
			if (t.temperature == 1)
				test_loss(&num, &r, 0.1, &t, "with alpha");
		}
		test_cut(&num, &r);
		test_silent(&num, &r);
		test_same(&num, &r);
		test_likeliest(&num, &r);
		num_free(&num);
	}
	return FINISH();
}
