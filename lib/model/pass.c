/* The forward half of a pass, and the layout of its memory. */
#include <math.h>
#include "backward.h"
#include "pass.h"

static size_t
z(int n)
{
	return (size_t)n;
}

/* The largest of what one layer needs, to size what layers share. */
struct sizes {
	int ffn, head, heads, cross_heads, segments;
};

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

static struct sizes
sizes_of(const struct view *v)
{
	struct sizes s = { 1, 1, 1, 1, 1 };
	int q = v->arch.qkv_dim;

	for (int i = 0; i < v->arch.encoder_layer_num; i++) {
		const struct encoder_layer *l = &v->encoder[i];
		s.ffn = larger(s.ffn, l->ffn);
		s.heads = larger(s.heads, l->heads);
		s.head = larger(s.head, q / l->heads);
	}
	for (int i = 0; i < v->arch.decoder_layer_num; i++) {
		const struct decoder_layer *l = &v->decoder[i];
		s.ffn = larger(s.ffn, l->ffn);
		s.heads = larger(s.heads, l->heads);
		s.cross_heads = larger(s.cross_heads, l->cross_heads);
		s.segments = larger(s.segments, l->segments);
		s.head = larger(s.head, larger(q / l->heads,
			q / l->cross_heads));
	}
	return s;
}

/* ts: source tokens for a decoder layer, 0 for an encoder layer. */
static void
layer_layout(struct layer_pass *l, struct arena *a, int t, int ts, int q,
	int d, const struct sizes *s)
{
	l->qkv = arena_floats(a, z(t) * 3 * z(q));
	l->ctx = arena_floats(a, z(t) * z(q));
	l->lse = arena_floats(a, z(t) * z(s->heads));
	l->r1 = arena_floats(a, z(t) * z(d));
	l->stats1 = arena_floats(a, z(t) * 2);
	if (ts) {
		l->q = arena_floats(a, z(t) * z(q));
		l->kv = arena_floats(a, z(s->segments) * z(ts) * 2 * z(q));
		l->ctx2 = arena_floats(a, z(t) * z(q));
		l->lse2 = arena_floats(a, z(t) * z(s->cross_heads));
		l->r3 = arena_floats(a, z(t) * z(d));
		l->stats3 = arena_floats(a, z(t) * 2);
	}
	l->h = arena_floats(a, z(t) * z(s->ffn));
	l->r2 = arena_floats(a, z(t) * z(d));
	l->stats2 = arena_floats(a, z(t) * 2);
}

/* In training each layer keeps its own; else all share the first's place. */
static void
layers_layout(struct pass *p, struct arena *a, const struct view *v, int ts,
	int tt, int train, struct sizes most)
{
	const struct arch *m = &v->arch;

	for (int i = 0; i < m->encoder_layer_num; i++) {
		const struct encoder_layer *l = &v->encoder[i];
		struct sizes own = { l->ffn, 0, l->heads, 0, 0 };
		if (train || !i)
			layer_layout(&p->encoder[i], a, ts, 0, m->qkv_dim,
				m->encoder_embed_dim, train ? &own : &most);
		else
			p->encoder[i] = p->encoder[0];
	}
	for (int i = 0; i < m->decoder_layer_num; i++) {
		const struct decoder_layer *l = &v->decoder[i];
		struct sizes own = { l->ffn, 0, l->heads, l->cross_heads,
			l->segments };
		if (train || !i)
			layer_layout(&p->decoder[i], a, tt, ts, m->qkv_dim,
				m->decoder_embed_dim, train ? &own : &most);
		else
			p->decoder[i] = p->decoder[0];
	}
}

void
pass_layout(struct pass *p, struct arena *a, const struct view *v, int ts,
	int tt, int max_src, int max_tgt, int train)
{
	const struct arch *m = &v->arch;
	int e = m->encoder_embed_dim, d = m->decoder_embed_dim, q = m->qkv_dim;
	int width = larger(e, d), t = larger(ts, tt);
	struct sizes most = sizes_of(v);

	layers_layout(p, a, v, ts, tt, train, most);
	p->x = arena_floats(a, z(t) * z(width));
	p->y = arena_floats(a, z(t) * z(width));
	p->memory = arena_floats(a, 3 * z(ts) * z(e));
	p->out = arena_floats(a, z(tt) * z(d));
	p->attention = arena_floats(a, nn_attention_scratch(&p->num,
		larger(max_src, max_tgt), larger(most.segments * max_src,
		max_tgt), most.head));
	p->xent = arena_floats(a, nn_xent_scratch(v->task.tgt_vocab));
	if (train) {
		p->dx = arena_floats(a, z(t) * z(width));
		p->dz = arena_floats(a, z(t) * z(width));
		p->dt = arena_floats(a, z(t) * z(width));
		p->dqkv = arena_floats(a, z(t) * 3 * z(q));
		p->dctx = arena_floats(a, z(t) * z(q));
		p->dh = arena_floats(a, z(t) * z(most.ffn));
		p->dkv = arena_floats(a, z(most.segments) * z(ts) * 2 * z(q));
		p->dmemory = arena_floats(a, 3 * z(ts) * z(e));
		p->parts = arena_floats(a, nn_parts(t, width));
	}
	arena_get(a, NUM_SLACK, 1);
}

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

static void
linear(const struct num *num, const struct linear *l, int t, const float *x,
	int bias, float *y)
{
	nn_linear(num, t, l->out, l->in, x, l->w, l->ld, bias ? l->b : NULL,
		y);
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

	linear(num, &l->qkv, t, x, 1, s->qkv);
	nn_attention(num, &a, s->ctx, s->lse, p->attention);
	linear(num, &l->out, t, s->ctx, 0, s->r1);
	nn_residual_norm(num, t, e, x, s->r1, l->out.b, pass_drop(g,
		DROP_ATTENDED, 0, i, share), l->norm1.gain, l->norm1.shift,
		s->r1, s->stats1, p->y);
	nn_linear_relu(num, t, l->ffn, e, p->y, l->fc1.w, l->fc1.ld, l->fc1.b,
		pass_drop(g, DROP_HIDDEN, 0, i, share), s->h);
	linear(num, &l->fc2, t, s->h, 0, s->r2);
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

	linear(num, &l->qkv, t, x, 1, s->qkv);
	nn_attention(num, &self, s->ctx, s->lse, p->attention);
	linear(num, &l->out, t, s->ctx, 0, s->r1);
	nn_residual_norm(num, t, d, x, s->r1, l->out.b, pass_drop(g,
		DROP_ATTENDED, 1, i, share), l->norm1.gain, l->norm1.shift,
		s->r1, s->stats1, p->y);
	linear(num, &l->q, t, p->y, 1, s->q);
	linear(num, &l->kv, l->segments * b->src_tokens, p->memory, 1, s->kv);
	nn_attention(num, &cross, s->ctx2, s->lse2, p->attention);
	linear(num, &l->cross_out, t, s->ctx2, 0, s->r2);
	nn_residual_norm(num, t, d, p->y, s->r2, l->cross_out.b, pass_drop(g,
		DROP_ATTENDED, 2, i, share), l->norm2.gain, l->norm2.shift,
		s->r2, s->stats2, p->y);
	nn_linear_relu(num, t, l->ffn, d, p->y, l->fc1.w, l->fc1.ld, l->fc1.b,
		pass_drop(g, DROP_HIDDEN, 1, i, share), s->h);
	linear(num, &l->fc2, t, s->h, 0, s->r3);
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
