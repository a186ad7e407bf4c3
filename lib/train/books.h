/* books.h - the training of matrices in codebooks.
 *
 * Either the numbers of the codebooks are trained in place of the weights that
 * they stand for, and indices stay. Or floats are: each weight is the number of
 * its codebook nearest to its float, and its gradient is taken for the float's
 * (the straight-through estimator: Bengio, Leonard and Courville, "Estimating
 * or Propagating Gradients Through Stochastic Neurons", 2013); after an update
 * the codebooks follow their floats. */
#ifndef BOOKS_H
#define BOOKS_H

#include "model/params.h"
#include "num/nn.h"

struct books {
	int matrices;                 /* in codebooks; 0: no others here */
	size_t count;                 /* numbers of all codebooks */
	size_t *at;                   /* [tensors + 1] where each begins */
	float *entry, *grad, *m, *v;  /* [count]; m, v: Adam's */
	float *floats;                /* a block as the weights', whose coded
	                                 tensors are trained; NULL: the numbers
	                                 are */
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
/* The numbers follow their floats, if there are any. */
void books_follow(const struct books *, const struct num *,
	const struct params *p);
/* The weights become what their numbers are now, or the nearest of them. */
void books_spread(const struct books *, const struct num *, struct params *p);

#endif
