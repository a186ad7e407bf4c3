/* books.h - the training of matrices in codebooks.
 *
 * The numbers of the codebooks are trained in place of the weights that they
 * stand for. Indices stay; unless there are floats, too: then each weight is
 * the number nearest to its float. The weight's gradient is taken for the
 * float's (the straight-through estimator: Bengio, Leonard and Courville,
 * "Estimating or Propagating Gradients Through Stochastic Neurons", 2013), and
 * a float goes along with the number that stands for it. */
#ifndef BOOKS_H
#define BOOKS_H

#include "model/params.h"
#include "num/nn.h"

struct books {
	int matrices;                 /* in codebooks; 0: no others here */
	size_t count;                 /* numbers of all codebooks */
	size_t *at;                   /* [tensors + 1] where each begins */
	float *entry, *grad, *m, *v;  /* [count]; m, v: Adam's */
	float *floats;                /* a block as the weights', of which the
	                                 coded tensors count; or NULL */
	float *was;                   /* [count] the numbers before an update */
	uint8_t *indices;             /* of floats: all matrices' */
};

size_t books_bytes(const struct params *);   /* that they will take */
/* p's codebooks become the numbers here; its indices, too, if there are floats,
 * which are lent: for books_spread. */
void books_init(struct books *, struct params *p, float *floats);
void books_free(struct books *);
/* The gradients of the numbers, from the weights' gradients, a block as p's. */
void books_gather(const struct books *, const struct num *,
	const struct params *p, const float *grad);
/* Floats, if there are any, go along with their numbers, which ascend again. */
void books_follow(const struct books *, const struct num *,
	const struct params *p);
/* The weights become what their numbers are now, with floats the nearest. */
void books_spread(const struct books *, const struct num *, struct params *p);

#endif
