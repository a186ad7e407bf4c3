#include "base/mem.h"
#include "num/attention.h"
#include "pass_room.h"

int
fewest_heads(const struct space *s, const struct arch *a)
{
	int fewest = a->qkv_dim;

	for (enum gene g = GENE_ENCODER_HEADS; g <= GENE_ENDE_HEADS; g++) {
		const int *heads = arch_gene_of(a, g);
		for (int i = 0; i < arch_values(a, g); i++)
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
pass_positions(struct pass *p, float *tables[STACKS], const struct task *t,
	int len)
{
	for (enum stack s = ENCODER; s < STACKS; s++) {
		int n = len + POSITION_FIRST, width = task_width(t, s);
		tables[s] = xaligned(table_bytes(n, width));
		positions_fill(tables[s], 0, n, width);
		p->positions[s] = tables[s];
		p->ld_positions[s] = width;
	}
}

size_t
pass_tables_bytes(const struct task *t, int len, long max_tokens)
{
	int n = len + POSITION_FIRST;

	return table_bytes(n, task_width(t, ENCODER)) +
		table_bytes(n, task_width(t, DECODER)) +
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
