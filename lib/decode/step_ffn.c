/* Decoding: the feed-forward block. */
#include "model/sizes.h"
#include "share.h"
#include "step.h"

enum { FC1, FC2 };

static void
feed_forward(struct cpu *d, int me, const struct packed_block *b, int n,
	const float *x, float *out)
{
	share_linear(d, me, &b->matrix[FC1], THEN_RELU, n, x, b->width,
		d->wide, b->inner);
	share_linear(d, me, &b->matrix[FC2], THEN_NOTHING, n, d->wide,
		b->inner, out, b->width);
}

static void
encode(struct cpu *d, int me, const struct packed_block *b, const float *x,
	float *out)
{
	feed_forward(d, me, b, d->src_at[d->n], x, out);
}

static void
step(struct cpu *d, int me, const struct packed_block *b, float *cache,
	const float *x, float *out)
{
	(void)cache;
	feed_forward(d, me, b, d->rows, x, out);
}

const struct block_step step_ffn = { &block_ffn, NULL, encode, NULL, step };
