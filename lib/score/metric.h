/* metric.h - BLEU, chrF and TER by one name each.
 *
 * All that reading, resampling and printing need to know of a metric. Nothing
 * here prints or exits. */
#ifndef METRIC_H
#define METRIC_H

#include "bleu.h"
#include "chrf.h"
#include "ter.h"

enum metric_kind { METRIC_BLEU, METRIC_CHRF, METRIC_TER };

struct metric {
	enum metric_kind kind;
	union {
		struct bleu_opts bleu;
		struct chrf_opts chrf;
		struct ter_opts ter;
	};
};

size_t metric_width(const struct metric *);   /* of a row */
/* 0, or -1 with a reason: too long. */
int metric_count(const struct metric *, struct counter *,
	const struct span *hyp_and_refs, size_t n, double *row, struct why *);
double metric_score(const struct metric *, const double *sums,
	enum arithmetic);
/* Is SINGLE's score a single, and not one of Python's own numbers? */
int metric_is_single(const struct metric *, const double *sums);
/* "BLEU", "chrF2++", "TER" */
void metric_name(struct buf *, const struct metric *);
/* The settings of the metric, "key:value" parted by |. */
void metric_signature(struct buf *, const struct metric *);

#endif
