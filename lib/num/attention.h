/* attention.h - attention, forward and backward, on threads. */
#ifndef ATTENTION_H
#define ATTENTION_H

#include "num.h"

/* Attention of packed sentences. Queries of sentence s are rows
 * [q_at[s], q_at[s+1]) of q; its keys are, for each of the segments g,
 * rows g * k_rows + [k_at[s], k_at[s+1]) of k and v. Row lengths ldq, ldk in
 * floats (q and k may stand in one matrix). Heads are columns. */
struct attention {
	int sentences, heads, head_dim, segments, causal;
	const int *q_at, *k_at;     /* [sentences + 1] */
	int k_rows;                 /* T of one segment */
	const float *q, *k, *v;
	size_t ldq, ldk;
	struct drop drop;           /* of the probabilities */
	int max_q, max_k;           /* longest sentence: sizes the scratch */
};
/* out[T, heads * head_dim]; lse[T, heads] is kept for the backward pass. */
void nn_attention(const struct num *, const struct attention *, float *out,
	float *lse, float *scratch);
/* dq, dk, dv have the leading dimensions of q, k, v and are overwritten. */
void nn_attention_back(const struct num *, const struct attention *,
	const float *dout, const float *lse, float *dq, float *dk, float *dv,
	float *scratch);
/* Floats of scratch for either, all threads together; max_k: of all segments
 * of a sentence. */
size_t nn_attention_scratch(const struct num *, int max_q, int max_k,
	int head_dim);

#endif
