/* ranks.h - how well scores rank things as their truth does.
 *
 * Kendall's tau-b, over all pairs or over those of one group only, and its
 * intervals by resampling. More is better in scores and truths alike. */
#ifndef RANKS_H
#define RANKS_H

#include <stddef.h>
#include <stdint.h>
#include "arch/features.h"

struct ranks {
	size_t n;
	const double *truth;    /* [n] */
	const double *group;    /* [n]; NULL: all are one */
};
/* NAN where no two truths, or no two scores, differ. */
double ranks_tau(const struct ranks *, const double *score);

/* Ranks by several keys, those behind deciding where the ones before are
 * equal: rank[n] from 0, the same where all are. */
void ranks_by(double *rank, const double *const *key, size_t keys, size_t n);

/* Each fills draw[draws] with tau values; the same seed resamples the same
 * things for every score. */
/* .. of things drawn anew with replacement (bootstrap). */
void ranks_bootstrap(double *draw, size_t draws, const struct ranks *,
	const double *score, uint64_t seed);
/* .. of the truth against itself with another normal error, of deviation
 * error[n]: what a perfect score would reach against truths that err so. */
void ranks_ceiling(double *draw, size_t draws, const struct ranks *,
	const double *error, uint64_t seed);
/* .. of a linear function of features x [n x FEATURES], fitted to `fit` things
 * drawn at random, on those that are left. */
void ranks_fitted(double *draw, size_t draws, const struct ranks *,
	const double *x, size_t fit, uint64_t seed);

/* The mean of draws, and the interval that holds this share of them; NANs are
 * left out. */
struct interval {
	double mean, lo, hi;
};
struct interval interval_of(const double *draw, size_t draws, double share);

#endif
