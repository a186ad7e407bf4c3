/* groups.h - the rows of one architecture, which belong together.
 *
 * Where an architecture was measured several times, a fit that has seen one of
 * its rows knows the others: only whole groups may be left out to test with. */
#ifndef GROUPS_H
#define GROUPS_H

#include "arch/features.h"
#include "base/rng.h"

struct groups {
	size_t n;        /* groups */
	size_t *row;     /* [rows] the rows, group after group */
	size_t *start;   /* [n + 1] group k is row[start[k]], .. */
};

/* Of rows x [rows x FEATURES] with equal features, in the order in which they
 * come. groups_free. */
void groups_init(struct groups *, const double *x, size_t rows);
/* The groups in a random order: that of rows, where each is one. */
void groups_shuffle(struct groups *, struct rng);
/* Put rows of so many bytes into the groups' order. */
void groups_order(const struct groups *, void *base, size_t size);
void groups_free(struct groups *);

#endif
