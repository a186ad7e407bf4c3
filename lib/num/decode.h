/* decode.h - the arithmetic of decoding: each function is for one thread, and
 * does what the kernels of the instruction set do.
 *
 * h: width of a head; ld..: distance of rows in floats. What an element
 * becomes does not depend on what else is computed beside it. */
#ifndef DECODE_H
#define DECODE_H

#include "conv.h"

/* What follows a product: nothing, + the matrix' bias, max(.. + bias, 0). */
enum then { THEN_NOTHING, THEN_BIAS, THEN_RELU };
/* y[n, rows] = x[n, k] . w^T for the panels [from, to) of w's rows. quants:
 * scratch of columns_bytes, 64-byte aligned. */
void decode_linear(const struct kernels *, const struct packed *w, int from,
	int to, enum then, int n, const float *x, size_t ldx, float *y,
	size_t ldy, void *quants);
/* y = norm(x + z + bias) of rows of d; y may be x. z is overwritten;
 * stats[rows, 2]. */
void decode_norm(const struct kernels *, int rows, int d, const float *x,
	float *z, const float *bias, const float *gain, const float *shift,
	float *stats, float *y);

/* y[c] = x[c] x sigmoid(gate[c]); y may be x. Convolutions: conv_token and
 * conv_last of conv.h. */
void decode_glu(const struct kernels *, int c, const float *x,
	const float *gate, float *y);

/* Keys of a head are turned to [h][ld], n keys in a row; of all of them, ld is
 * decode_keys_ld. */
enum { KEYS_PAD = 16 };
static inline int
decode_keys_ld(int n)
{
	return (n + KEYS_PAD - 1) / KEYS_PAD * KEYS_PAD;
}
void decode_turn_keys(int n, int h, const float *from, size_t ldf, float *to,
	size_t ld);
/* out[m, h] = softmax(q . keys / sqrt(h)) . values for m queries and n turned
 * keys; p: decode_attend_scratch(m, n) floats. */
void decode_attend(const struct kernels *, int m, int n, int h,
	const float *q, size_t ldq, const float *keys, const float *values,
	size_t ldv, float *p, float *out, size_t ldo);
size_t decode_attend_scratch(int m, int n);
/* The same for one query, whose keys and values are the rows at[n]; p[n]. */
void decode_attend_past(const struct kernels *, int n, int h, const float *q,
	const float *keys, const float *values, size_t ld, const int *at,
	float *p, float *out);

/* The output layer in chunks of words, whose logits never leave the cache. */
enum { WORDS_CHUNK = 32 * PANEL, LOGITS_LD = WORDS_CHUNK + 16 };
static inline int
decode_chunks(int vocab)
{
	return (vocab + WORDS_CHUNK - 1) / WORDS_CHUNK;
}
/* Logits [n, LOGITS_LD] of a chunk; how many words it has. */
int decode_logits(const struct kernels *, const struct packed *output,
	const struct columns *, int chunk, float *logits);
/* log(sum(exp)) of n. */
float decode_log_sum_exp(const struct kernels *, int n, const float *logits);
/* The k best words so far, and those of a chunk: see kernels.h, top. */
void decode_best(const struct kernels *, int n, const float *logits, int chunk,
	int k, float *best, int *ids);

#endif
