/* nn.h - the operations of a Transformer, forward and backward, on threads.
 *
 * Work is cut into pieces by the shapes alone and every sum is formed by one
 * thread in one order, so the bytes do not depend on the number of threads.
 * Letters: T tokens, D width, F FFN width, Q = qkv_dim, H heads, V words.
 * Matrices are row-major; a weight [out, in] may be the first rows and columns
 * of a larger one: ldw is the distance of its rows in floats. */
#ifndef NN_H
#define NN_H

#include "num.h"

/* A dropout site: p in [0, 1), seed and step of the run, number of the site. */
struct drop drop_make(double p, uint64_t seed, uint64_t step, int site);

/* y[T,out] = x[T,in] . w^T + bias (NULL: none). ldx, ldy: of rows of x and its
 * gradient, of y and its. */
void nn_linear(const struct num *, int t, int out, int in, const float *x,
	int ldx, const float *w, int ldw, const float *bias, float *y, int ldy);
/* y = drop(relu(x . w^T + bias)) */
void nn_linear_relu(const struct num *, int t, int out, int in,
	const float *x, const float *w, int ldw, const float *bias,
	struct drop, float *y);
/* dx[T,in] = dy[T,out] . w, or += where add. */
void nn_linear_back_input(const struct num *, int t, int out, int in,
	const float *dy, int ldy, const float *w, int ldw, float *dx, int ldx,
	enum store add);
/* dw[out,in] += dy^T . x; dbias[out] += column sums of dy (NULL: none). */
void nn_linear_back_weight(const struct num *, int t, int out, int in,
	const float *dy, int ldy, const float *x, int ldx, float *dw, int ldw,
	float *dbias);
/* out[n] += the sum of the rows of x[T,n] */
void nn_column_sums(const struct num *, int t, int n, const float *x, int ldx,
	float *out);
void nn_relu_back(const struct num *, int t, int f, float *dx, const float *y,
	struct drop);

/* r = x + drop(z + bias); y = norm(r). stats[T,2]. */
void nn_residual_norm(const struct num *, int t, int d, const float *x,
	const float *z, const float *bias, struct drop, const float *gain,
	const float *shift, float *r, float *stats, float *y);
void nn_norm_again(const struct num *, int t, int d, const float *r,
	const float *stats, const float *gain, const float *shift, float *y);
/* dr from dy (may be the same); dgain, dshift[D] added to. parts: scratch of
 * nn_parts(t, d) floats. */
void nn_norm_back(const struct num *, int t, int d, const float *dy,
	const float *r, const float *stats, const float *gain, float *dr,
	float *dgain, float *dshift, float *parts);
size_t nn_parts(int t, int d);
void nn_drop(const struct num *, int t, int d, const float *x, float *y,
	struct drop);

/* x[T,D] = drop(scale x table[id] + position[pos[t]]); rows of the table are
 * ldw floats. */
void nn_embed(const struct num *, int t, int d, const int *ids,
	const int *pos, const float *table, int ldw, const float *positions,
	int ldp, float scale, struct drop, float *x);
/* dtable[id] += scale x drop(dx). */
void nn_embed_back(const struct num *, int t, int d, const int *ids,
	const float *dx, float *dtable, int ldw, float scale, struct drop);

/* Adam (Kingma and Ba 2015) as fairseq's: m, v first and second moment,
 * g multiplied by g_scale; eps is added before the bias correction, which is
 * folded into lr; decoupled weight decay. step: 1 for the first. */
struct adam {
	double lr, beta1, beta2, eps, weight_decay;
};
void nn_adam(const struct num *, const struct adam *, long step, size_t n,
	float *w, const float *g, float *m, float *v, double g_scale);
double nn_sum_squares(const struct num *, size_t n, const float *x);
void nn_add(const struct num *, size_t n, const float *x, float *to);
void nn_zero(const struct num *, size_t n, float *x);

/* --- matrices in codebooks: nn_coded.c --- */

/* sum[coded_entries]: over the weights that an entry stands for, of g[rows,
 * cols], the weights' gradient: the gradient of the entry (Han, Mao and Dally,
 * "Deep Compression", 2016, section 3.3). */
void nn_sum_by_entry(const struct num *, const struct coded *, const float *g,
	float *sum);
/* w[rows, cols]: the entries that the weights are. */
void nn_decode(const struct num *, const struct coded *, float *w);
/* Add to each of w[rows, cols] what its entry has in by[coded_entries]. */
void nn_shift(const struct num *, const struct coded *, const float *by,
	float *w);
/* indices[coded_bytes]: the entries nearest to w[rows, cols]; they ascend. */
void nn_nearest(const struct num *, const struct coded *, const float *w,
	uint8_t *indices);

#endif
