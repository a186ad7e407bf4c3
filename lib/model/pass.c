/* One pass: the blocks of both stacks forward and, in the opposite order,
 * backward. Outputs of norms are not kept but formed again from the sums
 * before them. */
#include <math.h>
#include <string.h>
#include "pass.h"
#include "sizes.h"

/* A pass in work. */
struct run {
	struct pass *p;
	const struct view *v;
	const struct batch *b;
	const struct dropout_rates *rates;
};

/* Sampled over super width. */
static double
share(const struct view *v, enum stack s)
{
	return (double)stack_width(&v->arch, s) / task_width(&v->task, s);
}

static struct block_run
block_at(const struct run *run, enum stack s, int i)
{
	return (struct block_run){ run->p, &run->v->block[s][i],
		&run->p->block[s][i], run->b, run->rates, share(run->v, s) };
}

/* --- embeddings ---------------------------------------------------------- */

static int
tokens(const struct batch *b, enum stack s)
{
	return s == ENCODER ? b->src_tokens : b->tgt_tokens;
}

static const int *
words(const struct batch *b, enum stack s)
{
	return s == ENCODER ? b->src : b->tgt_in;
}

static struct drop
embed_drop(const struct run *run, enum stack s)
{
	return drop_make(run->rates->dropout * share(run->v, s),
		run->rates->seed, run->rates->step,
		run->rates->sub * DROP_PLACES +
		(int)s * LAYERS_MAX * DROP_SITES + DROP_EMBED);
}

static void
embed(const struct run *run, enum stack s, float *x)
{
	const struct pass *p = run->p;
	const struct view *v = run->v;
	const struct batch *b = run->b;
	int d = stack_width(&v->arch, s);

	nn_embed(&p->num, tokens(b, s), d, words(b, s),
		s == ENCODER ? b->src_pos : b->tgt_pos, v->table[s],
		v->ld_table[s], p->positions[s], p->ld_positions[s],
		sqrtf((float)d), embed_drop(run, s), x);
}

static void
embed_back(const struct run *run, enum stack s, struct view *grad)
{
	const struct pass *p = run->p;
	const struct view *v = run->v;
	const struct batch *b = run->b;
	int d = stack_width(&v->arch, s);

	nn_embed_back(&p->num, tokens(b, s), d, words(b, s), p->dx,
		grad->table[s], v->ld_table[s], sqrtf((float)d),
		embed_drop(run, s));
}

/* --- forward ------------------------------------------------------------- */

/* x -> y, one block; x may be y */
static void
block_forward(const struct block_run *run, const float *x, float *y)
{
	const struct block *b = run->b;
	const struct block_pass *s = run->s;

	b->kind->forward(run, x);
	nn_residual_norm(&run->p->num, block_tokens(run), b->width, x, s->r,
		b->bias, block_drop(run, b->kind->drop), b->norm.gain,
		b->norm.shift, s->r, s->stats, y);
}

/* The last block of its layer? */
static int
ends_layer(const struct view *v, enum stack s, int i)
{
	return i + 1 == v->blocks[s] ||
		v->block[s][i + 1].layer != v->block[s][i].layer;
}

static float *
memory_at(const struct run *run, float *memory, int layer)
{
	const struct arch *a = &run->v->arch;

	return memory_of(memory, layer, a->encoder_layer_num,
		size(run->b->src_tokens) * size(a->encoder_embed_dim));
}

/* The last outputs of the encoder's layers stay. */
static void
encode(const struct run *run)
{
	struct pass *p = run->p;
	float *x = p->x;

	embed(run, ENCODER, x);
	for (int i = 0; i < run->v->blocks[ENCODER]; i++) {
		struct block_run block = block_at(run, ENCODER, i);
		float *y = NULL;
		if (ends_layer(run->v, ENCODER, i))
			y = memory_at(run, p->memory, block.b->layer);
		y = y ? y : p->x;
		block_forward(&block, x, y);
		x = y;
	}
}

static void
decode(const struct run *run)
{
	float *x = run->p->out;

	embed(run, DECODER, x);
	for (int i = 0; i < run->v->blocks[DECODER]; i++) {
		struct block_run block = block_at(run, DECODER, i);
		block_forward(&block, x, x);
	}
}

/* --- backward ------------------------------------------------------------ */

/* The input of block i, formed again: the output of the one before it. */
static void
form_input(const struct run *run, enum stack s, int i, float *x)
{
	if (!i) {
		embed(run, s, x);
		return;
	}
	struct block_run under = block_at(run, s, i - 1);
	nn_norm_again(&run->p->num, tokens(run->b, s), under.b->width,
		under.s->r, under.s->stats, under.b->norm.gain,
		under.b->norm.shift, x);
}

/* p->dx: the gradient of the block's output, then of its input. */
static void
block_backward(const struct run *run, enum stack s, int i, struct view *grad)
{
	struct pass *p = run->p;
	struct block_run block = block_at(run, s, i);
	const struct block *b = block.b;
	struct block *g = &grad->block[s][i];
	int t = tokens(run->b, s);

	nn_norm_back(&p->num, t, b->width, p->dx, block.s->r, block.s->stats,
		b->norm.gain, p->dx, g->norm.gain, g->norm.shift, p->parts);
	nn_drop(&p->num, t, b->width, p->dx, p->dz,
		block_drop(&block, b->kind->drop));
	nn_column_sums(&p->num, t, b->width, p->dz, b->width, g->bias);
	form_input(run, s, i, p->x);
	b->kind->backward(&block, g, p->x);
	if (p->layer_done && (!i || ends_layer(run->v, s, i - 1)))
		p->layer_done(p->arg, s, b->layer);
}

/* From p->dx, the gradient at the decoder's output, to all gradients. */
static void
backward(const struct run *run, struct view *grad)
{
	struct pass *p = run->p;
	const struct view *v = run->v;
	size_t rows = size(run->b->src_tokens) *
		size(v->arch.encoder_embed_dim);

	nn_zero(&p->num, MEMORIES * rows, p->dmemory);
	for (int i = v->blocks[DECODER]; i-- > 0; )
		block_backward(run, DECODER, i, grad);
	embed_back(run, DECODER, grad);
	nn_zero(&p->num, rows, p->dx);
	for (int i = v->blocks[ENCODER]; i-- > 0; ) {
		float *dy = ends_layer(v, ENCODER, i) ? memory_at(run,
			p->dmemory, v->block[ENCODER][i].layer) : NULL;
		if (dy)
			nn_add(&p->num, rows, dy, p->dx);
		block_backward(run, ENCODER, i, grad);
	}
	embed_back(run, ENCODER, grad);
}

struct outputs
pass_outputs(struct pass *p, const struct view *v, const struct batch *b)
{
	static const struct dropout_rates none;
	struct run run = { p, v, b, &none };

	encode(&run);
	decode(&run);
	return (struct outputs){ p->out, v->output, v->arch.decoder_embed_dim,
		v->ld_output };
}

struct xent
pass_run(struct pass *p, const struct view *v, const struct batch *b,
	double smooth, const struct teacher *teacher,
	const struct dropout_rates *rates, struct view *grad)
{
	struct run run = { p, v, b, rates };

	encode(&run);
	decode(&run);
	if (p->each)
		return nn_xent_each(&p->num, b->tgt_tokens,
			v->arch.decoder_embed_dim, v->task.tgt_vocab, p->out,
			v->output, v->ld_output, b->tgt_out, (float)smooth,
			p->xent, p->each);
	struct xent loss = nn_xent(&p->num, b->tgt_tokens,
		v->arch.decoder_embed_dim, v->task.tgt_vocab, p->out, v->output,
		v->ld_output, b->tgt_out, (float)smooth, teacher, 1,
		grad ? p->dx : NULL, grad ? grad->output : NULL, p->xent);
	if (grad && p->loss_done)
		p->loss_done(p->arg);
	if (grad)
		backward(&run, grad);
	return loss;
}
