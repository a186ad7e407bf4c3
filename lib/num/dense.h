/* dense.h - layers of a small perceptron: products, ReLU, Adam.
 *
 * Kept free of BLAS so that a program that only predicts stays small. Rows are
 * padded by zeros to whole vectors of DENSE_LANES, products to tiles of
 * DENSE_TILE rows (or one row alone). The results do not depend on the number
 * of threads; the team may be NULL: the caller alone. */
#ifndef DENSE_H
#define DENSE_H

#include <stddef.h>

struct team;

enum { DENSE_LANES = 32, DENSE_TILE = 8 };

/* c[m x n] = bias + a[m x k] b[k x n], m a multiple of DENSE_TILE, or 1, n of
 * DENSE_LANES. a's rows are ar floats apart, its columns ak; b's and c's rows
 * ldb, ldc. */
struct dense {
	const float *a, *b, *bias;   /* bias [n], or NULL */
	float *c;
	size_t m, n, k, ar, ak, ldb, ldc;
};
void dense_multiply(const struct dense *, struct team *);
/* x = max(x, 0) */
void dense_relu(size_t n, float *x);
/* Back through the ReLU whose output x[rows x n] is; bias[n] becomes the column
 * sums of down. */
void dense_relu_back(const float *x, float *down, int rows, size_t n,
	float *bias);
/* to[out x in] = w[in x out] turned */
void dense_turn(const float *w, size_t in, size_t out, float *to);

/* A step of Adam (Kingma and Ba, 2015), beta 0.9 and 0.999, eps 1e-8, with
 * decoupled weight decay. */
struct dense_adam {
	float rate, unbias, decay;   /* unbias: 1 / sqrt(1 - 0.999^t) */
};
void dense_step(const struct dense_adam *, size_t n, float *w, const float *g,
	float *m, float *v, struct team *);

#endif
