/* books.h - the numbers of codebooks, which are trained in place of the weights
 * that they stand for. Indices stay as they are. */
#ifndef BOOKS_H
#define BOOKS_H

#include "model/params.h"
#include "num/nn.h"

struct books {
	int matrices;                 /* in codebooks; 0: no others here */
	size_t count;                 /* numbers of all codebooks */
	size_t *at;                   /* [tensors + 1] where each begins */
	float *entry, *grad, *m, *v;  /* [count]; m, v: Adam's */
};

size_t books_bytes(const struct params *);   /* that they will take */
/* p's codebooks become the numbers here. */
void books_init(struct books *, struct params *p);
void books_free(struct books *);
/* The gradients of the numbers, from the weights' gradients, a block as p's. */
void books_gather(const struct books *, const struct num *,
	const struct params *p, const float *grad);
/* The weights become what their numbers are now. */
void books_spread(const struct books *, const struct num *, struct params *p);

#endif
