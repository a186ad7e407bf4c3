/* xent.h - the output layer: its loss, alone or with a teacher, and a teacher's
 * likeliest words.
 *
 * Logits are formed a chunk of rows at a time: never more than [chunk, V] of
 * a model. h[T,D], w[V,D], rows of w ldw floats apart. */
#ifndef XENT_H
#define XENT_H

#include "nn.h"

/* Sums over the rows, in nats; see struct losses. */
struct xent {
	double loss, nll, taught;
};
/* Label-smoothed cross-entropy, with a teacher beside the targets or NULL.
 * Where dh is not NULL: dh[T,D] and dw (added to) become the gradient of grad x
 * loss. */
struct xent nn_xent(const struct num *, int t, int d, int v, const float *h,
	const float *w, int ldw, const int *target, float smooth,
	const struct teacher *, float grad, float *dh, float *dw,
	float *scratch);
/* Losses alone, that of each row into each[T], too. */
struct xent nn_xent_each(const struct num *, int t, int d, int v,
	const float *h, const float *w, int ldw, const int *target,
	float smooth, float *scratch, float *each);
size_t nn_xent_scratch(int v);    /* floats */

/* The k words that are likeliest at a temperature, and their probabilities:
 * ids[T,k] and p[T,k], descending. Those of several models of the same words
 * are averaged. Where fewer than k have a probability above 0, the p of the
 * rest are not above 0; so are all where an output is not finite. */
void nn_likeliest(const struct num *, int t, int v, const struct outputs *,
	int models, float temperature, int k, int *ids, float *p,
	float *scratch);
size_t nn_likeliest_scratch(int v);   /* floats */

#endif
