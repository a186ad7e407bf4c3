/* chrf.h - chrF (Popović, WMT 2015) and chrF++ (WMT 2017), with the numbers of
 * sacreBLEU. Nothing here prints or exits. */
#ifndef CHRF_H
#define CHRF_H

#include "base/mem.h"
#include "counter.h"

struct chrf_opts {
	int char_order, word_order;   /* longest n-grams; words: 2 for chrF++ */
	int beta;                     /* recall counts so much more */
	int lowercase, whitespace;
	int eps;                      /* orders without n-grams count, 1e-16 */
};

/* A row is, for each order of characters, then of words: n-grams of the
 * hypothesis (0 if the reference has none), of the reference that gives the
 * best score, and matches. */
void chrf_count(struct counter *, const struct chrf_opts *,
	const struct span *hyp_and_refs, size_t n, double *row);
double chrf_score(const struct chrf_opts *, const double *sums,
	enum arithmetic);
/* Is SINGLE's score a single, and not one of Python's own numbers, which are
 * double? */
int chrf_is_single(const struct chrf_opts *, const double *sums);
/* "chrF2++" */
void chrf_name(struct buf *, const struct chrf_opts *);
/* "case:mixed|eff:yes|nc:6|nw:0|space:no" */
void chrf_signature(struct buf *, const struct chrf_opts *);

#endif
