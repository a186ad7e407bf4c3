/* Decoding: self-attention. The decoder's queries, keys and values of all steps
 * stay where they were written. */
#include "model/sizes.h"
#include "share.h"
#include "step.h"

enum { QKV, OUT };

/* --- the encoder --------------------------------------------------------- */

/* One head of one sentence: tokens from at on, n of them. */
static void
attend(const struct cpu *d, int me, int at, int n, int q, int h, int head,
	int ld_out)
{
	size_t ld3 = 3 * size(q), ld = size(decode_keys_ld(n));
	const float *qkv = d->wide + size(at) * ld3 + head * h;
	float *keys = share_scratch(d, me);
	float *out = d->ctx + size(at) * size(ld_out) + head * h;

	decode_turn_keys(n, h, qkv + q, ld3, keys, ld);
	decode_attend(d->k, n, n, h, qkv, ld3, keys, qkv + 2 * q, ld3,
		keys + ld * size(h), out, size(ld_out));
}

void
share_attend(struct cpu *d, int me, const struct packed_block *b, int ld_out)
{
	int q = b->inner, of = d->team.working;

	for (int i = me; i < d->n * b->heads; i += of) {
		int s = i / b->heads;
		attend(d, me, d->src_at[s], d->src_at[s + 1] - d->src_at[s], q,
			q / b->heads, i % b->heads, ld_out);
	}
	team_wait(&d->team);
}

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

/* --- a step -------------------------------------------------------------- */

/* [steps, R, 3Q], queries too */
static size_t
cache(const struct packed_block *b, const struct room *r)
{
	return room_slots(r) * 3 * size(b->inner);
}

/* A row and head at a time. */
void
share_attend_past(struct cpu *d, int me, const struct packed_block *b,
	const float *cached, int ld, int ld_out)
{
	int q = b->inner, h = q / b->heads, of = d->team.working;

	for (int i = me; i < d->rows * b->heads; i += of) {
		int r = i / b->heads, at = i % b->heads * h;
		decode_attend_past(d->k, d->step + 1, h,
			cached + share_slot(d, r) * size(ld) + at,
			cached + q + at, cached + 2 * q + at, size(ld),
			share_past(d, r), share_scratch(d, me),
			d->ctx + size(r) * size(ld_out) + at);
	}
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
