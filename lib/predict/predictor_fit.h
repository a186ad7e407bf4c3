/* predictor_fit.h - what the files that fit a predictor share. */
#ifndef PREDICTOR_FIT_H
#define PREDICTOR_FIT_H

#include "base/team.h"
#include "predictor.h"

/* HAT's constants by which it divides the features, the same for all its
 * data sets. */
extern const double predictor_hat_scale[FEATURES];

/* What the perceptrons see: to[mlp_padded(FEATURES)], padding zero. */
void predictor_normalise(const struct predictor *,
	const double features[FEATURES], float *to);
/* The same of n rows; caller frees. */
float *predictor_rows(const struct predictor *, const double *x, size_t n);
/* The factor that a logarithm of the perceptrons stands for. */
double predictor_remainder(const struct predictor *, double share,
	double log);

void predictor_fit_hat(struct predictor *, const double *x, const double *y,
	size_t n, const struct predictor_plan *, struct team *);

#endif
