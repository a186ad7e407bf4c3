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

/* A row is: edits to the nearest reference, mean length of the references. */
enum { TER_WIDTH = 2 };
void ter_count(struct counter *, const struct ter_opts *,
	const struct span *hyp_and_refs, size_t n, double *row);
double ter_score(const double *sums, enum arithmetic);
/* "case:lc|tok:tercom|norm:no|punct:yes|asian:no" */
void ter_signature(struct buf *, const struct ter_opts *);

/* Edits that make hyp of ref, shifts of several words included. */
long ter_edits(struct ter_table **, const struct symbols *hyp,
	const struct symbols *ref);
void ter_table_free(struct ter_table *);

#endif
