#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "base/stats.h"
#include "groups.h"
#include "predictor_hat.h"

static void
standardise(struct predictor *p, const double *x, size_t n)
{
	for (int i = 0; i < p->features; i++) {
		double sum = 0, square = 0;
		for (size_t r = 0; r < n; r++)
			sum += x[r * FEATURES + i];
		p->mean[i] = sum / (double)n;
		for (size_t r = 0; r < n; r++)
			square += (x[r * FEATURES + i] - p->mean[i]) *
				(x[r * FEATURES + i] - p->mean[i]);
		double deviation = sqrt(square / (double)n);
		p->scale[i] = deviation > 1e-9 * fabs(p->mean[i]) ? deviation :
			1;
	}
}

/* One part in MEMBERS is left out of the fit of member k and predicted by
 * it: the rows of architectures i with i % MEMBERS == k. */
struct fold {
	double *x;               /* [n x FEATURES], in the order of the folds */
	double *y;               /* [n] */
	float *rows;             /* [n x mlp_padded(FEATURES)], likewise */
	double *base, *rest;     /* [n]: what the fits without a row say of it:
	                            products, and logarithm of the remainder */
	size_t n;
	int *part;               /* [n] the member that leaves a row out */
};

/* The rows that member k sees. caller frees, with seen_free. */
struct seen {
	double *x, *y;   /* [n x FEATURES], [n] */
	float *rows;     /* [n x mlp_padded(FEATURES)] */
	float *goal;     /* [n] logarithm of y over what products say */
	size_t n;
};

static struct seen
seen_by(const struct fold *f, int k)
{
	size_t in = mlp_padded(FEATURES);
	struct seen s = {
		xcalloc(f->n * FEATURES, sizeof *s.x),
		xcalloc(f->n, sizeof *s.y),
		xaligned(f->n * in * sizeof *s.rows),
		xcalloc(f->n, sizeof *s.goal), 0,
	};

	for (size_t i = 0; i < f->n; i++) {
		if (f->part[i] == k)
			continue;
		memcpy(s.x + s.n * FEATURES, f->x + i * FEATURES,
			FEATURES * sizeof *s.x);
		memcpy(s.rows + s.n * in, f->rows + i * in,
			in * sizeof *s.rows);
		s.y[s.n++] = f->y[i];
	}
	return s;
}

static void
seen_free(struct seen *s)
{
	free(s->x);
	free(s->y);
	free(s->rows);
	free(s->goal);
}

/* Fill s->goal, in units of its median size, which is returned: the learning
 * rate is meant for goals near 1. */
static double
set_goal(struct seen *s, const double weight[PRODUCTS])
{
	double *size = xcalloc(s->n, sizeof *size);

	for (size_t i = 0; i < s->n; i++) {
		s->goal[i] = (float)log(s->y[i] /
			products_sum(weight, s->x + i * FEATURES));
		size[i] = fabs((double)s->goal[i]);
	}
	double unit = fmax(stats_median(size, s->n), 1e-6);
	for (size_t i = 0; i < s->n; i++)
		s->goal[i] = (float)((double)s->goal[i] / unit);
	free(size);
	return unit;
}

static void
scale_output(struct mlp *m, double by)
{
	int last = m->layers - 1;

	for (size_t i = 0; i < mlp_padded(m->width[last]); i++)
		m->weight[last][i] *= (float)by;
	m->bias[last][0] *= (float)by;
}

/* The weights to hold on to, or NULL. */
static const double *
prior_of(const struct predictor_plan *plan)
{
	return plan->from ? plan->from->weight : NULL;
}

static void
fit_member(struct predictor *p, struct fold *f, int k,
	const struct predictor_plan *plan)
{
	struct mlp *m = &p->member[k];
	uint64_t stream = RNG_MEMBER + (uint64_t)k;
	struct mlp_plan mp = {
		.steps = plan->steps ? plan->steps : 600,
		.batch = plan->batch ? plan->batch : 64,
		.lr = plan->lr > 0 ? plan->lr : 3e-3,
		.anneal = 1, .decay = 0.1, .huber = 1,
		.seed = plan->seed, .stream = stream,
	};
	struct seen s = seen_by(f, k);
	double weight[PRODUCTS];
	float rest;

	products_fit(weight, s.x, s.y, s.n, prior_of(plan));
	double unit = set_goal(&s, weight);
	mlp_draw(m, plan->seed, stream);
	scale_output(m, 0);   /* from the start, nothing remains */
	mlp_train(m, s.rows, s.goal, s.n, &mp);
	scale_output(m, unit);
	float *scratch = xaligned(mlp_scratch(m, 1) * sizeof *scratch);
	for (size_t i = 0; i < f->n; i++) {
		if (f->part[i] != k)
			continue;
		mlp_predict(m, f->rows + i * mlp_padded(FEATURES), 1, &rest,
			scratch);
		f->base[i] = products_sum(weight, f->x + i * FEATURES);
		f->rest[i] = (double)rest;
	}
	free(scratch);
	seen_free(&s);
}

/* The share of the members' logarithm that predicts rows best that they have
 * not seen; 0 unless it is better than nothing by two standard errors. */
static double
choose_share(const struct predictor *p, const struct fold *f)
{
	double best = 0, best_gain = 0;

	for (int s = 1; s <= 4; s++) {
		double sum = 0, square = 0, n = (double)f->n;
		for (size_t i = 0; i < f->n; i++) {
			double with = f->base[i] *
				predictor_remainder(p, s / 4., f->rest[i]);
			double gain = (fabs(f->base[i] - f->y[i]) -
				fabs(with - f->y[i])) / f->y[i];
			sum += gain;
			square += gain * gain;
		}
		double mean = sum / n;
		double error = sqrt(fmax(0, square / n - mean * mean) / n);
		if (mean > 2 * error && mean > best_gain) {
			best_gain = mean;
			best = s / 4.;
		}
	}
	return best;
}

/* The architectures in a random order, so that each fold is a sample. Also the
 * bounds of what remains of the products. */
static struct fold
fold_rows(struct predictor *p, const double *x, const double *y, size_t n,
	uint64_t seed)
{
	struct fold f = { .n = n };
	struct groups g;

	groups_init(&g, x, n);
	groups_shuffle(&g, rng_stream(seed, RNG_FOLDS, 0));
	f.x = xcalloc(n * FEATURES, sizeof *f.x);
	f.y = xcalloc(3 * n, sizeof *f.y);
	f.base = f.y + n;
	f.rest = f.y + 2 * n;
	memcpy(f.x, x, n * FEATURES * sizeof *x);
	memcpy(f.y, y, n * sizeof *y);
	groups_order(&g, f.x, FEATURES * sizeof *f.x);
	groups_order(&g, f.y, sizeof *f.y);
	f.part = xcalloc(n, sizeof *f.part);
	for (size_t k = 0; k < g.n; k++)
		for (size_t i = g.start[k]; i < g.start[k + 1]; i++)
			f.part[i] = (int)(k % MEMBERS);
	groups_free(&g);
	f.rows = predictor_rows(p, f.x, n);
	for (size_t i = 0; i < n; i++) {
		double rest = log(y[i] / products_sum(p->weight,
			x + i * FEATURES));
		p->lo = fmin(p->lo, rest);
		p->hi = fmax(p->hi, rest);
	}
	return f;
}

/* Split conformal prediction (Vovk et al., 2005), its rows predicted by
 * crossing (Barber et al., "CV+", 2021): a new row lies among n others in any
 * place with the same probability. */
void
predictor_interval(struct predictor *p, double *ratio, size_t n)
{
	double tail = (1 - INTERVAL_LEVEL) / 2 * (double)(n + 1);
	size_t at = (size_t)tail;   /* so many of n + 1 places are outside */

	if (!n)
		return;
	stats_sort(ratio, n);
	at -= at > 0;
	p->interval[0] = ratio[at < n ? at : 0];
	p->interval[1] = ratio[at < n ? n - 1 - at : n - 1];
	/* nothing, or less, was predicted: there is no interval around that */
	if (!(p->interval[0] >= 0) || !isfinite(p->interval[1]))
		p->interval[0] = p->interval[1] = 0;
}

/* A fit of all members, for those who do one. */
struct members {
	struct predictor *p;
	struct fold *f;
	const struct predictor_plan *plan;
};

static void
fit_nth(void *arg, int k, int me)
{
	const struct members *m = arg;

	(void)me;
	fit_member(m->p, m->f, k, m->plan);
}

static void
fit_products(struct predictor *p, const double *x, const double *y, size_t n,
	const struct predictor_plan *plan, struct team *team)
{
	p->has_products = 1;
	if (features_seen(x, n) == FEATURES)
		p->features = FEATURES;
	products_fit(p->weight, x, y, n, prior_of(plan));
	standardise(p, x, n);
	struct fold f = fold_rows(p, x, y, n, plan->seed);
	p->members = MEMBERS;
	for (int k = 0; k < MEMBERS; k++)
		mlp_init(&p->member[k], p->features, plan->hidden ?
			(int)plan->hidden : 32, plan->layers ?
			(int)plan->layers : 2);
	team_for(team, MEMBERS, fit_nth, &(struct members){ p, &f, plan });
	p->share = choose_share(p, &f);
	for (size_t i = 0; i < n; i++)
		f.base[i] = f.y[i] / (f.base[i] *
			predictor_remainder(p, p->share, f.rest[i]));
	predictor_interval(p, f.base, n);
	if (!(p->share > 0))
		while (p->members)
			mlp_free(&p->member[--p->members]);
	free(f.part);
	free(f.rows);
	free(f.y);
	free(f.x);
}

static void
set_range(struct predictor *p, const double *x, size_t n,
	const struct predictor *from)
{
	for (int i = 0; i < FEATURES; i++) {
		int known = from && from->most[0] > 0;
		p->least[i] = known ? from->least[i] : x[i];
		p->most[i] = known ? from->most[i] : x[i];
		for (size_t r = 0; r < n; r++) {
			double v = x[r * FEATURES + i];
			p->least[i] = fmin(p->least[i], v);
			p->most[i] = fmax(p->most[i], v);
		}
	}
}

void
predictor_fit(struct predictor *p, const double *x,
	const double *y, size_t n, const struct predictor_plan *plan)
{
	struct team team;

	*p = (struct predictor){ .unit = 1, .features = plan->from ?
		plan->from->features : FEATURES_HAT };
	for (int i = 0; i < FEATURES; i++)
		p->scale[i] = 1;
	set_range(p, x, n, plan->from);
	team_init(&team, plan->threads);
	if (plan->hat)
		predictor_fit_hat(p, x, y, n, plan, &team);
	else
		fit_products(p, x, y, n, plan, &team);
	team_free(&team);
}
