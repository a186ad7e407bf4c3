/* bleu.h - BLEU (Papineni et al., ACL 2002), with the numbers of sacreBLEU
 * (Post, WMT 2018). Nothing here prints or exits. */
#ifndef BLEU_H
#define BLEU_H

#include "base/mem.h"
#include "counter.h"

enum bleu_smooth { SMOOTH_NONE, SMOOTH_FLOOR, SMOOTH_ADD_K, SMOOTH_EXP };
extern const char *const bleu_smooths[];   /* names by enum, NULL-ended */
double bleu_smooth_default(enum bleu_smooth);

struct bleu_opts {
	struct tokenize_opts tokens;
	enum bleu_smooth smooth;
	double smooth_value;      /* of floor and add-k */
	int order;                /* longest n-gram, 1 to NGRAMS_ORDER_MAX */
	int effective;            /* orders that the text is too short for do
	                             not count */
};

/* A row is [2 + 2 order]: words of the hypothesis, of the closest reference,
 * then for each order how many n-grams match and how many there are. */
void bleu_count(struct counter *, const struct bleu_opts *,
	const struct span *hyp_and_refs, size_t n, double *row);

struct bleu_score {
	double score, bp;                     /* 0..100, 0..1 */
	double precision[NGRAMS_ORDER_MAX];   /* 0..100; [order] */
};
void bleu_score(struct bleu_score *, const struct bleu_opts *,
	const double *sums, enum arithmetic);

/* "66.7/50.0/.. (BP = .. ratio = .. hyp_len = .. ref_len = ..)" */
void bleu_verbose(struct buf *, const struct bleu_opts *, const double *sums,
	const struct bleu_score *);
/* "case:mixed|eff:no|tok:13a|smooth:exp" */
void bleu_signature(struct buf *, const struct bleu_opts *);

#endif
