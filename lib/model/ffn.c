/* Feed-forward: f(x) = fc2(drop(relu(fc1(x)))). */
#include "pass.h"
#include "sizes.h"

enum { FC1, FC2, MATRICES };

static void
shape(struct block *b, const struct arch *a)
{
	b->inner = b->stack == ENCODER ? a->encoder_ffn_embed_dim[b->layer] :
		a->decoder_ffn_embed_dim[b->layer];
}

static void
tensors(struct tensor_cursor *t, struct block *b)
{
	b->matrix[FC1] = cursor_linear(t, "fc1", b->inner, b->width);
	b->matrix[FC2] = cursor_matrix(t, "fc2", b->width, b->inner);
	b->bias = cursor_bias(t, "fc2", b->width);
	b->norm = cursor_norm(t, "final_layer_norm", b->width);
}

static struct block_cost
cost(const struct block_dims *d, double t, double ts)
{
	double w = d->width, f = d->inner;

	(void)ts;
	return (struct block_cost){ (2 * w + 1) * f + 3 * w, 2 * t * w * f };
}

/* products and back: the hidden units, and their gradient */
static struct block_need
need(const struct block *b, int t, int ts)
{
	size_t hidden = size(t) * size(b->inner);

	(void)ts;
	return (struct block_need){ 0, hidden, hidden };
}

static void
hidden(const struct block_run *run, const float *x)
{
	const struct linear *l = &run->b->matrix[FC1];

	nn_linear_relu(&run->p->num, block_tokens(run), l->out, l->in, x, l->w,
		l->ld, l->b, block_drop(run, DROP_HIDDEN), run->s->products);
}

static void
forward(const struct block_run *run, const float *x)
{
	const struct block *b = run->b;

	hidden(run, x);
	block_linear(run, &b->matrix[FC2], block_tokens(run), run->s->products,
		b->inner, run->s->r, b->width);
}

static void
backward(const struct block_run *run, const struct block *grad,
	const float *x)
{
	struct pass *p = run->p;
	const struct block *b = run->b;
	float *h = run->s->products, *dh = p->back;
	int t = block_tokens(run);

	if (p->keep == KEEP_SUMS)
		hidden(run, x);
	block_linear_back(run, &b->matrix[FC2], &grad->matrix[FC2], t, p->dz,
		b->width, h, b->inner, dh, STORE);
	nn_relu_back(&p->num, t, b->inner, dh, h, block_drop(run, DROP_HIDDEN));
	block_linear_back(run, &b->matrix[FC1], &grad->matrix[FC1], t, dh,
		b->inner, x, b->width, p->dx, ADD);
}

const struct block_kind block_ffn = {
	.matrices = MATRICES, .drop = DROP_FFN,
	.from_memory = -1, .shape = shape, .tensors = tensors, .cost = cost,
	.need = need, .forward = forward, .backward = backward,
};
