/* assess.h - how good a predictor is, and what would make it better. */
#ifndef ASSESS_H
#define ASSESS_H

#include "predictor.h"

struct score {
	double mape, rmse, tau, r2;
	double coverage, width;   /* share of the measurements inside the
	                             predictor's interval; its mean width in %
	                             of the prediction. NAN: it has none */
};

/* Of the predictor on n rows x [n x FEATURES], y [n]. */
struct score score_predictor(const struct predictor *, const double *x,
	const double *y, size_t n);

/* Cross-validation: of a fit to all n rows but [from, from + part), on
 * those. */
struct score score_fold(const double *x, const double *y, size_t n,
	size_t from, size_t part, const struct predictor_plan *);

/* The mean of n scores. */
struct score score_mean(const struct score *, size_t n);

/* Learning curves: fits to all rows of 50, 100, 200, .. architectures, tested
 * on others. */
enum curve_method {
	CURVE_OURS, CURVE_LAYERS, CURVE_RIDGE, CURVE_HAT, CURVE_METHODS
};
enum { CURVE_POINTS = 24, CURVE_DRAWS = 5 };

struct curve {
	size_t n;
	struct curve_point {
		size_t archs;
		struct score score[CURVE_METHODS];
		double mape[CURVE_DRAWS];   /* of CURVE_OURS */
	} at[CURVE_POINTS];
};

/* Every draw splits the architectures anew into test ones and the rest, from
 * which the fits take the first. HAT's perceptron is fitted in one draw only.
 * Baselines: decoder layers alone, a linear function of the features. */
void curve_draw(struct curve *, const double *x, const double *y, size_t n,
	size_t test_archs, const struct predictor_plan *);

/* What twice the architectures of the last point can be expected to take off
 * its MAPE, in percent points: half of what the last doubling took off. 0 where
 * that lies within two standard errors or the curve has one point. */
double curve_promise(const struct curve *);

#endif
