/* conv.h - lightweight convolutions (Wu et al. 2019) of packed sentences.
 *
 * Each head has one kernel for all of its channels, whose weights are a softmax
 * over its taps. Taps stand in the order of their distance: those of a causal
 * convolution look at the token itself, the one before, ..; others at the token
 * itself, the one before, the next, the second before, .. So a narrower kernel
 * is the first taps of a wider one. Nothing stands before or behind a sentence.
 *
 * Letters: T tokens, C channels, H heads, K taps. The bytes do not depend on
 * the number of threads, nor on which sentences there are. */
#ifndef CONV_H
#define CONV_H

#include "nn.h"

struct conv {
	int sentences, channels, heads, taps, causal;
	const int *at;          /* [sentences + 1] */
	const float *w;         /* [H,K] of ldw, before the softmax */
	int ldw;
	const float *x;         /* [T,C] */
};

/* The softmax, each head's for all of its channels: shares[K,C]. */
void conv_shares(const struct conv *, float *shares);
/* y[T,C] */
void nn_conv(const struct num *, const struct conv *, const float *shares,
	float *y);
/* dx[T,C]; dw[H,K] of ldw is added to. dshares[K,C]: scratch. */
void nn_conv_back(const struct num *, const struct conv *,
	const float *shares, const float *dy, float *dx, float *dw,
	float *dshares);

/* Gated linear unit: y[T,C] = x[T,C] x sigmoid(x[T,C ..]), rows of 2C. */
void nn_glu(const struct num *, int t, int c, const float *x, float *y);
void nn_glu_back(const struct num *, int t, int c, const float *x,
	const float *dy, float *dx);

/* Token i of a sentence of n alone: x is its first row, of ldx; y[C]. */
void conv_token(const struct kernels *, const struct conv *, int i, int n,
	const float *x, size_t ldx, const float *shares, float *y);
/* The last of n tokens, causal: token i is the row at[i] of x. */
void conv_last(const struct kernels *, int channels, int taps, int n,
	const int *at, const float *x, size_t ldx, const float *shares,
	float *y);

#endif
