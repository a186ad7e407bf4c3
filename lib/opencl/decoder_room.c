/* The buffers that a decoder works with. */
#include <math.h>
#include "decoder.h"
#include "model/sizes.h"

/* Floats of a row of wide, and of ctx; of a row's probabilities. */
static void
widest(const struct ocl *d, int *wide, int *ctx, double *p)
{
	const struct room *r = &d->face.room;
	int rows = d->slots, tokens = r->src_tokens;

	*wide = *ctx = 1;
	*p = 1;
	for (int s = 0; s < STACKS; s++)
		for (int i = 0; i < d->m->blocks[s]; i++) {
			const struct packed_block *b = &d->m->block[s][i];
			int seen = s == ENCODER ? r->max_src : larger(r->steps,
				b->segments * r->max_src);
			*wide = larger(*wide, ocl_row(b));
			*wide = larger(*wide, b->inner);
			*ctx = larger(*ctx, b->inner + b->channels);
			*p = fmax(*p, (double)(s == ENCODER ? tokens : rows) *
				b->heads * seen);
		}
}

static double
floats(double n)
{
	return n * sizeof(float);
}

void
ocl_take_room(struct ocl *d)
{
	const struct room *r = &d->face.room;
	const struct packed_model *m = d->m;
	const struct arch *a = &m->arch;
	int rows = larger(r->src_tokens, d->slots), wide, ctx;
	int width = larger(a->encoder_embed_dim, a->decoder_embed_dim);
	double many = (double)d->slots * d->parts, p;

	widest(d, &wide, &ctx, &p);
	d->now = ocl_take(d, floats(HEAD + 3.0 * rows));
	d->at = ocl_take(d, floats(r->sentences + 1.0));
	d->past = ocl_take(d, floats(2.0 * d->slots * r->steps));
	for (int i = 0; i < 2; i++)
		d->x[i] = ocl_take(d, floats((double)rows * width));
	d->z = ocl_take(d, floats((double)rows * width));
	d->wide = ocl_take(d, floats((double)rows * wide));
	d->ctx = ocl_take(d, floats((double)rows * ctx));
	d->memory = ocl_take(d, floats((double)MEMORIES * r->src_tokens *
		a->encoder_embed_dim));
	d->p = ocl_take(d, floats(p));
	for (int i = 0; i < m->blocks[DECODER]; i++) {
		const struct packed_block *b = &m->block[DECODER][i];
		int row = ocl_row(b);
		if (row)
			d->cache[i] = ocl_take(d, floats((double)r->steps *
				d->slots * row));
		if (b->kind->from_memory >= 0)
			d->kept[i] = ocl_take(d, floats((double)b->segments *
				r->src_tokens * 2 * b->inner));
	}
	d->logits = ocl_take(d, floats((double)d->slots * m->task.tgt_vocab));
	d->found = ocl_take(d, floats(many * d->face.follows));
	d->ids = ocl_take(d, floats(many * d->face.follows));
	d->sums = ocl_take(d, floats(many * 2));
	d->out = ocl_take(d, floats(d->slots * (2.0 * d->face.follows + 1)));
}
