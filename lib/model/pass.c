/* The forward half of a pass. */
#include <math.h>
#include "backward.h"
#include "pass.h"
#include "sizes.h"

struct drop
pass_drop(const struct regular *g, enum drop_site what, int stack, int layer,
	double share)
{
	double p = what == DROP_PROBS ? g->attention_dropout :
		what == DROP_HIDDEN ? g->activation_dropout :
		g->dropout * share;

	return drop_make(p, g->seed, g->step,
		(stack * LAYERS_MAX + layer) * DROP_SITES + (int)what);
}

struct attention
pass_self(const struct batch *b, int stack, int heads, int q, float *qkv,
	struct drop drop)
{
	return (struct attention){
		.sentences = b->sentences, .heads = heads,
		.head_dim = q / heads, .segments = 1, .causal = stack,
		.q_at = stack ? b->tgt_at : b->src_at,
		.k_at = stack ? b->tgt_at : b->src_at,
		.q = qkv, .k = qkv + q, .v = qkv + 2 * q,
		.ldq = 3 * z(q), .ldk = 3 * z(q), .drop = drop,
		.max_q = stack ? b->max_tgt : b->max_src,
		.max_k = stack ? b->max_tgt : b->max_src };
}

struct attention
pass_cross(const struct batch *b, const struct decoder_layer *l, int q,
	float *qs, float *kv, struct drop drop)
{
	return (struct attention){
		.sentences = b->sentences, .heads = l->cross_heads,
		.head_dim = q / l->cross_heads, .segments = l->segments,
		.q_at = b->tgt_at, .k_at = b->src_at, .k_rows = b->src_tokens,
		.q = qs, .k = kv, .v = kv + q, .ldq = z(q), .ldk = 2 * z(q),
		.drop = drop, .max_q = b->max_tgt, .max_k = b->max_src };
}

void
pass_linear(const struct num *num, const struct linear *l, int t,
	const float *x, float *y)
{
	nn_linear(num, t, l->out, l->in, x, l->w, l->ld, l->b, y);
}

/* The bias is added later, with the residual. */
static void
linear_no_bias(const struct num *num, const struct linear *l, int t,
	const float *x, float *y)
{
	nn_linear(num, t, l->out, l->in, x, l->w, l->ld, NULL, y);
}

void
pass_hidden(const struct num *num, const struct linear *fc1, int t,
	const float *x, struct drop drop, float *h)
{
	nn_linear_relu(num, t, fc1->out, fc1->in, x, fc1->w, fc1->ld, fc1->b,
		drop, h);
}

/* x -> y, one encoder layer */
static void
encoder_layer(struct pass *p, const struct view *v, const struct batch *b,
	const struct regular *g, int i, const float *x, float *y)
{
	const struct num *num = &p->num;
	const struct encoder_layer *l = &v->encoder[i];
	struct layer_pass *s = &p->encoder[i];
	int t = b->src_tokens, e = v->arch.encoder_embed_dim;
	double share = pass_share(v, 0);
	struct attention a = pass_self(b, 0, l->heads, v->arch.qkv_dim, s->qkv,
		pass_drop(g, DROP_PROBS, 0, i, share));

	pass_linear(num, &l->qkv, t, x, s->qkv);
	nn_attention(num, &a, s->ctx, s->lse, p->attention);
	linear_no_bias(num, &l->out, t, s->ctx, s->r1);
	nn_residual_norm(num, t, e, x, s->r1, l->out.b, pass_drop(g,
		DROP_ATTENDED, 0, i, share), l->norm1.gain, l->norm1.shift,
		s->r1, s->stats1, p->y);
	pass_hidden(num, &l->fc1, t, p->y, pass_drop(g, DROP_HIDDEN, 0, i,
		share), s->h);
	linear_no_bias(num, &l->fc2, t, s->h, s->r2);
	nn_residual_norm(num, t, e, p->y, s->r2, l->fc2.b, pass_drop(g,
		DROP_FFN, 0, i, share), l->norm2.gain, l->norm2.shift, s->r2,
		s->stats2, y);
}

/* x -> x, one decoder layer */
static void
decoder_layer(struct pass *p, const struct view *v, const struct batch *b,
	const struct regular *g, int i, float *x)
{
	const struct num *num = &p->num;
	const struct decoder_layer *l = &v->decoder[i];
	struct layer_pass *s = &p->decoder[i];
	int t = b->tgt_tokens, d = v->arch.decoder_embed_dim;
	int q = v->arch.qkv_dim;
	double share = pass_share(v, 1);
	struct attention self = pass_self(b, 1, l->heads, q, s->qkv,
		pass_drop(g, DROP_PROBS, 1, i, share));
	struct attention cross = pass_cross(b, l, q, s->q, s->kv,
		pass_drop(g, DROP_PROBS, 2, i, share));

	pass_linear(num, &l->qkv, t, x, s->qkv);
	nn_attention(num, &self, s->ctx, s->lse, p->attention);
	linear_no_bias(num, &l->out, t, s->ctx, s->r1);
	nn_residual_norm(num, t, d, x, s->r1, l->out.b, pass_drop(g,
		DROP_ATTENDED, 1, i, share), l->norm1.gain, l->norm1.shift,
		s->r1, s->stats1, p->y);
	pass_linear(num, &l->q, t, p->y, s->q);
	pass_linear(num, &l->kv, l->segments * b->src_tokens, p->memory, s->kv);
	nn_attention(num, &cross, s->ctx2, s->lse2, p->attention);
	linear_no_bias(num, &l->cross_out, t, s->ctx2, s->r2);
	nn_residual_norm(num, t, d, p->y, s->r2, l->cross_out.b, pass_drop(g,
		DROP_ATTENDED, 2, i, share), l->norm2.gain, l->norm2.shift,
		s->r2, s->stats2, p->y);
	pass_hidden(num, &l->fc1, t, p->y, pass_drop(g, DROP_HIDDEN, 1, i,
		share), s->h);
	linear_no_bias(num, &l->fc2, t, s->h, s->r3);
	nn_residual_norm(num, t, d, p->y, s->r3, l->fc2.b, pass_drop(g,
		DROP_FFN, 1, i, share), l->norm3.gain, l->norm3.shift, s->r3,
		s->stats3, x);
}

void
pass_embed(struct pass *p, const struct view *v, const struct batch *b,
	const struct regular *g, int stack, float *x)
{
	int d = stack ? v->arch.decoder_embed_dim : v->arch.encoder_embed_dim;

	nn_embed(&p->num, stack ? b->tgt_tokens : b->src_tokens, d,
		stack ? b->tgt_in : b->src, stack ? b->tgt_pos : b->src_pos,
		stack ? v->tgt_table : v->src_table,
		stack ? v->ld_tgt : v->ld_src,
		stack ? p->tgt_positions : p->src_positions,
		stack ? p->ld_tgt_positions : p->ld_src_positions,
		sqrtf((float)d), pass_drop(g, DROP_EMBED, stack, 0,
		pass_share(v, stack)), x);
}

double
pass_share(const struct view *v, int stack)
{
	return stack ? (double)v->arch.decoder_embed_dim /
		v->task.super_decoder_embed_dim :
		(double)v->arch.encoder_embed_dim /
		v->task.super_encoder_embed_dim;
}

struct xent
pass_run(struct pass *p, const struct view *v, const struct batch *b,
	double smooth, const struct regular *g, struct view *grad)
{
	const struct arch *a = &v->arch;
	int layers = a->encoder_layer_num, d = a->decoder_embed_dim;
	size_t rows = z(b->src_tokens) * z(a->encoder_embed_dim);
	float *x = p->x;

	pass_embed(p, v, b, g, 0, x);
	for (int i = 0; i < layers; i++) {
		/* the last three outputs stay; the last one comes first */
		int back = layers - 1 - i;
		float *y = back < 3 ? p->memory + z(back) * rows : p->x;
		encoder_layer(p, v, b, g, i, x, y);
		x = y;
	}
	pass_embed(p, v, b, g, 1, p->out);
	for (int i = 0; i < a->decoder_layer_num; i++)
		decoder_layer(p, v, b, g, i, p->out);
	struct xent loss = nn_xent(&p->num, b->tgt_tokens, d,
		v->task.tgt_vocab, p->out, v->output, v->ld_output, b->tgt_out,
		(float)smooth, 1, grad ? p->dx : NULL,
		grad ? grad->output : NULL, p->xent);
	if (grad)
		pass_backward(p, v, b, g, grad);
	return loss;
}
