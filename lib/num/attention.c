/* Attention of packed sentences, a sentence and head at a time. Probabilities
 * are not kept: the backward pass forms them again from the logarithm of
 * their sum (Dao et al. 2022, "FlashAttention", section 3.1). */
#include <math.h>
#include <string.h>
#include "base/team.h"
#include "attention.h"

/* One sentence and head: sizes and pieces of a thread's scratch. */
struct head {
	int nq, nk;
	size_t ld;            /* row length of what is [.., nk], padded */
	const float *q;       /* [nq] rows of ldq */
	float *k, *kt;        /* [nk, h], [h, ld] */
	float *v, *vt;
	float *p, *dp;        /* [nq, ld] */
	float *dk, *dv;       /* [nk, h] */
};

static size_t
pad(size_t n)
{
	return (n + 15) / 16 * 16;
}

static size_t
one_scratch(int max_q, int max_k, int h)
{
	size_t ld = pad((size_t)max_k), w = pad((size_t)h);

	/* k, v, dk, dv; kt, vt; p, dp */
	return 4 * ld * w + 2 * w * ld + 3 * pad((size_t)max_q) * ld +
		NUM_SLACK;
}

size_t
nn_attention_scratch(const struct num *num, int max_q, int max_k, int h)
{
	return (size_t)num->threads * one_scratch(max_q, max_k, h);
}

/* Gather a head's keys or values of all segments: to[nk, h], its transpose
 * to_t[h, ld], either NULL. */
static void
gather(const struct attention *a, int s, int head, const float *from,
	float *to, float *to_t, size_t ld)
{
	int h = a->head_dim, row = 0;

	for (int g = 0; g < a->segments; g++)
		for (int i = a->k_at[s]; i < a->k_at[s + 1]; i++, row++) {
			const float *x = from + ((size_t)g *
				(size_t)a->k_rows + (size_t)i) * a->ldk +
				(size_t)(head * h);
			if (to)
				memcpy(to + (size_t)row * (size_t)h, x,
					sizeof *x * (size_t)h);
			for (int j = 0; to_t && j < h; j++)
				to_t[(size_t)j * ld + (size_t)row] = x[j];
		}
}

static void
scatter(const struct attention *a, int s, int head, const float *from,
	float *to)
{
	int h = a->head_dim, row = 0;

	for (int g = 0; g < a->segments; g++)
		for (int i = a->k_at[s]; i < a->k_at[s + 1]; i++, row++)
			memcpy(to + ((size_t)g * (size_t)a->k_rows +
				(size_t)i) * a->ldk + (size_t)(head * h),
				from + (size_t)row * (size_t)h,
				sizeof *to * (size_t)h);
}

static struct head
lay_out(const struct attention *a, int s, int head, float *scratch)
{
	struct head t = { .nq = a->q_at[s + 1] - a->q_at[s],
		.nk = a->segments * (a->k_at[s + 1] - a->k_at[s]) };
	size_t ld = pad((size_t)t.nk), w = pad((size_t)a->head_dim);

	t.ld = ld;
	t.q = a->q + (size_t)a->q_at[s] * a->ldq +
		(size_t)(head * a->head_dim);
	t.k = scratch;
	t.v = t.k + ld * w;
	t.dk = t.v + ld * w;
	t.dv = t.dk + ld * w;
	t.kt = t.dv + ld * w;
	t.vt = t.kt + w * ld;
	t.p = t.vt + w * ld;
	t.dp = t.p + pad((size_t)t.nq) * ld;
	return t;
}

/* Dropout of the probabilities; the index of an element is unique within the
 * call: row x heads + head, then key. */
static void
drop_rows(const struct num *num, const struct attention *a, int s, int head,
	const struct head *t, const float *from, float *to)
{
	for (int i = 0; i < t->nq; i++) {
		uint32_t row = (uint32_t)(a->q_at[s] + i) *
			(uint32_t)a->heads + (uint32_t)head;
		num->k->drop_apply(1, t->nk, from + (size_t)i * t->ld,
			to + (size_t)i * t->ld, 0, a->drop,
			row * (uint32_t)(a->segments * a->max_k));
	}
}

static void
forward_one(const struct num *num, const struct attention *a, int s,
	int head, float *out, float *lse, float *scratch)
{
	int h = a->head_dim;
	struct head t = lay_out(a, s, head, scratch);
	size_t ldo = (size_t)(a->heads * h), row = (size_t)a->q_at[s];

	gather(a, s, head, a->k, NULL, t.kt, t.ld);
	gather(a, s, head, a->v, t.v, NULL, t.ld);
	num->k->product(t.nq, t.nk, h, t.q, a->ldq, 1, t.kt, t.ld, t.p, t.ld,
		STORE);
	num->k->softmax(t.nq, t.nk, t.p, t.ld, 1 / sqrtf((float)h), a->causal,
		1, lse + row * (size_t)a->heads + (size_t)head,
		(size_t)a->heads);
	if (a->drop.limit)
		drop_rows(num, a, s, head, &t, t.p, t.p);
	num->k->product(t.nq, h, t.nk, t.p, t.ld, 1, t.v, (size_t)h,
		out + row * ldo + (size_t)(head * h), ldo, STORE);
}

static void
backward_one(const struct num *num, const struct attention *a, int s,
	int head, const float *dout, const float *lse, float *dq, float *dk,
	float *dv, float *scratch)
{
	int h = a->head_dim;
	size_t hd = (size_t)h, ldo = (size_t)a->heads * hd;
	size_t row = (size_t)a->q_at[s];
	float scale = 1 / sqrtf((float)h);
	struct head t = lay_out(a, s, head, scratch);
	float *dropped = t.dp + pad((size_t)t.nq) * t.ld, *used = t.p;
	const float *d = dout + row * ldo + (size_t)head * hd;

	gather(a, s, head, a->k, t.k, t.kt, t.ld);
	gather(a, s, head, a->v, NULL, t.vt, t.ld);
	num->k->product(t.nq, t.nk, h, t.q, a->ldq, 1, t.kt, t.ld, t.p, t.ld,
		STORE);
	num->k->softmax_again(t.nq, t.nk, t.p, t.ld, scale, a->causal,
		lse + row * (size_t)a->heads + (size_t)head,
		(size_t)a->heads);
	num->k->product(t.nq, t.nk, h, d, ldo, 1, t.vt, t.ld, t.dp, t.ld,
		STORE);
	if (a->drop.limit) {
		used = dropped;
		drop_rows(num, a, s, head, &t, t.p, used);
		drop_rows(num, a, s, head, &t, t.dp, t.dp);
	}
	num->k->product(t.nk, h, t.nq, used, 1, t.ld, d, ldo, t.dv, hd, STORE);
	num->k->softmax_back(t.nq, t.nk, t.p, t.dp, t.ld, scale);
	num->k->product(t.nq, h, t.nk, t.dp, t.ld, 1, t.k, hd,
		dq + row * a->ldq + (size_t)head * hd, a->ldq, STORE);
	num->k->product(t.nk, h, t.nq, t.dp, 1, t.ld, t.q, a->ldq, t.dk, hd,
		STORE);
	scatter(a, s, head, t.dk, dk);
	scatter(a, s, head, t.dv, dv);
}

/* Either pass, for those who do a sentence and head of it. */
struct passing {
	const struct num *num;
	const struct attention *a;
	float *out, *lse_out;                  /* forward */
	const float *dout, *lse;               /* backward */
	float *dq, *dk, *dv;
	float *scratch;
	size_t mine;                           /* floats of a thread's */
};

static void
forward_nth(void *arg, int i, int me)
{
	const struct passing *p = arg;
	int heads = p->a->heads;

	forward_one(p->num, p->a, i / heads, i % heads, p->out, p->lse_out,
		p->scratch + (size_t)me * p->mine);
}

static void
backward_nth(void *arg, int i, int me)
{
	const struct passing *p = arg;
	int heads = p->a->heads;

	backward_one(p->num, p->a, i / heads, i % heads, p->dout, p->lse,
		p->dq, p->dk, p->dv, p->scratch + (size_t)me * p->mine);
}

static void
every_head(struct passing *p, team_piece *pass)
{
	p->mine = one_scratch(p->a->max_q, p->a->segments * p->a->max_k,
		p->a->head_dim);
	team_for(p->num->team, p->a->sentences * p->a->heads, pass, p);
}

void
nn_attention(const struct num *num, const struct attention *a, float *out,
	float *lse, float *scratch)
{
	struct passing p = { .num = num, .a = a, .out = out, .lse_out = lse,
		.scratch = scratch };

	every_head(&p, forward_nth);
}

void
nn_attention_back(const struct num *num, const struct attention *a,
	const float *dout, const float *lse, float *dq, float *dk, float *dv,
	float *scratch)
{
	struct passing p = { .num = num, .a = a, .dout = dout, .lse = lse,
		.dq = dq, .dk = dk, .dv = dv, .scratch = scratch };

	every_head(&p, backward_nth);
}
