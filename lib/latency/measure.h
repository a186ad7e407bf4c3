/* measure.h - how long a SubTransformer takes, by the code that translates.
 *
 * A repetition translates the workload's batches: of each the encoder once,
 * then so many steps of the beam search, </s> forbidden before a sentence's
 * last. Every encoder run and every step is timed by itself. */
#ifndef MEASURE_H
#define MEASURE_H

#include "estimate.h"
#include "subject.h"
#include "watch.h"

/* When it is enough: fixed repetitions, or the 95% confidence interval of the
 * total within +-precision of it, and at least min. For precision, and for
 * repetitions in place of disturbed ones, at most max_s are spent. */
struct stop_rule {
	long repeat;             /* 0: by precision */
	long min_repeat;
	double precision;        /* share of the total */
	double max_s;            /* seconds of measuring */
};

/* A deferred signal ends it. timings: whatever it holds is thrown away. core:
 * what all measurements of a run have seen, all 0 at first. -1 where the
 * decoder has failed. */
int subject_measure(struct subject *, const struct stop_rule *,
	struct core_cycles *core, struct timings *, struct latency *);

#endif
