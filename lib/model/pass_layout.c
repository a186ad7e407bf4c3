/* Where a pass keeps what: the layout of its arena. */
#include "pass.h"
#include "sizes.h"

/* The largest of what one layer needs, to size what layers share. */
struct sizes {
	int ffn, head, heads, cross_heads, segments;
};

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

/* What backward can't do without. ts: source tokens for a decoder layer, 0
 * for an encoder layer. */
static void
sums_layout(struct layer_pass *l, struct arena *a, int t, int ts, int q, int d,
	const struct sizes *s)
{
	l->ctx = arena_floats(a, z(t) * z(q));
	l->lse = arena_floats(a, z(t) * z(s->heads));
	l->r1 = arena_floats(a, z(t) * z(d));
	l->stats1 = arena_floats(a, z(t) * 2);
	if (ts) {
		l->ctx2 = arena_floats(a, z(t) * z(q));
		l->lse2 = arena_floats(a, z(t) * z(s->cross_heads));
		l->r3 = arena_floats(a, z(t) * z(d));
		l->stats3 = arena_floats(a, z(t) * 2);
	}
	l->r2 = arena_floats(a, z(t) * z(d));
	l->stats2 = arena_floats(a, z(t) * 2);
}

/* What it can form again: here each has its own place. */
static void
products_layout(struct layer_pass *l, struct arena *a, int t, int ts, int q,
	const struct sizes *s)
{
	l->qkv = arena_floats(a, z(t) * 3 * z(q));
	if (ts) {
		l->q = arena_floats(a, z(t) * z(q));
		l->kv = arena_floats(a, z(s->segments) * z(ts) * 2 * z(q));
	}
	l->h = arena_floats(a, z(t) * z(s->ffn));
}

/* And here they follow each other in one place. */
static void
products_share(struct layer_pass *l, float *shared, int t, int q)
{
	l->qkv = l->q = l->h = shared;
	l->kv = shared + z(t) * z(q);
}

static size_t
most_of_products(int t, int ts, int q, const struct sizes *s)
{
	size_t qkv = z(t) * 3 * z(q), h = z(t) * z(s->ffn);
	size_t cross = z(t) * z(q) + z(s->segments) * z(ts) * 2 * z(q);
	size_t most = qkv > h ? qkv : h;

	return most > cross ? most : cross;
}

static void
layers_layout(struct pass *p, struct arena *a, const struct view *v, int ts,
	int tt, enum pass_keep keep, const struct sizes *most)
{
	const struct arch *m = &v->arch;
	int q = m->qkv_dim;
	float *shared = keep == KEEP_ALL ? NULL : arena_floats(a,
		most_of_products(larger(ts, tt), ts, q, most));

	for (int i = 0; i < m->encoder_layer_num + m->decoder_layer_num; i++) {
		int n = i - m->encoder_layer_num, dec = n >= 0;
		int t = dec ? tt : ts, from = dec ? ts : 0;
		int d = dec ? m->decoder_embed_dim : m->encoder_embed_dim;
		struct layer_pass *first = dec ? p->decoder : p->encoder;
		struct layer_pass *l = first + (dec ? n : i);
		struct sizes own = dec ? (struct sizes){ v->decoder[n].ffn, 0,
			v->decoder[n].heads, v->decoder[n].cross_heads,
			v->decoder[n].segments } : (struct sizes){
			v->encoder[i].ffn, 0, v->encoder[i].heads, 0, 0 };
		if (keep == KEEP_NOTHING && l != first) {
			*l = *first;
			continue;
		}
		sums_layout(l, a, t, from, q, d, keep ? &own : most);
		if (keep == KEEP_ALL)
			products_layout(l, a, t, from, q, &own);
		else
			products_share(l, shared, t, q);
	}
}

void
pass_layout(struct pass *p, struct arena *a, const struct view *v, int ts,
	int tt, int max_src, int max_tgt, enum pass_keep keep)
{
	const struct arch *m = &v->arch;
	int e = m->encoder_embed_dim, d = m->decoder_embed_dim, q = m->qkv_dim;
	int width = larger(e, d), t = larger(ts, tt);
	struct sizes most = sizes_of(v);

	p->keep = keep;
	layers_layout(p, a, v, ts, tt, keep, &most);
	p->x = arena_floats(a, z(t) * z(width));
	p->y = arena_floats(a, z(t) * z(width));
	p->memory = arena_floats(a, 3 * z(ts) * z(e));
	p->out = arena_floats(a, z(tt) * z(d));
	p->attention = arena_floats(a, nn_attention_scratch(&p->num,
		larger(max_src, max_tgt), larger(most.segments * max_src,
		max_tgt), most.head));
	p->xent = arena_floats(a, nn_xent_scratch(v->task.tgt_vocab));
	if (keep) {
		size_t h = z(t) * z(most.ffn);
		size_t kv = z(most.segments) * z(ts) * 2 * z(q);
		p->dx = arena_floats(a, z(t) * z(width));
		p->dz = arena_floats(a, z(t) * z(width));
		p->dqkv = arena_floats(a, z(t) * 3 * z(q));
		p->dctx = arena_floats(a, z(t) * z(q));
		p->dh = p->dkv = arena_floats(a, h > kv ? h : kv);
		p->dmemory = arena_floats(a, 3 * z(ts) * z(e));
		p->parts = arena_floats(a, nn_parts(t, width));
	}
	arena_get(a, NUM_SLACK, 1);
}
