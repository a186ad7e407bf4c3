/* Decoding: self-attention. The decoder's queries, keys and values of all steps
 * stay where they were written. */
#include "model/sizes.h"
#include "share.h"
#include "step.h"

enum { QKV, OUT };

static void
encode(struct cpu *d, int me, const struct packed_block *b, const float *x,
	float *out)
{
	int t = d->src_at[d->n], q = b->inner;

	share_linear(d, me, &b->matrix[QKV], THEN_BIAS, t, x, b->width,
		d->wide, 3 * q);
	share_attend(d, me, b, q);
	share_linear(d, me, &b->matrix[OUT], THEN_NOTHING, t, d->ctx, q, out,
		b->width);
}

/* [steps, R, 3Q], queries too */
static size_t
cache(const struct packed_block *b, const struct room *r)
{
	return room_slots(r) * 3 * size(b->inner);
}

static void
step(struct cpu *d, int me, const struct packed_block *b, float *cached,
	const float *x, float *out)
{
	int q = b->inner;

	share_linear(d, me, &b->matrix[QKV], THEN_BIAS, d->rows, x, b->width,
		cached + share_slot(d, 0) * 3 * size(q), 3 * q);
	share_attend_past(d, me, b, cached, 3 * q, q);
	team_wait(&d->team);
	share_linear(d, me, &b->matrix[OUT], THEN_NOTHING, d->rows, d->ctx, q,
		out, b->width);
}

const struct block_step step_self = { &block_self, cache, encode, NULL, step };
