/* Cross-attention: f(x) = out(attention of q(x) to kv(memory)), memory being
 * the last 1, 2 or 3 outputs of the encoder, one sentence after another (HAT's
 * arbitrary encoder-decoder attention). */
#include "num/attention.h"
#include "pass.h"
#include "sizes.h"

enum { Q, KV, OUT, MATRICES };
enum { MASKS = 2 };        /* beside the encoder's 0 and the decoder's 1 */

static void
shape(struct block *b, const struct arch *a)
{
	b->inner = a->qkv_dim;
	b->heads = a->decoder_ende_attention_heads[b->layer];
	b->segments = arbitrary_layers(
		a->decoder_arbitrary_ende_attn[b->layer]);
}

/* q, k and v begin as one matrix, if they have one input width */
static void
tensors(struct tensor_cursor *t, struct block *b)
{
	int q = b->inner;

	t->fan = b->width == b->memory_width ? 3 * q : 0;
	b->matrix[Q] = cursor_linear(t, "encoder_attn.q_proj", q, b->width);
	b->matrix[KV] = cursor_pair(t, "encoder_attn.k_proj",
		"encoder_attn.v_proj", q, b->memory_width);
	t->fan = 0;
	b->matrix[OUT] = cursor_matrix(t, "encoder_attn.out_proj", b->width,
		q);
	b->bias = cursor_bias(t, "encoder_attn.out_proj", b->width);
	b->norm = cursor_norm(t, "encoder_attn_layer_norm", b->width);
}

static struct block_cost
cost(const struct block_dims *d, double t, double ts)
{
	double w = d->width, q = d->inner, e = d->memory_width;

	return (struct block_cost){ 2 * (w + e) * q + 3 * q + 3 * w,
		2 * t * w * q + d->segments * ts * (2 * e * q + 2 * t * q) };
}

static size_t
kv_floats(const struct block *b, int ts)
{
	return size(b->segments) * size(ts) * 2 * size(b->inner);
}

/* sums: context [T,Q], lse [T,H]; products: q [T,Q], kv [S Ts,2Q]; back:
 * gradients of context, q and kv */
static struct block_need
need(const struct block *b, int t, int ts)
{
	size_t q = lines(size(t) * size(b->inner)), kv = kv_floats(b, ts);

	return (struct block_need){ q + size(t) * size(b->heads), q + kv,
		2 * q + kv };
}

/* Floats of a [T,Q] matrix, after which the next begins. */
static size_t
after(const struct block_run *run)
{
	return lines(size(run->batch->tgt_tokens) * size(run->b->inner));
}

static struct attention
attention(const struct block_run *run)
{
	const struct batch *b = run->batch;
	int q = run->b->inner, heads = run->b->heads;
	const float *qs = run->s->products, *kv = qs + after(run);

	return (struct attention){ .sentences = b->sentences, .heads = heads,
		.head_dim = q / heads, .segments = run->b->segments,
		.q_at = b->tgt_at, .k_at = b->src_at, .k_rows = b->src_tokens,
		.q = qs, .k = kv, .v = kv + q,
		.ldq = size(q), .ldk = 2 * size(q),
		.drop = block_drop(run, DROP_PROBS), .max_q = b->max_tgt,
		.max_k = b->max_src };
}

static void
project(const struct block_run *run, const float *x)
{
	const struct block *b = run->b;
	const struct batch *batch = run->batch;
	float *q = run->s->products;

	block_linear(run, &b->matrix[Q], batch->tgt_tokens, x, b->width, q,
		b->inner);
	block_linear(run, &b->matrix[KV], b->segments * batch->src_tokens,
		run->p->memory, b->memory_width, q + after(run),
		2 * b->inner);
}

static void
forward(const struct block_run *run, const float *x)
{
	const struct block *b = run->b;
	float *ctx = run->s->sums;
	struct attention a = attention(run);

	project(run, x);
	nn_attention(&run->p->num, &a, ctx, ctx + after(run),
		run->p->attention);
	block_linear(run, &b->matrix[OUT], run->batch->tgt_tokens, ctx,
		b->inner, run->s->r, b->width);
}

static void
backward(const struct block_run *run, const struct block *grad,
	const float *x)
{
	struct pass *p = run->p;
	const struct block *b = run->b;
	const struct batch *batch = run->batch;
	struct attention a = attention(run);
	float *ctx = run->s->sums, *dctx = p->back;
	float *dq = dctx + after(run), *dkv = dq + after(run);

	if (p->keep == KEEP_SUMS)
		project(run, x);
	block_linear_back(run, &b->matrix[OUT], &grad->matrix[OUT],
		batch->tgt_tokens, p->dz, b->width, ctx, b->inner, dctx, STORE);
	nn_attention_back(&p->num, &a, dctx, ctx + after(run), dq, dkv,
		dkv + b->inner, p->attention);
	block_linear_back(run, &b->matrix[Q], &grad->matrix[Q],
		batch->tgt_tokens, dq, b->inner, x, b->width, p->dx, ADD);
	block_linear_back(run, &b->matrix[KV], &grad->matrix[KV],
		b->segments * batch->src_tokens, dkv, 2 * b->inner, p->memory,
		b->memory_width, p->dmemory, ADD);
}

const struct block_kind block_cross = {
	.matrices = MATRICES, .drop = DROP_ATTENDED, .masks = MASKS,
	.from_memory = KV, .shape = shape, .tensors = tensors, .cost = cost,
	.need = need, .forward = forward, .backward = backward,
};
