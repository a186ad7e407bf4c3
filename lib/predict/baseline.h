/* baseline.h - what a predictor must beat: decoder layers alone, and a linear
 * function of the features. Both minimise the relative error as products.h
 * does, so that only what they see makes the difference. */
#ifndef BASELINE_H
#define BASELINE_H

#include "arch/features.h"

/* Fit to n rows of x [n x FEATURES] and positive y; predict m rows of to
 * [m x FEATURES] into guess[m]. */
enum baseline { BY_FEATURES, BY_LAYERS, BY_FEW /* features, n small */ };
void baseline_predict(enum baseline, const double *x, const double *y,
	size_t n, const double *to, size_t m, double *guess);

#endif
