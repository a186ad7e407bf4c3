/* tau.h - Kendall's tau-b: how alike two orders of the same things are.
 *
 * In O(n log n), as Knight (1966); what is counted are whole numbers. */
#ifndef TAU_H
#define TAU_H

#include <stddef.h>

/* Two orders of n things, kept for several looks; give back by tau_free.
 * group: only those with the same one are compared; NULL: all. */
struct tau *tau_new(const double *a, const double *b, const double *group,
	size_t n);
void tau_free(struct tau *);

/* Of the pairs: both orders agree, minus disagree; those that a, that b tells
 * apart. */
struct tau_pairs {
	double agree, a, b;
};
/* times: how often each thing is there; NULL: once. */
struct tau_pairs tau_count(struct tau *, const double *times);

/* NAN where one of them tells nothing apart. */
double tau_b(const double *a, const double *b, size_t n);

#endif
