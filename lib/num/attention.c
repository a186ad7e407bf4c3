/* Attention of packed sentences, a sentence and head at a time. Probabilities
 * are not kept: the backward pass forms them again from the logarithm of
 * their sum (Dao et al. 2022, "FlashAttention", section 3.1). */
#include <math.h>
#include <string.h>
#include "base/team.h"
#include "attention.h"

/* A pass, for those who do a sentence and head of it. */
struct passing {
	const struct num *num;
	const struct attention *a;
	float *out, *lse_out;                  /* forward */
	const float *dout, *lse;               /* backward */
	float *dq, *dk, *dv;
	float *scratch;
	size_t mine;                           /* floats of a thread's */
};

/* One sentence and head: sizes and pieces of a thread's scratch. */
struct head {
	int s, head, nq, nk;
	size_t at, row, ldo;  /* where its numbers stand in a row; its first
	                       * query's, of the output */
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
gather(const struct attention *a, const struct head *t, const float *from,
	float *to, float *to_t)
{
	int h = a->head_dim, row = 0;

	for (int g = 0; g < a->segments; g++)
		for (int i = a->k_at[t->s]; i < a->k_at[t->s + 1]; i++, row++) {
			const float *x = from + ((size_t)g *
				(size_t)a->k_rows + (size_t)i) * a->ldk +
				t->at;
			if (to)
				memcpy(to + (size_t)row * (size_t)h, x,
					sizeof *x * (size_t)h);
			for (int j = 0; to_t && j < h; j++)
				to_t[(size_t)j * t->ld + (size_t)row] = x[j];
		}
}

static void
scatter(const struct attention *a, const struct head *t, const float *from,
	float *to)
{
	size_t h = (size_t)a->head_dim;

	for (int g = 0; g < a->segments; g++)
		for (int i = a->k_at[t->s]; i < a->k_at[t->s + 1]; i++,
		    from += h)
			memcpy(to + ((size_t)g * (size_t)a->k_rows +
				(size_t)i) * a->ldk + t->at, from,
				sizeof *to * h);
}

static struct head
lay_out(const struct passing *p, int i, int me)
{
	const struct attention *a = p->a;
	int s = i / a->heads, head = i % a->heads;
	struct head t = { .s = s, .head = head,
		.nq = a->q_at[s + 1] - a->q_at[s],
		.nk = a->segments * (a->k_at[s + 1] - a->k_at[s]),
		.at = (size_t)(head * a->head_dim), .row = (size_t)a->q_at[s],
		.ldo = (size_t)(a->heads * a->head_dim) };
	size_t ld = pad((size_t)t.nk), w = pad((size_t)a->head_dim);

	t.ld = ld;
	t.q = a->q + t.row * a->ldq + t.at;
	t.k = p->scratch + (size_t)me * p->mine;
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
drop_rows(const struct num *num, const struct attention *a,
	const struct head *t, const float *from, float *to)
{
	for (int i = 0; i < t->nq; i++) {
		uint32_t row = (uint32_t)(a->q_at[t->s] + i) *
			(uint32_t)a->heads + (uint32_t)t->head;
		num->k->drop_apply(1, t->nk, from + (size_t)i * t->ld,
			to + (size_t)i * t->ld, 0, a->drop,
			row * (uint32_t)(a->segments * a->max_k));
	}
}

static void
forward_one(void *arg, int i, int me)
{
	const struct passing *p = arg;
	const struct num *num = p->num;
	const struct attention *a = p->a;
	int h = a->head_dim;
	struct head t = lay_out(p, i, me);

	gather(a, &t, a->k, NULL, t.kt);
	gather(a, &t, a->v, t.v, NULL);
	num->k->product(t.nq, t.nk, h, t.q, a->ldq, 1, t.kt, t.ld, t.p, t.ld,
		STORE);
	num->k->softmax(t.nq, t.nk, t.p, t.ld, 1 / sqrtf((float)h), a->causal,
		1, p->lse_out + t.row * (size_t)a->heads + (size_t)t.head,
		(size_t)a->heads);
	if (a->drop.limit)
		drop_rows(num, a, &t, t.p, t.p);
	num->k->product(t.nq, h, t.nk, t.p, t.ld, 1, t.v, (size_t)h,
		p->out + t.row * t.ldo + t.at, t.ldo, STORE);
}

static void
backward_one(void *arg, int i, int me)
{
	const struct passing *p = arg;
	const struct num *num = p->num;
	const struct attention *a = p->a;
	int h = a->head_dim;
	size_t hd = (size_t)h;
	float scale = 1 / sqrtf((float)h);
	struct head t = lay_out(p, i, me);
	float *dropped = t.dp + pad((size_t)t.nq) * t.ld, *used = t.p;
	const float *d = p->dout + t.row * t.ldo + t.at;

	gather(a, &t, a->k, t.k, t.kt);
	gather(a, &t, a->v, NULL, t.vt);
	num->k->product(t.nq, t.nk, h, t.q, a->ldq, 1, t.kt, t.ld, t.p, t.ld,
		STORE);
	num->k->softmax_again(t.nq, t.nk, t.p, t.ld, scale, a->causal,
		p->lse + t.row * (size_t)a->heads + (size_t)t.head,
		(size_t)a->heads);
	num->k->product(t.nq, t.nk, h, d, t.ldo, 1, t.vt, t.ld, t.dp, t.ld,
		STORE);
	if (a->drop.limit) {
		used = dropped;
		drop_rows(num, a, &t, t.p, used);
		drop_rows(num, a, &t, t.dp, t.dp);
	}
	num->k->product(t.nk, h, t.nq, used, 1, t.ld, d, t.ldo, t.dv, hd,
		STORE);
	num->k->softmax_back(t.nq, t.nk, t.p, t.dp, t.ld, scale);
	num->k->product(t.nq, h, t.nk, t.dp, t.ld, 1, t.k, hd,
		p->dq + t.row * a->ldq + t.at, a->ldq, STORE);
	num->k->product(t.nk, h, t.nq, t.dp, 1, t.ld, t.q, a->ldq, t.dk, hd,
		STORE);
	scatter(a, &t, t.dk, p->dk);
	scatter(a, &t, t.dv, p->dv);
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

	every_head(&p, forward_one);
}

void
nn_attention_back(const struct num *num, const struct attention *a,
	const float *dout, const float *lse, float *dq, float *dk, float *dv,
	float *scratch)
{
	struct passing p = { .num = num, .a = a, .dout = dout, .lse = lse,
		.dq = dq, .dk = dk, .dv = dv, .scratch = scratch };

	every_head(&p, backward_one);
}
