/* The backward half of a pass. Outputs of norms are not kept but formed again
 * from the sums before them; so are, with KEEP_SUMS, products. */
#include <math.h>
#include <string.h>
#include "backward.h"

/* dw, db of y = x w^T + b, and dx (NULL: not wanted; add: +=). */
static void
linear_back(const struct num *num, const struct linear *l,
	const struct linear *g, int t, const float *dy, const float *x,
	float *dx, int add)
{
	nn_linear_back_weight(num, t, l->out, l->in, dy, x, g->w, l->ld, g->b);
	if (dx)
		nn_linear_back_input(num, t, l->out, l->in, dy, l->w, l->ld,
			dx, add);
}

/* A block y = norm(x + drop(f(x))), what is common: p->dx holds the gradient
 * of y; it becomes that of the sum, and p->dz that of f's output. */
static void
block_back(struct pass *p, const struct norm *n, const struct norm *g, int t,
	int d, const float *r, const float *stats, struct drop drop)
{
	nn_norm_back(&p->num, t, d, p->dx, r, stats, n->gain, p->dx, g->gain,
		g->shift, p->parts);
	nn_drop(&p->num, t, d, p->dx, p->dz, drop);
}

/* FFN: x = its input, formed again into p->y by the caller. */
static void
ffn_back(struct pass *p, const struct linear *fc1, const struct linear *g1,
	const struct linear *fc2, const struct linear *g2, int t,
	float *h, struct drop drop)
{
	if (p->keep == KEEP_SUMS)
		pass_hidden(&p->num, fc1, t, p->y, drop, h);
	linear_back(&p->num, fc2, g2, t, p->dz, h, p->dh, 0);
	nn_relu_back(&p->num, t, fc1->out, p->dh, h, drop);
	linear_back(&p->num, fc1, g1, t, p->dh, p->y, p->dx, 1);
}

static void
self_back(struct pass *p, const struct linear *qkv, const struct linear *gqkv,
	const struct linear *out, const struct linear *gout, int t,
	const struct layer_pass *s, const struct attention *a, const float *x)
{
	int q = out->in;

	if (p->keep == KEEP_SUMS)
		pass_linear(&p->num, qkv, t, x, s->qkv);
	linear_back(&p->num, out, gout, t, p->dz, s->ctx, p->dctx, 0);
	nn_attention_back(&p->num, a, p->dctx, s->lse, p->dqkv, p->dqkv + q,
		p->dqkv + 2 * q, p->attention);
	linear_back(&p->num, qkv, gqkv, t, p->dqkv, x, p->dx, 1);
}

static void
decoder_back(struct pass *p, const struct view *v, const struct batch *b,
	const struct regular *g, struct view *grad, int i)
{
	const struct num *num = &p->num;
	const struct decoder_layer *l = &v->decoder[i], *gl = &grad->decoder[i];
	const struct layer_pass *s = &p->decoder[i];
	int t = b->tgt_tokens, d = v->arch.decoder_embed_dim;
	int q = v->arch.qkv_dim, ts = b->src_tokens;
	double share = pass_share(v, 1);
	struct attention self = pass_self(b, 1, l->heads, q, s->qkv,
		pass_drop(g, DROP_PROBS, 1, i, share));
	struct attention cross = pass_cross(b, l, q, s->q, s->kv,
		pass_drop(g, DROP_PROBS, 2, i, share));

	block_back(p, &l->norm3, &gl->norm3, t, d, s->r3, s->stats3,
		pass_drop(g, DROP_FFN, 1, i, share));
	nn_norm_again(num, t, d, s->r2, s->stats2, l->norm2.gain,
		l->norm2.shift, p->y);
	ffn_back(p, &l->fc1, &gl->fc1, &l->fc2, &gl->fc2, t, s->h,
		pass_drop(g, DROP_HIDDEN, 1, i, share));

	block_back(p, &l->norm2, &gl->norm2, t, d, s->r2, s->stats2,
		pass_drop(g, DROP_ATTENDED, 2, i, share));
	nn_norm_again(num, t, d, s->r1, s->stats1, l->norm1.gain,
		l->norm1.shift, p->y);
	if (p->keep == KEEP_SUMS) {
		pass_linear(num, &l->q, t, p->y, s->q);
		pass_linear(num, &l->kv, l->segments * ts, p->memory, s->kv);
	}
	linear_back(num, &l->cross_out, &gl->cross_out, t, p->dz, s->ctx2,
		p->dctx, 0);
	nn_attention_back(num, &cross, p->dctx, s->lse2, p->dqkv, p->dkv,
		p->dkv + q, p->attention);
	linear_back(num, &l->q, &gl->q, t, p->dqkv, p->y, p->dx, 1);
	linear_back(num, &l->kv, &gl->kv, l->segments * ts, p->dkv, p->memory,
		p->dmemory, 1);

	block_back(p, &l->norm1, &gl->norm1, t, d, s->r1, s->stats1,
		pass_drop(g, DROP_ATTENDED, 1, i, share));
	if (i) {
		const struct decoder_layer *under = &v->decoder[i - 1];
		const struct layer_pass *u = &p->decoder[i - 1];
		nn_norm_again(num, t, d, u->r3, u->stats3, under->norm3.gain,
			under->norm3.shift, p->x);
	} else
		pass_embed(p, v, b, g, 1, p->x);
	self_back(p, &l->qkv, &gl->qkv, &l->out, &gl->out, t, s, &self, p->x);
}

static void
encoder_back(struct pass *p, const struct view *v, const struct batch *b,
	const struct regular *g, struct view *grad, int i)
{
	const struct num *num = &p->num;
	const struct encoder_layer *l = &v->encoder[i], *gl = &grad->encoder[i];
	const struct layer_pass *s = &p->encoder[i];
	int t = b->src_tokens, e = v->arch.encoder_embed_dim;
	double share = pass_share(v, 0);
	struct attention self = pass_self(b, 0, l->heads, v->arch.qkv_dim,
		s->qkv, pass_drop(g, DROP_PROBS, 0, i, share));

	block_back(p, &l->norm2, &gl->norm2, t, e, s->r2, s->stats2,
		pass_drop(g, DROP_FFN, 0, i, share));
	nn_norm_again(num, t, e, s->r1, s->stats1, l->norm1.gain,
		l->norm1.shift, p->y);
	ffn_back(p, &l->fc1, &gl->fc1, &l->fc2, &gl->fc2, t, s->h,
		pass_drop(g, DROP_HIDDEN, 0, i, share));

	block_back(p, &l->norm1, &gl->norm1, t, e, s->r1, s->stats1,
		pass_drop(g, DROP_ATTENDED, 0, i, share));
	if (i) {
		const struct encoder_layer *under = &v->encoder[i - 1];
		const struct layer_pass *u = &p->encoder[i - 1];
		nn_norm_again(num, t, e, u->r2, u->stats2, under->norm2.gain,
			under->norm2.shift, p->x);
	} else
		pass_embed(p, v, b, g, 0, p->x);
	self_back(p, &l->qkv, &gl->qkv, &l->out, &gl->out, t, s, &self, p->x);
}

static void
embed_back(struct pass *p, const struct view *v, const struct batch *b,
	const struct regular *g, struct view *grad, int stack)
{
	int d = stack ? v->arch.decoder_embed_dim : v->arch.encoder_embed_dim;

	nn_embed_back(&p->num, stack ? b->tgt_tokens : b->src_tokens, d,
		stack ? b->tgt_in : b->src, p->dx,
		stack ? grad->tgt_table : grad->src_table,
		stack ? v->ld_tgt : v->ld_src, sqrtf((float)d),
		pass_drop(g, DROP_EMBED, stack, 0, pass_share(v, stack)));
}

void
pass_backward(struct pass *p, const struct view *v, const struct batch *b,
	const struct regular *g, struct view *grad)
{
	int layers = v->arch.encoder_layer_num;
	size_t rows = (size_t)b->src_tokens * (size_t)v->arch.encoder_embed_dim;

	nn_zero(&p->num, 3 * rows, p->dmemory);
	for (int i = v->arch.decoder_layer_num; i-- > 0; )
		decoder_back(p, v, b, g, grad, i);
	embed_back(p, v, b, g, grad, 1);
	memcpy(p->dx, p->dmemory, rows * sizeof *p->dx);
	for (int i = layers; i-- > 0; ) {
		int back = layers - 1 - i;
		if (back && back < 3)
			nn_add(&p->num, rows, p->dmemory + (size_t)back * rows,
				p->dx);
		encoder_back(p, v, b, g, grad, i);
	}
	embed_back(p, v, b, g, grad, 0);
}
