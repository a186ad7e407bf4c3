/* measure.h - how long a SubTransformer takes, by the code that translates.
 *
 * A repetition translates one batch: the encoder once, then exactly tgt_len
 * steps of the beam search, </s> forbidden before the last. */
#ifndef MEASURE_H
#define MEASURE_H

#include "beam.h"

struct workload {
	int src_len, tgt_len;    /* </s> counted */
	int beam, batch, threads;
	enum dtype dtype;
};

/* When it is enough: fixed repetitions, or the 95% confidence interval of the
 * median within +-precision of it, but at least min and at most max_s. */
struct patience {
	long repeat;             /* 0: by precision */
	long min_repeat;
	double precision;        /* share of the median */
	double max_s;            /* seconds of measuring */
};

/* In ms, of one batch. */
struct latency {
	double encoder, decoder, total;    /* medians; total: their sum */
	double p50, p90, p99, ci95[2];     /* of the repetitions' totals */
	long repeats, redone;
	double at;                         /* clock_ms in the middle */
};

/* A model ready to be timed. */
struct subject {
	struct workload w;
	struct packed_model model;
	struct decoder decoder;
	struct beam beam;
	int *src, *at;           /* the batch */
	float *scale;            /* owned; int8 from a random block */
	int32_t *shift;
};

/* Random weights for shapes: one block that all subjects of a run share, so
 * that nothing has to be made or packed for each. It only grows. */
struct random_block {
	float *w;
	size_t floats;
	void *panels;            /* of dtype; fp32: w */
	enum dtype dtype;
	uint64_t seed;
	float *ones;             /* gains of the norms */
	int threads;
};
void random_block_free(struct random_block *);

/* Room for so many floats. If it must grow, subjects made from it must be
 * freed before and made again. */
void random_block_grow(struct random_block *, size_t floats);
/* Floats that a block must have for a subject. */
size_t subject_floats(const struct arch *, const struct task *,
	const struct workload *);
/* A SubTransformer with weights from the block, which has room for it; task
 * must be complete. */
void subject_random(struct subject *, const struct random_block *,
	const struct arch *, const struct task *, const struct workload *);
/* .. with the view's own. */
void subject_view(struct subject *, const struct view *, uint64_t seed,
	const struct workload *);
void subject_free(struct subject *);

/* samples: room for the times of one measurement, grown as needed. */
struct timings {
	double *encoder, *decoder, *total;
	size_t cap;
};
void timings_free(struct timings *);
void subject_measure(struct subject *, const struct patience *,
	struct timings *, struct latency *);

#endif
