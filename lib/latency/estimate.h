/* estimate.h - a latency and its interval from samples of its parts.
 *
 * A repetition is a row of cells: of each batch the run of its encoder, then
 * its decoder steps. Cells that do the same work but for their position are a
 * stretch. The later a step, the longer it takes, a little: a robust line
 * (Tukey: "Exploratory Data Analysis", 1977, his resistant line) takes the
 * slope out, so that all samples of a stretch, of all positions and
 * repetitions, have one median m; its cells take cells x m. That sum has no
 * bias from few repetitions, as a sum of medians of three would have.
 *
 * The interval is that of the median of all samples' relative residuals, from
 * order statistics, so it supposes no distribution. How many independent
 * samples it has is corrected for their unequal weights and for what
 * neighbours in time have in common: sums of blocks of signs, in the manner of
 * Heidelberger and Lewis, "Quantile estimation in dependent sequences",
 * 1984. */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "workload.h"

/* cells [at, at + n) of a repetition */
struct stretch {
	int at, n, batch;
	int encoder;             /* or decoder steps */
	double median, slope;    /* ms in its middle, ms a cell: as estimated */
	double least, most;      /* of the samples that count, without slope */
};

struct timings {
	int cells, stretches, batches;
	struct stretch *stretch; /* [stretches] */
	long reps, cap;
	float *ms;               /* [reps, cells] */
	unsigned char *bad;      /* [reps, cells] 1: disturbed */
	long disturbed;          /* of those */
	struct residual *scratch;
};

/* In ms, of one batch; of several their mean. */
struct latency {
	double encoder, decoder, total;    /* total: their sum */
	double trimmed;                    /* by means of the middle 80% */
	double p50, p90, p99;              /* of the batches as they came */
	double ci95[2];                    /* of total; within what was seen */
	double independent;                /* samples, about */
	long repeats, samples, redone;     /* samples: that were used */
	double shared;                     /* share of the samples: ends at
					    * which the core was shared */
	double lost;                       /* share of the time that others
					    * had our CPUs */
	int unsettled;                     /* too few undisturbed samples */
	int stopped;                       /* by a signal: it is none */
	double at;                         /* clock_ms in the middle */
	int launches;                      /* of a step; 0: a CPU's */
};

/* Cells of a workload; timings must be zero or of another one before. */
void timings_start(struct timings *, const struct workload *);
/* Room for one more repetition. */
void timings_grow(struct timings *);
void timings_free(struct timings *);
/* A sample was disturbed. */
void timings_spoil(struct timings *, long rep, int cell);
/* Were of every stretch at least half of the samples of so many repetitions
 * undisturbed? */
int timings_settled(const struct timings *, long repeats);
/* From at least one repetition. Leaves repeats and what follows it alone.
 * Disturbed samples count only where a stretch has no others. */
void latency_estimate(struct latency *, struct timings *);
/* Is the interval within +-share of the total, and can it be one? */
int latency_within(const struct latency *, double share);

#endif
