/* predictor_hat.h - HAT's own perceptron. */
#ifndef PREDICTOR_HAT_H
#define PREDICTOR_HAT_H

#include "base/team.h"
#include "predictor.h"

/* HAT's constants by which it divides the features, the same for all its
 * data sets. */
extern const double predictor_hat_scale[FEATURES_HAT];

void predictor_fit_hat(struct predictor *, const double *x, const double *y,
	size_t n, const struct predictor_plan *, struct team *);

#endif
