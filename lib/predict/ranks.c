#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/rng.h"
#include "base/stats.h"
#include "baseline.h"
#include "ranks.h"

/* Of the pairs of a group: both orders agree, minus disagree; neither is a
 * tie in the one, in the other. */
struct pairs_seen {
	double agree, a, b;
};

static int
order(double x, double y)
{
	return (x > y) - (x < y);
}

double
ranks_tau(const struct ranks *r, const double *score, const size_t *pick)
{
	struct pairs_seen p = { 0, 0, 0 };

	for (size_t i = 0; i < r->n; i++)
		for (size_t j = 0; j < i; j++) {
			size_t a = pick ? pick[i] : i, b = pick ? pick[j] : j;
			if (r->group && r->group[a] != r->group[b])
				continue;
			int s = order(score[a], score[b]);
			int t = order(r->truth[a], r->truth[b]);
			p.agree += s * t;
			p.a += s != 0;
			p.b += t != 0;
		}
	/* a score that tells nothing apart ranks nothing right */
	return p.b == 0 ? NAN : p.a == 0 ? 0 : p.agree / sqrt(p.a * p.b);
}

/* -1, 0, 1: things i and j by their keys. */
static int
compare(const double *const *key, size_t keys, size_t i, size_t j)
{
	int by = 0;

	for (size_t k = 0; k < keys && !by; k++)
		by = order(key[k][i], key[k][j]);
	return by;
}

void
ranks_by(double *rank, const double *const *key, size_t keys, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		rank[i] = 0;
		for (size_t j = 0; j < n; j++)
			rank[i] += compare(key, keys, i, j) > 0;
	}
}

void
ranks_bootstrap(double *draw, size_t draws, const struct ranks *r,
	const double *score, uint64_t seed)
{
	size_t *pick = xcalloc(r->n, sizeof *pick);

	for (size_t k = 0; k < draws; k++) {
		struct rng rng = rng_stream(seed, RNG_RESAMPLED_RANKS, k);
		for (size_t i = 0; i < r->n; i++)
			pick[i] = (size_t)rng_below(&rng, r->n);
		draw[k] = ranks_tau(r, score, pick);
	}
	free(pick);
}

void
ranks_ceiling(double *draw, size_t draws, const struct ranks *r,
	double deviation, uint64_t seed)
{
	double *again = xcalloc(r->n, sizeof *again);

	for (size_t k = 0; k < draws; k++) {
		struct rng rng = rng_stream(seed, RNG_RANKS_ERROR, k);
		for (size_t i = 0; i < r->n; i++)
			again[i] = r->truth[i] + deviation * rng_normal(&rng);
		draw[k] = ranks_tau(r, again, NULL);
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

/* tau on the things behind the first fit of order. goal, score: [n] scratch;
 * some: [n x FEATURES] scratch. */
static double
fit_once(const struct ranks *r, const double *x, const size_t *shuffled,
	size_t fit, double *goal, double *score, double *some)
{
	struct ranks rest = { r->n - fit, r->truth, r->group };

	for (size_t i = 0; i < fit; i++) {
		goal[i] = r->truth[shuffled[i]];
		for (int f = 0; f < FEATURES; f++)
			some[i * FEATURES + (size_t)f] = x[shuffled[i] *
				FEATURES + (size_t)f];
	}
	goals(goal, goal, fit);
	linear_predict(some, goal, fit, x, r->n, score);
	return ranks_tau(&rest, score, shuffled + fit);
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
