/* features.h - what the latency predictor sees of an architecture: HAT's 10
 * features, and those of convolutions, which HAT lacks. */
#ifndef FEATURES_H
#define FEATURES_H

#include "arch.h"

enum { FEATURES_HAT = 10, FEATURES = 16, QKV_DIM_HAT = 512 };

/* "encoder_embed_dim", .. "encoder_ffn_embed_dim_avg", .. */
extern const char *const feature_names[FEATURES];

/* In HAT's order: widths, layer counts, per-layer averages; arbitrary
 * attention counts as 1, 2, 3. Then of each stack the share of the layers that
 * convolve, of those that do not, and the average width of a kernel, 0 where
 * there is none. */
void arch_features(const struct arch *, double features[FEATURES]);
/* Fill in the others for an architecture of which HAT's are known. */
void features_complete(double features[FEATURES]);
/* Does any layer convolve? */
int features_convolve(const double features[FEATURES]);
/* FEATURES where a row of n, [n x FEATURES], does, else FEATURES_HAT. */
int features_seen(const double *x, size_t n);

#endif
