/* Long-short range attention (Wu et al. 2020, "Lite Transformer"): half of the
 * channels through self-attention, the others through linear, gates or not, a
 * lightweight convolution and linear; f(x) is both, one behind the other. Each
 * branch has half of qkv_dim inside; heads share a kernel of the convolution as
 * they share attention. Both are causal in the decoder. */
#include <math.h>
#include "num/conv.h"
#include "pass.h"
#include "self.h"
#include "sizes.h"

enum { QKV, OUT, CONV_IN, CONV_OUT, MATRICES };

static void
shape(struct block *b, const struct arch *a)
{
	block_self.shape(b, a);
	b->inner = a->qkv_dim / 2;
	b->channels = a->qkv_dim / 2;
	b->kernel = arch_kernel(a, b->stack, b->layer);
	b->gated = a->conv_glu;
}

/* Channels that attention has of x and of f(x). */
static int
attended(const struct block *b)
{
	return b->width / 2;
}

/* What the first matrix of the convolution makes: values, gates. */
static int
made(const struct block *b)
{
	return (1 + b->gated) * b->channels;
}

/* One bias and one norm for both halves: where a narrower SubTransformer's
 * halves meet, a wider one's first still goes on. */
static void
tensors(struct tensor_cursor *t, struct block *b)
{
	int half = attended(b), rest = b->width - half;

	b->matrix[QKV] = cursor_linear(t, "lsra.in_proj", 3 * b->inner, half);
	b->matrix[OUT] = cursor_matrix(t, "lsra.out_proj", half, b->inner);
	b->matrix[CONV_IN] = cursor_linear(t, "lsra.conv_in", made(b), rest);
	b->taps = cursor_taps(t, "lsra.conv", b->heads, b->kernel);
	b->matrix[CONV_OUT] = cursor_matrix(t, "lsra.conv_out", rest,
		b->channels);
	b->bias = cursor_bias(t, "lsra.out", b->width);
	b->norm = cursor_norm(t, "lsra_layer_norm", b->width);
}

static struct block_cost
cost(const struct block_dims *d, double t, double ts)
{
	double half = floor(d->width / 2), rest = d->width - half;
	double into = (1 + d->gated) * d->channels;
	double each = 4 * half * d->inner + rest * (into + d->channels);

	(void)ts;
	return (struct block_cost){ each + 3 * d->inner + into +
		d->heads * d->kernel + 3 * d->width, t * each +
		2 * t * t * d->inner + t * d->channels * d->kernel };
}

/* Where what lies; floats. */
struct places {
	/* sums: context [T,A], lse [T,H], convolved [T,C], shares [K,C] */
	size_t lse, convolved, shares, sums;
	/* products: qkv [T,3A], what CONV_IN makes, gated [T,C] */
	size_t made, gated, products;
	/* back: gradients of context, qkv, convolved, gated, made, shares */
	size_t dqkv, dconvolved, dgated, dmade, dshares, back;
};

static struct places
places_of(const struct block *b, int t)
{
	size_t a = lines(size(t) * size(b->inner));
	size_t c = lines(size(t) * size(b->channels));
	size_t into = lines(size(t) * size(made(b)));
	size_t taps = lines(size(b->kernel) * size(b->channels));
	struct places p = { .lse = a, .made = 3 * a, .dqkv = a };

	p.convolved = p.lse + lines(size(t) * size(b->heads));
	p.shares = p.convolved + c;
	p.sums = p.shares + taps;
	p.gated = p.made + (b->gated ? into : 0);
	p.products = p.gated + c;
	p.dconvolved = p.dqkv + 3 * a;
	p.dgated = p.dconvolved + c;
	p.dmade = p.dgated + (b->gated ? c : 0);
	p.dshares = p.dmade + into;
	p.back = p.dshares + taps;
	return p;
}

/* At least what self-attention needs, at whose place it stands: so a pass of
 * the largest has room for all that a space mixes. */
static struct block_need
need(const struct block *b, int t, int ts)
{
	struct places p = places_of(b, t);
	struct block plain = *b;

	plain.inner = 2 * b->inner;
	struct block_need n = block_self.need(&plain, t, ts);
	return (struct block_need){ p.sums > n.sums ? p.sums : n.sums,
		p.products > n.products ? p.products : n.products,
		p.back > n.back ? p.back : n.back };
}

static struct attention
attention(const struct block_run *run)
{
	return self_attention(run, run->s->products);
}

static struct conv
convolution(const struct block_run *run)
{
	const struct block *b = run->b;
	const struct batch *batch = run->batch;
	struct places at = places_of(b, block_tokens(run));
	int decoder = b->stack == DECODER;

	return (struct conv){ .sentences = batch->sentences,
		.channels = b->channels, .heads = b->heads, .taps = b->kernel,
		.causal = decoder, .at = decoder ? batch->tgt_at :
		batch->src_at, .w = b->taps.w, .ldw = b->taps.ld,
		.x = run->s->products + at.gated };
}

/* Products of both branches, up to what is attended to and convolved. */
static void
project(const struct block_run *run, const float *x)
{
	const struct block *b = run->b;
	const struct num *num = &run->p->num;
	int t = block_tokens(run), half = attended(b);
	float *products = run->s->products;
	struct places at = places_of(b, t);

	block_linear(run, &b->matrix[QKV], t, x, b->width, products,
		3 * b->inner);
	block_linear(run, &b->matrix[CONV_IN], t, x + half, b->width,
		products + (b->gated ? at.made : at.gated), made(b));
	if (b->gated)
		nn_glu(num, t, b->channels, products + at.made,
			products + at.gated);
}

static void
forward(const struct block_run *run, const float *x)
{
	const struct block *b = run->b;
	const struct num *num = &run->p->num;
	int t = block_tokens(run), half = attended(b);
	float *sums = run->s->sums, *r = run->s->r;
	struct places at = places_of(b, t);
	struct attention a = attention(run);
	struct conv c = convolution(run);

	project(run, x);
	nn_attention(num, &a, sums, sums + at.lse, run->p->attention);
	conv_shares(&c, sums + at.shares);
	nn_conv(num, &c, sums + at.shares, sums + at.convolved);
	block_linear(run, &b->matrix[OUT], t, sums, b->inner, r, b->width);
	block_linear(run, &b->matrix[CONV_OUT], t, sums + at.convolved,
		b->channels, r + half, b->width);
}

static void
attention_back(const struct block_run *run, const struct block *grad,
	const float *x)
{
	struct pass *p = run->p;
	const struct block *b = run->b;
	int t = block_tokens(run), n = b->inner;
	struct places at = places_of(b, t);
	struct attention a = attention(run);
	float *dqkv = p->back + at.dqkv, *sums = run->s->sums;

	block_linear_back(run, &b->matrix[OUT], &grad->matrix[OUT], t, p->dz,
		b->width, sums, n, p->back, STORE);
	nn_attention_back(&p->num, &a, p->back, sums + at.lse, dqkv, dqkv + n,
		dqkv + 2 * n, p->attention);
	block_linear_back(run, &b->matrix[QKV], &grad->matrix[QKV], t, dqkv,
		3 * n, x, b->width, p->dx, ADD);
}

static void
convolution_back(const struct block_run *run, const struct block *grad,
	const float *x)
{
	struct pass *p = run->p;
	const struct block *b = run->b;
	int t = block_tokens(run), half = attended(b), n = b->channels;
	struct places at = places_of(b, t);
	struct conv c = convolution(run);
	float *sums = run->s->sums, *dmade = p->back + at.dmade;
	float *dgated = b->gated ? p->back + at.dgated : dmade;

	block_linear_back(run, &b->matrix[CONV_OUT], &grad->matrix[CONV_OUT],
		t, p->dz + half, b->width, sums + at.convolved, n,
		p->back + at.dconvolved, STORE);
	nn_conv_back(&p->num, &c, sums + at.shares, p->back + at.dconvolved,
		dgated, grad->taps.w, p->back + at.dshares);
	if (b->gated)
		nn_glu_back(&p->num, t, n, run->s->products + at.made, dgated,
			dmade);
	block_linear_back(run, &b->matrix[CONV_IN], &grad->matrix[CONV_IN], t,
		dmade, made(b), x + half, b->width, p->dx + half, ADD);
}

static void
backward(const struct block_run *run, const struct block *grad, const float *x)
{
	if (run->p->keep == KEEP_SUMS)
		project(run, x);
	attention_back(run, grad, x);
	convolution_back(run, grad, x);
}

const struct block_kind block_lsra = {
	.matrices = MATRICES, .drop = DROP_ATTENDED,
	.from_memory = -1, .shape = shape, .tensors = tensors, .cost = cost,
	.need = need, .forward = forward, .backward = backward,
};
