/* resample.h - how sure a score is: intervals and tests of significance.
 *
 * From rows of sums alone, as sacreBLEU has them: bootstrap (Koehn, EMNLP
 * 2004) and approximate randomisation (Riezler and Maxwell, 2005), with the
 * same random numbers and the same arithmetic, that of NumPy 2 (NumPy 1
 * divides in double precision where 2 stays with single). Nothing here prints
 * or exits. */
#ifndef RESAMPLE_H
#define RESAMPLE_H

#include "metric.h"
#include "pcg64.h"

/* The rows of all sentences, one after another. Zero-initialise, rows_free. */
struct rows {
	double *at;          /* [n][width] */
	size_t n, width, cap;
};
void rows_add(struct rows *, const double *row);
void rows_free(struct rows *);
void rows_sum(const struct rows *, double *sums);

/* Scores of resamples. Zero-initialise, resamples_free. */
struct resamples {
	double *score;       /* [n] */
	size_t n;
	int single;          /* they are all of single precision */
};
/* n times as many sentences drawn from all, with replacement. */
void resamples_draw(struct resamples *, const struct metric *,
	const struct rows *, struct pcg64 *, size_t n);
void resamples_free(struct resamples *);

/* The mean, and half the width of the 95% interval. paired: as a paired test
 * has the mean, added pairwise by NumPy; else exactly. */
struct interval { double mean, half; };
struct interval resamples_interval(const struct resamples *, int paired);

/* sacreBLEU's p: how often |difference| exceeds its mean over the resamples by
 * more than the difference found. So it is of one side, about half of what
 * approximate randomisation gives, and 1 / (n + 1) for two equal systems. */
double paired_bootstrap(const struct resamples *base,
	const struct resamples *other, double difference);

#endif
