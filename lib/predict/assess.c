#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "assess.h"
#include "base/mem.h"
#include "base/rng.h"
#include "base/stats.h"
#include "base/tau.h"
#include "baseline.h"
#include "groups.h"

static struct score
score_of(const double *y, const double *guess, size_t n)
{
	return (struct score){ stats_mape(y, guess, n),
		stats_rmse(y, guess, n), tau_b(y, guess, n),
		stats_r2(y, guess, n), NAN, NAN };
}

struct score
score_predictor(const struct predictor *p, const double *x, const double *y,
	size_t n)
{
	double *guess = xcalloc(n, sizeof *guess);
	float *scratch = xaligned(predictor_scratch(p) * sizeof *scratch);
	size_t inside = 0;

	for (size_t i = 0; i < n; i++) {
		guess[i] = predictor_features(p, x + i * FEATURES, scratch);
		inside += y[i] >= guess[i] * p->interval[0] &&
			y[i] <= guess[i] * p->interval[1];
	}
	struct score s = score_of(y, guess, n);
	if (p->interval[1] > 0) {
		s.coverage = (double)inside / (double)n;
		s.width = 100 * (p->interval[1] - p->interval[0]);
	}
	free(scratch);
	free(guess);
	return s;
}

struct score
score_fold(const double *x, const double *y, size_t n, size_t from,
	size_t part, const struct predictor_plan *plan)
{
	size_t rest = n - part, after = n - from - part;
	double *tx = xcalloc(rest * FEATURES, sizeof *tx);
	double *ty = xcalloc(rest, sizeof *ty);
	struct predictor p;

	memcpy(tx, x, from * FEATURES * sizeof *x);
	memcpy(ty, y, from * sizeof *y);
	memcpy(tx + from * FEATURES, x + (from + part) * FEATURES,
		after * FEATURES * sizeof *x);
	memcpy(ty + from, y + from + part, after * sizeof *y);
	predictor_fit(&p, tx, ty, rest, plan);
	struct score s = score_predictor(&p, x + from * FEATURES, y + from,
		part);
	predictor_free(&p);
	free(ty);
	free(tx);
	return s;
}

static void
score_add(struct score *to, const struct score *s, double share)
{
	to->mape += share * s->mape;
	to->rmse += share * s->rmse;
	to->tau += share * s->tau;
	to->r2 += share * s->r2;
	to->coverage += share * s->coverage;
	to->width += share * s->width;
}

struct score
score_mean(const struct score *s, size_t n)
{
	struct score mean = { 0 };

	for (size_t i = 0; i < n; i++)
		score_add(&mean, &s[i], 1 / (double)n);
	return mean;
}

/* --- learning curves --- */

/* 50, 100, 200, .. and all that there are. */
static void
set_sizes(struct curve *c, size_t most)
{
	size_t archs = 50;

	for (c->n = 0; archs < most && c->n < CURVE_POINTS - 1; archs *= 2)
		c->at[c->n++].archs = archs;
	/* no point that is hardly more than the one before */
	if (c->n && 4 * most < 5 * c->at[c->n - 1].archs)
		c->n--;
	c->at[c->n++].archs = most;
}

static struct score
score_method(enum curve_method m, const double *x, const double *y,
	size_t rows, const double *tx, const double *ty, size_t test,
	const struct predictor_plan *plan)
{
	struct predictor_plan own = *plan;
	struct predictor p;
	struct score s;

	if (m == CURVE_LAYERS || m == CURVE_RIDGE) {
		double *guess = xcalloc(test, sizeof *guess);
		baseline_predict(m == CURVE_LAYERS ? BY_LAYERS : BY_FEATURES,
			x, y, rows, tx, test, guess);
		s = score_of(ty, guess, test);
		free(guess);
		return s;
	}
	own.tick = NULL;
	own.hat |= m == CURVE_HAT;
	predictor_fit(&p, x, y, rows, &own);
	s = score_predictor(&p, tx, ty, test);
	predictor_free(&p);
	return s;
}

/* One draw: rows x, y, in the order of groups; those behind the last point's
 * to be tested on. */
static void
add_draw(struct curve *c, int d, const double *x, const double *y,
	const struct groups *g, const struct predictor_plan *plan)
{
	size_t most = g->start[c->at[c->n - 1].archs];
	size_t test = g->start[g->n] - most, work = c->n * CURVE_METHODS;

	for (size_t i = 0; i < work; i++) {
		struct curve_point *at = &c->at[i / CURVE_METHODS];
		enum curve_method m = i % CURVE_METHODS;
		int draws = m == CURVE_HAT ? 1 : CURVE_DRAWS;
		if (d >= draws)
			continue;
		struct score s = score_method(m, x, y, g->start[at->archs],
			x + most * FEATURES, y + most, test, plan);
		if (m == CURVE_OURS)
			at->mape[d] = s.mape;
		score_add(&at->score[m], &s, 1. / draws);
		if (plan->tick)
			plan->tick(plan->data, ((double)d + (double)(i + 1) /
				(double)work) / CURVE_DRAWS);
	}
}

void
curve_draw(struct curve *c, const double *x, const double *y, size_t n,
	size_t test_archs, const struct predictor_plan *plan)
{
	double *dx = xcalloc(n * FEATURES, sizeof *dx);
	double *dy = xcalloc(n, sizeof *dy);

	*c = (struct curve){ 0 };
	for (int d = 0; d < CURVE_DRAWS; d++) {
		struct groups g;
		groups_init(&g, x, n);
		groups_shuffle(&g, rng_stream(plan->seed, RNG_CURVE,
			(uint64_t)d));
		memcpy(dx, x, n * FEATURES * sizeof *x);
		memcpy(dy, y, n * sizeof *y);
		groups_order(&g, dx, FEATURES * sizeof *dx);
		groups_order(&g, dy, sizeof *dy);
		if (!d)
			set_sizes(c, g.n - test_archs);
		add_draw(c, d, dx, dy, &g, plan);
		groups_free(&g);
	}
	free(dy);
	free(dx);
}

double
curve_promise(const struct curve *c)
{
	double sum = 0, square = 0;

	if (c->n < 2)
		return 0;
	const struct curve_point *a = &c->at[c->n - 2], *b = a + 1;
	for (int d = 0; d < CURVE_DRAWS; d++) {
		double gain = a->mape[d] - b->mape[d];
		sum += gain;
		square += gain * gain;
	}
	double mean = sum / CURVE_DRAWS;
	double error = sqrt(fmax(0, square / CURVE_DRAWS - mean * mean) /
		(CURVE_DRAWS - 1));
	/* the last two points may lie less, or more, than a doubling apart */
	double doublings = log2((double)b->archs / (double)a->archs);
	return mean > 2 * error ? mean / doublings / 2 : 0;
}
