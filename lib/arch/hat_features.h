/* hat_features.h - HAT's 10 features of the latency predictor. */
#ifndef HAT_FEATURES_H
#define HAT_FEATURES_H

#include "arch.h"

enum { FEATURES = 10, QKV_DIM_HAT = 512 };

/* In HAT's order: widths, layer counts, per-layer averages; arbitrary
 * attention counts as 1, 2, 3. */
void arch_features(const struct arch *, double features[FEATURES]);

#endif
