/* What kinds of blocks have in common, and which of them a layer has. */
#include "block.h"
#include "pass.h"

int
arch_kernel(const struct arch *a, enum stack s, int layer)
{
	return s == ENCODER ? a->encoder_conv_kernel[layer] :
		a->decoder_conv_kernel[layer];
}

int
block_kinds(enum stack s, const struct arch *a, int layer,
	const struct block_kind *kind[LAYER_BLOCKS])
{
	int n = 0;

	kind[n++] = arch_kernel(a, s, layer) ? &block_lsra : &block_self;
	if (s == DECODER)
		kind[n++] = &block_cross;
	kind[n++] = &block_ffn;
	return n;
}

struct block
block_shaped(const struct block_kind *kind, enum stack s, int layer,
	const struct arch *a)
{
	struct block b = { .kind = kind, .stack = s, .layer = layer,
		.width = stack_width(a, s), .segments = 1,
		.memory_width = a->encoder_embed_dim };

	kind->shape(&b, a);
	return b;
}

int
block_tokens(const struct block_run *run)
{
	return run->b->stack == ENCODER ? run->batch->src_tokens :
		run->batch->tgt_tokens;
}

/* The masks have numbers: all but that of probabilities are scaled by width, as
 * in HAT. */
struct drop
block_drop(const struct block_run *run, int site)
{
	const struct dropout_rates *g = run->rates;
	const struct block *b = run->b;
	int masks = b->kind->masks ? b->kind->masks : (int)b->stack;
	double p = site == DROP_PROBS ? g->attention_dropout : run->share *
		(site == DROP_HIDDEN ? g->activation_dropout : g->dropout);

	return drop_make(p, g->seed, g->step,
		g->sub * DROP_PLACES +
		(masks * LAYERS_MAX + b->layer) * DROP_SITES + site);
}

struct block_dims
block_dims(const struct block *b)
{
	return (struct block_dims){ b->width, b->inner, b->segments,
		b->memory_width, b->heads, b->channels, b->kernel, b->gated };
}

void
block_linear(const struct block_run *run, const struct linear *l, int t,
	const float *x, int ldx, float *y, int ldy)
{
	nn_linear(&run->p->num, t, l->out, l->in, x, ldx, l->w, l->ld, l->b, y,
		ldy);
}

void
block_linear_back(const struct block_run *run, const struct linear *l,
	const struct linear *grad, int t, const float *dy, int ldy,
	const float *x, int ldx, float *dx, enum store add)
{
	const struct num *num = &run->p->num;

	nn_linear_back_weight(num, t, l->out, l->in, dy, ldy, x, ldx, grad->w,
		l->ld, grad->b);
	nn_linear_back_input(num, t, l->out, l->in, dy, ldy, l->w, l->ld, dx,
		ldx, add);
}
