/* randomise.h - paired tests of two systems, see resample.h. */
#ifndef RANDOMISE_H
#define RANDOMISE_H

#include "resample.h"

/* What a paired test tells of a system; NaN where it tells nothing. */
struct verdict {
	double score, p;
	struct interval interval;
};
/* bootstrap: resamples, 0 for no interval; randomise: trials, 0 for a paired
 * bootstrap. samples: the base's, made when the base itself (mine == base)
 * is asked for, which comes first. */
struct verdict paired_verdict(const struct metric *, const struct rows *base,
	struct resamples *samples, const struct rows *mine, uint64_t seed,
	size_t bootstrap, size_t randomise);

#endif
