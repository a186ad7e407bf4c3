#include "base/mem.h"
#include "pass_room.h"

int
fewest_heads(const struct space *s, const struct arch *a)
{
	int fewest = a->qkv_dim;

	for (int g = GENE_ENCODER_HEADS; g <= GENE_ENDE_HEADS; g++) {
		struct arch copy = *a;
		int n, *heads = arch_gene(&copy, (enum gene)g, &n);
		for (int i = 0; i < n; i++)
			fewest = heads[i] < fewest ? heads[i] : fewest;
		if (s && choice_min(&s->choice[g]) < fewest)
			fewest = choice_min(&s->choice[g]);
	}
	return fewest;
}

static size_t
table_bytes(int positions, int width)
{
	return (size_t)positions * (size_t)width * sizeof(float) + NUM_SLACK;
}

void
pass_positions(struct pass *p, float *tables[2], const struct task *t, int len)
{
	int widths[STACKS] = { t->super_encoder_embed_dim,
		t->super_decoder_embed_dim };

	for (int i = 0; i < STACKS; i++) {
		int n = len + POSITION_FIRST;
		tables[i] = xaligned(table_bytes(n, widths[i]));
		positions_fill(tables[i], 0, n, widths[i]);
		p->positions[i] = tables[i];
		p->ld_positions[i] = widths[i];
	}
}

size_t
pass_tables_bytes(const struct task *t, int len, long max_tokens)
{
	int n = len + POSITION_FIRST;

	return table_bytes(n, t->super_encoder_embed_dim) +
		table_bytes(n, t->super_decoder_embed_dim) +
		batch_ints(max_tokens) * sizeof(int);
}

size_t
pass_bytes(struct pass *p, const struct params *params, int fewest,
	long max_tokens, int max_src, int max_tgt, enum pass_keep keep)
{
	struct arena count = { 0 };
	struct view *v = xmalloc(sizeof *v);
	int longest = 3 * max_src > max_tgt ? 3 * max_src : max_tgt;

	view_make(v, params, params->w, &params->shape);
	pass_layout(p, &count, v, (int)max_tokens, (int)max_tokens, max_src,
		max_tgt, keep);
	free(v);
	/* fewer heads than the largest has are wider */
	arena_floats(&count, nn_attention_scratch(&p->num,
		max_src > max_tgt ? max_src : max_tgt, longest,
		params->shape.qkv_dim / fewest));
	return count.used;
}
