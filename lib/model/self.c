/* Self-attention: f(x) = out(attention(qkv(x))), causal in the decoder. */
#include "pass.h"
#include "self.h"
#include "sizes.h"

enum { QKV, OUT, MATRICES };

static void
shape(struct block *b, const struct arch *a)
{
	b->inner = a->qkv_dim;
	b->heads = b->stack == ENCODER ?
		a->encoder_self_attention_heads[b->layer] :
		a->decoder_self_attention_heads[b->layer];
}

static void
tensors(struct tensor_cursor *t, struct block *b)
{
	b->matrix[QKV] = cursor_linear(t, "self_attn.in_proj", 3 * b->inner,
		b->width);
	b->matrix[OUT] = cursor_matrix(t, "self_attn.out_proj", b->width,
		b->inner);
	b->bias = cursor_bias(t, "self_attn.out_proj", b->width);
	b->norm = cursor_norm(t, "self_attn_layer_norm", b->width);
}

static struct block_cost
cost(const struct block_dims *d, double t, double ts)
{
	double w = d->width, q = d->inner;

	(void)ts;
	return (struct block_cost){ 4 * w * q + 3 * q + 3 * w,
		4 * t * w * q + 2 * t * t * q };
}

/* sums: context [T,Q], lse [T,H]; products: qkv [T,3Q]; back: gradients of
 * both, context first */
static struct block_need
need(const struct block *b, int t, int ts)
{
	size_t ctx = lines(size(t) * size(b->inner));
	size_t qkv = size(t) * 3 * size(b->inner);

	(void)ts;
	return (struct block_need){ ctx + size(t) * size(b->heads),
		qkv, ctx + qkv };
}

struct attention
self_attention(const struct block_run *run, const float *qkv)
{
	const struct batch *b = run->batch;
	int q = run->b->inner, heads = run->b->heads;
	int decoder = run->b->stack == DECODER;
	const int *at = decoder ? b->tgt_at : b->src_at;
	int longest = decoder ? b->max_tgt : b->max_src;

	return (struct attention){ .sentences = b->sentences, .heads = heads,
		.head_dim = q / heads, .segments = 1, .causal = decoder,
		.q_at = at, .k_at = at,
		.q = qkv, .k = qkv + q, .v = qkv + 2 * q,
		.ldq = 3 * size(q), .ldk = 3 * size(q),
		.drop = block_drop(run, DROP_PROBS),
		.max_q = longest, .max_k = longest };
}

static float *
lse(const struct block_run *run)
{
	return run->s->sums + lines(size(block_tokens(run)) *
		size(run->b->inner));
}

static void
forward(const struct block_run *run, const float *x)
{
	const struct block_pass *s = run->s;
	struct attention a = self_attention(run, run->s->products);
	const struct block *b = run->b;
	int t = block_tokens(run), q = b->inner;

	block_linear(run, &b->matrix[QKV], t, x, b->width, s->products, 3 * q);
	nn_attention(&run->p->num, &a, s->sums, lse(run), run->p->attention);
	block_linear(run, &b->matrix[OUT], t, s->sums, q, s->r, b->width);
}

static void
backward(const struct block_run *run, const struct block *grad,
	const float *x)
{
	struct pass *p = run->p;
	const struct block *b = run->b;
	int t = block_tokens(run), q = b->inner;
	struct attention a = self_attention(run, run->s->products);
	float *dctx = p->back, *dqkv = dctx + lines(size(t) * size(q));

	if (p->keep == KEEP_SUMS)
		block_linear(run, &b->matrix[QKV], t, x, b->width,
			run->s->products, 3 * q);
	block_linear_back(run, &b->matrix[OUT], &grad->matrix[OUT], t, p->dz,
		b->width, run->s->sums, q, dctx, STORE);
	nn_attention_back(&p->num, &a, dctx, lse(run), dqkv, dqkv + q,
		dqkv + 2 * q, p->attention);
	block_linear_back(run, &b->matrix[QKV], &grad->matrix[QKV], t, dqkv,
		3 * q, x, b->width, p->dx, ADD);
}

const struct block_kind block_self = {
	.matrices = MATRICES, .drop = DROP_ATTENDED,
	.from_memory = -1, .shape = shape, .tensors = tensors, .cost = cost,
	.need = need, .forward = forward, .backward = backward,
};
