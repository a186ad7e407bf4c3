/* Where a pass keeps what: the layout of its arena. */
#include "num/attention.h"
#include "pass.h"
#include "sizes.h"

static void
widen(struct block_need *to, struct block_need n)
{
	to->sums = most(to->sums, n.sums);
	to->products = most(to->products, n.products);
	to->back = most(to->back, n.back);
}

/* Each block has its own place for what backward can't do without; with
 * KEEP_NOTHING all share one. */
static void
block_layout(struct block_pass *s, struct arena *a, int t, int width,
	struct block_need own)
{
	s->sums = arena_floats(a, own.sums);
	s->r = arena_floats(a, size(t) * size(width));
	s->stats = arena_floats(a, size(t) * 2);
}

/* Returns the most that any block needs. */
static struct block_need
blocks_layout(struct pass *p, struct arena *a, const struct view *v,
	const int tokens[STACKS], enum pass_keep keep)
{
	struct block_need all = { 0, 0, 0 };
	struct block_pass shared = { 0 };
	int t = larger(tokens[ENCODER], tokens[DECODER]);

	for (enum stack s = ENCODER; s < STACKS; s++)
		for (int i = 0; i < v->blocks[s]; i++) {
			const struct block *b = &v->block[s][i];
			widen(&all, b->kind->need(b, tokens[s],
				tokens[ENCODER]));
		}
	if (keep == KEEP_NOTHING)
		block_layout(&shared, a, t, larger(v->arch.encoder_embed_dim,
			v->arch.decoder_embed_dim), all);
	if (keep != KEEP_ALL)
		shared.products = arena_floats(a, all.products);
	for (enum stack s = ENCODER; s < STACKS; s++)
		for (int i = 0; i < v->blocks[s]; i++) {
			const struct block *b = &v->block[s][i];
			struct block_pass *own = &p->block[s][i];
			struct block_need need = b->kind->need(b, tokens[s],
				tokens[ENCODER]);
			*own = shared;
			if (keep != KEEP_NOTHING)
				block_layout(own, a, tokens[s], b->width, need);
			if (keep == KEEP_ALL)
				own->products = arena_floats(a, need.products);
		}
	return all;
}

/* Attention's scratch: the widest head, the most keys. */
static size_t
attention_scratch(const struct pass *p, const struct view *v, int max_src,
	int max_tgt)
{
	int head = 1, segments = 1;

	for (enum stack s = ENCODER; s < STACKS; s++)
		for (int i = 0; i < v->blocks[s]; i++) {
			const struct block *b = &v->block[s][i];
			if (b->heads)
				head = larger(head, b->inner / b->heads);
			segments = larger(segments, b->segments);
		}
	return nn_attention_scratch(&p->num, larger(max_src, max_tgt),
		larger(segments * max_src, max_tgt), head);
}

void
pass_layout(struct pass *p, struct arena *a, const struct view *v, int ts,
	int tt, int max_src, int max_tgt, enum pass_keep keep)
{
	const struct arch *m = &v->arch;
	int e = m->encoder_embed_dim, d = m->decoder_embed_dim;
	int width = larger(e, d), t = larger(ts, tt);
	const int tokens[STACKS] = { ts, tt };

	p->keep = keep;
	struct block_need all = blocks_layout(p, a, v, tokens, keep);
	p->x = arena_floats(a, size(t) * size(width));
	p->memory = arena_floats(a, MEMORIES * size(ts) * size(e));
	p->out = arena_floats(a, size(tt) * size(d));
	p->attention = arena_floats(a, attention_scratch(p, v, max_src,
		max_tgt));
	p->xent = arena_floats(a, nn_xent_scratch(v->task.tgt_vocab));
	if (keep) {
		p->dx = arena_floats(a, size(t) * size(width));
		p->dz = arena_floats(a, size(t) * size(width));
		p->back = arena_floats(a, all.back);
		p->dmemory = arena_floats(a, MEMORIES * size(ts) * size(e));
		p->parts = arena_floats(a, nn_parts(t, width));
	}
	arena_get(a, NUM_SLACK, 1);
}
