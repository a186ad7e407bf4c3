/* kmeans.h - a few numbers that stand for many: K-means in one dimension.
 *
 * Lloyd is HAT's way: entries evenly from the least number to the greatest,
 * then means of what is nearest, until nothing moves. Exact is the optimum:
 * a cluster is a run of the sorted numbers, so the best runs are a shortest
 * path (Gronlund et al. 2017, "Fast exact k-means, k-medians and Bregman
 * divergence clustering in 1D"). Bins is the optimum over the edges of some
 * thousand equal bins, for those who cannot wait. */
#ifndef KMEANS_H
#define KMEANS_H

#include <stddef.h>

enum fit { FIT_LLOYD, FIT_EXACT, FIT_BINS };
/* The entries [k], ascending, for w[rows, cols] of ldw; NaN where a number is
 * not finite. Fewer different numbers than k: the last one is repeated. */
void kmeans_fit(enum fit, int rows, int cols, const float *w, size_t ldw,
	int k, float *entry);

#endif
