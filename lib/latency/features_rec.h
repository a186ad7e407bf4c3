/* features_rec.h - what a predictor sees of a record of a stream.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef FEATURES_REC_H
#define FEATURES_REC_H

#include "arch_rec.h"

/* HAT's names of the features, in order, with commas. */
extern const char features_names[];

/* Those of the record's "arch", or its "features": positive numbers. Returns
 * the record's task. */
struct task features_rec_get(const struct in *, const struct rec *,
	double features[FEATURES]);

#endif
