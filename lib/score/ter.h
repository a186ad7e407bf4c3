/* ter.h - translation edit rate (Snover et al., AMTA 2006), with the numbers
 * of sacreBLEU: the same limits on shifts and on the distance from the
 * diagonal. Nothing here prints or exits. */
#ifndef TER_H
#define TER_H

#include "base/mem.h"
#include "counter.h"

struct ter_opts {
	struct tokenize_opts tokens;   /* kind: none, or tercom: normalised */
};

/* A row is: edits to the nearest reference, mean length of the references. 0,
 * or -1 as ter_edits. */
enum { TER_WIDTH = 2 };
int ter_count(struct counter *, const struct ter_opts *,
	const struct span *hyp_and_refs, size_t n, double *row, struct why *);
double ter_score(const double *sums, enum arithmetic);
/* "case:lc|tok:tercom|norm:no|punct:yes|asian:no" */
void ter_signature(struct buf *, const struct ter_opts *);

/* Edits that make hyp of ref, shifts of several words included; -1 with a
 * reason where there is too little memory for a table of hyp by ref words. */
long ter_edits(struct ter_table **, const struct symbols *hyp,
	const struct symbols *ref, struct why *);
void ter_table_free(struct ter_table *);

#endif
