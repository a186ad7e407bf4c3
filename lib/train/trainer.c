/* The memory of a training. */
#include <stdlib.h>
#include "trainer.h"

size_t
trainer_teaching_bytes(const struct trainer *t)
{
	const struct params *p = &t->w->params;

	return t->largest.weight > 0 ? sizeof(float) * ((size_t)
		t->o->max_tokens * (size_t)p->shape.decoder_embed_dim +
		nn_xent_scratch(p->task.tgt_vocab)) : 0;
}

void
trainer_alloc(struct trainer *t, int longest)
{
	const struct params *p = &t->w->params;
	size_t block = params_bytes(p), n = (size_t)p->n;

	t->grad = xaligned(block);
	t->m = xaligned(block);
	t->v = xaligned(block);
	t->steps = xcalloc(n, sizeof *t->steps);
	t->used = xcalloc(2 * n, 1);
	t->uses = t->used + n;
	t->summed = xcalloc(n, 1);
	t->told = xcalloc((size_t)t->peers.n, sizeof *t->told);
	t->ints = xcalloc(batch_ints(t->o->max_tokens) + batch_soft_ints(
		&t->pairs, t->o->max_tokens), sizeof *t->ints);
	t->arena.base = xaligned(t->arena.size);
	t->largest_out = xmalloc(trainer_teaching_bytes(t) + 1);
	t->largest.scratch = t->largest_out + (size_t)t->o->max_tokens *
		(size_t)p->shape.decoder_embed_dim;
	pass_positions(&t->pass, t->positions, &p->task, longest);
}

void
trainer_free(struct trainer *t)
{
	pairs_free(&t->pairs);
	plan_free(&t->plan);
	free(t->grad);
	free(t->m);
	free(t->v);
	free(t->steps);
	books_free(&t->books);
	free(t->used);
	free(t->summed);
	free(t->told);
	free(t->ints);
	num_free(&t->pass.num);
	free(t->arena.base);
	free(t->largest_out);
	free(t->positions[ENCODER]);
	free(t->positions[DECODER]);
	free(t->checkpoint);
	free(t->config);
	free(t->epochs.at);
	free(t->kernels);
}
