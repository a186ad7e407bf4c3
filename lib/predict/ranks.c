#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "base/stats.h"
#include "base/tau.h"
#include "baseline.h"
#include "ranks.h"

static double
tau_of(struct tau_pairs p)
{
	return p.a == 0 || p.b == 0 ? NAN : p.agree / sqrt(p.a * p.b);
}

/* times: how often each thing is there; NULL: once. */
static double
tau_once(const struct ranks *r, const double *score, const double *times)
{
	struct tau *t = tau_new(score, r->truth, r->group, r->n);
	struct tau_pairs p = tau_count(t, times);

	tau_free(t);
	return tau_of(p);
}

double
ranks_tau(const struct ranks *r, const double *score)
{
	return tau_once(r, score, NULL);
}

struct keys {
	const double *const *key;
	size_t n;
};

/* -1, 0, 1: two things by their keys. */
static int
by_keys(const void *a, const void *b, void *keys)
{
	size_t i = *(const size_t *)a, j = *(const size_t *)b;
	const struct keys *by = keys;
	int order = 0;

	for (size_t k = 0; k < by->n && !order; k++) {
		double x = by->key[k][i], y = by->key[k][j];
		order = (x > y) - (x < y);
	}
	return order;
}

void
ranks_by(double *rank, const double *const *key, size_t keys, size_t n)
{
	struct keys by = { key, keys };
	size_t *thing = xcalloc(n, sizeof *thing);

	for (size_t i = 0; i < n; i++)
		thing[i] = i;
	qsort_r(thing, n, sizeof *thing, by_keys, &by);
	for (size_t i = 0; i < n; i++)
		rank[thing[i]] = i && !by_keys(thing + i - 1, thing + i, &by) ?
			rank[thing[i - 1]] : (double)i;
	free(thing);
}

void
ranks_bootstrap(double *draw, size_t draws, const struct ranks *r,
	const double *score, uint64_t seed)
{
	struct tau *t = tau_new(score, r->truth, r->group, r->n);
	double *times = xcalloc(r->n, sizeof *times);

	for (size_t k = 0; k < draws; k++) {
		struct rng rng = rng_stream(seed, RNG_RESAMPLED_RANKS, k);
		memset(times, 0, r->n * sizeof *times);
		for (size_t i = 0; i < r->n; i++)
			times[rng_below(&rng, r->n)]++;
		draw[k] = tau_of(tau_count(t, times));
	}
	tau_free(t);
	free(times);
}

void
ranks_ceiling(double *draw, size_t draws, const struct ranks *r,
	const double *error, uint64_t seed)
{
	double *again = xcalloc(r->n, sizeof *again);

	for (size_t k = 0; k < draws; k++) {
		struct rng rng = rng_stream(seed, RNG_RANKS_ERROR, k);
		for (size_t i = 0; i < r->n; i++)
			again[i] = r->truth[i] + error[i] * rng_normal(&rng);
		draw[k] = ranks_tau(r, again);
	}
	free(again);
}

/* Truths as positive numbers of one size, which is what is fitted to. */
static void
goals(double *goal, const double *truth, size_t n)
{
	double lo = truth[0], hi = truth[0];

	for (size_t i = 0; i < n; i++) {
		lo = fmin(lo, truth[i]);
		hi = fmax(hi, truth[i]);
	}
	for (size_t i = 0; i < n; i++)
		goal[i] = 10 + (hi > lo ? (truth[i] - lo) / (hi - lo) : 0);
}

/* tau on the things that are not fitted to, the first of those shuffled.
 * goal, score: [n] scratch; some: [n x FEATURES] scratch. */
static double
fit_once(const struct ranks *r, const double *x, const size_t *shuffled,
	size_t fit, double *goal, double *score, double *some)
{
	for (size_t i = 0; i < fit; i++) {
		goal[i] = r->truth[shuffled[i]];
		for (int f = 0; f < FEATURES; f++)
			some[i * FEATURES + (size_t)f] = x[shuffled[i] *
				FEATURES + (size_t)f];
	}
	goals(goal, goal, fit);
	baseline_predict(BY_FEW, some, goal, fit, x, r->n, score);
	for (size_t i = 0; i < r->n; i++)
		goal[shuffled[i]] = i >= fit;
	return tau_once(r, score, goal);
}

void
ranks_fitted(double *draw, size_t draws, const struct ranks *r,
	const double *x, size_t fit, uint64_t seed)
{
	size_t *shuffled = xcalloc(r->n, sizeof *shuffled);
	double *goal = xcalloc(r->n, (FEATURES + 2) * sizeof *goal);
	double *score = goal + r->n, *some = score + r->n;

	for (size_t k = 0; k < draws; k++) {
		struct rng rng = rng_stream(seed, RNG_RANKS_SPLIT, k);
		for (size_t i = 0; i < r->n; i++)
			shuffled[i] = i;
		rng_shuffle(&rng, shuffled, r->n, sizeof *shuffled);
		draw[k] = fit_once(r, x, shuffled, fit, goal, score, some);
	}
	free(shuffled);
	free(goal);
}

struct interval
interval_of(const double *draw, size_t draws, double share)
{
	double *sorted = xcalloc(draws ? draws : 1, sizeof *sorted);
	size_t n = 0;

	for (size_t k = 0; k < draws; k++)
		if (!isnan(draw[k]))
			sorted[n++] = draw[k];
	stats_sort(sorted, n);
	struct interval i = { stats_mean(sorted, n),
		stats_quantile(sorted, n, (1 - share) / 2),
		stats_quantile(sorted, n, (1 + share) / 2) };
	free(sorted);
	return i;
}
