#include <math.h>
#include "decode.h"

enum { QUERIES = 48 };     /* of an attention at a time */

void
decode_linear(const struct kernels *k, const struct packed *w, int from, int to,
	enum then then, int n, const float *x, size_t ldx, float *y,
	size_t ldy, void *quants)
{
	if (from >= to)
		return;
	struct columns c = columns_of(k, w->dtype, n, w->k, x, ldx, quants);
	k->panels(from, to, w, &c, then == THEN_NOTHING ? NULL : w->bias,
		then == THEN_RELU, y + from * PANEL, ldy);
}

void
decode_norm(const struct kernels *k, int rows, int d, const float *x, float *zs,
	const float *bias, const float *gain, const float *shift, float *stats,
	float *y)
{
	static const struct drop none;

	k->residual_norm(rows, d, x, zs, bias, none, 0, gain, shift, zs, stats,
		y);
}

void
decode_glu(const struct kernels *k, int c, const float *x, const float *gate,
	float *y)
{
	k->glu(c, x, gate, y);
}

void
decode_turn_keys(int n, int h, const float *from, size_t ldf, float *to,
	size_t ld)
{
	for (int i = 0; i < n; i += KEYS_PAD)
		for (int j = 0; j < h; j++)
			for (int k = i; k < n && k < i + KEYS_PAD; k++)
				to[(size_t)j * ld + (size_t)k] =
					from[(size_t)k * ldf + (size_t)j];
}

size_t
decode_attend_scratch(int m, int n)
{
	return (size_t)(m < QUERIES ? m : QUERIES) * (size_t)decode_keys_ld(n);
}

void
decode_attend(const struct kernels *k, int m, int n, int h, const float *q,
	size_t ldq, const float *keys, const float *values, size_t ldv,
	float *p, float *out, size_t ldo)
{
	size_t ld = (size_t)decode_keys_ld(n);

	for (int i = 0; i < m; i += QUERIES) {
		int some = m - i < QUERIES ? m - i : QUERIES;
		k->product(some, n, h, q + (size_t)i * ldq, ldq, 1, keys, ld,
			p, ld, STORE);
		k->softmax(some, n, p, ld, 1 / sqrtf((float)h), NOT_CAUSAL,
			0, NULL, 0);
		k->product(some, h, n, p, ld, 1, values, ldv,
			out + (size_t)i * ldo, ldo, STORE);
	}
}

void
decode_attend_past(const struct kernels *k, int n, int h, const float *q,
	const float *keys, const float *values, size_t ld, const int *at,
	float *p, float *out)
{
	k->attend_at(n, h, q, keys, values, ld, at, 1 / sqrtf((float)h), p,
		out);
}

int
decode_logits(const struct kernels *k, const struct packed *o,
	const struct columns *x, int chunk, float *logits)
{
	int first = chunk * WORDS_CHUNK, left = o->rows - first;

	left = left < WORDS_CHUNK ? left : WORDS_CHUNK;
	k->panels(first / PANEL, first / PANEL + packed_panels(left), o, x,
		NULL, 0, logits, LOGITS_LD);
	return left;
}

float
decode_log_sum_exp(const struct kernels *k, int n, const float *logits)
{
	return k->log_sum_exp(n, logits);
}

void
decode_best(const struct kernels *k, int n, const float *logits, int chunk,
	int many, float *best, int *ids)
{
	k->top(n, logits, chunk * WORDS_CHUNK, many, best, ids);
}
