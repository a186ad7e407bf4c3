/* Decoding: long-short range attention. In the decoder what its steps have
 * attended to and convolved stays where it was written: a row of queries, keys,
 * values and the convolution's input. */
#include "model/sizes.h"
#include "share.h"
#include "step.h"

enum { QKV, OUT, CONV_IN, CONV_OUT };

/* The convolution as training knows it; sentences apart. */
static struct conv
convolution(const struct packed_block *b)
{
	return (struct conv){ .channels = b->channels, .heads = b->heads,
		.taps = b->kernel };
}

/* Values, and gates. */
static int
made(const struct packed_block *b)
{
	return (1 + b->gated) * b->channels;
}

/* What comes before the convolution: x[n, width] -> to[n] of ld, which may be
 * d->wide as the product leaves it. */
static void
convolve_in(struct cpu *d, int me, const struct packed_block *b, int n,
	const float *x, float *to, int ld)
{
	struct range part = share_part(d, me, n);
	int half = b->width / 2, c = b->channels;

	if (!b->gated) {
		share_linear(d, me, &b->matrix[CONV_IN], THEN_BIAS, n, x + half,
			b->width, to, ld);
		return;
	}
	share_linear(d, me, &b->matrix[CONV_IN], THEN_BIAS, n, x + half,
		b->width, d->wide, made(b));
	for (int i = part.from; i < part.to; i++) {
		const float *row = d->wide + size(i) * 2 * size(c);
		decode_glu(d->k, c, row, row + c, to + size(i) * size(ld));
	}
	team_wait(&d->team);
}

/* What comes behind both: d->ctx[n], attended to and convolved. */
static void
join(struct cpu *d, int me, const struct packed_block *b, int n, float *out)
{
	int half = b->width / 2, ld = b->inner + b->channels;

	share_linear(d, me, &b->matrix[OUT], THEN_NOTHING, n, d->ctx, ld, out,
		b->width);
	share_linear(d, me, &b->matrix[CONV_OUT], THEN_NOTHING, n,
		d->ctx + b->inner, ld, out + half, b->width);
}

/* --- the encoder --------------------------------------------------------- */

/* Tokens of all sentences, a thread's share of them. */
static void
convolve(const struct cpu *d, int me, const struct packed_block *b)
{
	struct range part = share_part(d, me, d->src_at[d->n]);
	struct conv c = convolution(b);
	int ld = b->inner + b->channels, into = made(b), s = 0;

	for (int i = part.from; i < part.to; i++) {
		while (i >= d->src_at[s + 1])
			s++;
		int at = d->src_at[s];
		conv_token(d->k, &c, i - at, d->src_at[s + 1] - at,
			d->wide + size(at) * size(into), size(into), b->shares,
			d->ctx + size(i) * size(ld) + b->inner);
	}
}

static void
encode(struct cpu *d, int me, const struct packed_block *b, const float *x,
	float *out)
{
	int t = d->src_at[d->n], ld = b->inner + b->channels;

	share_linear(d, me, &b->matrix[QKV], THEN_BIAS, t, x, b->width, d->wide,
		3 * b->inner);
	share_attend(d, me, b, ld);
	convolve_in(d, me, b, t, x, d->wide, made(b));
	convolve(d, me, b);
	team_wait(&d->team);
	join(d, me, b, t, out);
}

/* --- a step -------------------------------------------------------------- */

static int
row_floats(const struct packed_block *b)
{
	return 3 * b->inner + b->channels;
}

/* [steps, R, 3A + C] */
static size_t
cache(const struct packed_block *b, const struct room *r)
{
	return room_slots(r) * size(row_floats(b));
}

static void
step(struct cpu *d, int me, const struct packed_block *b, float *cached,
	const float *x, float *out)
{
	int ld = b->inner + b->channels, row = row_floats(b);
	float *now = cached + share_slot(d, 0) * size(row);
	struct range part = share_part(d, me, d->rows);

	share_linear(d, me, &b->matrix[QKV], THEN_BIAS, d->rows, x, b->width,
		now, row);
	convolve_in(d, me, b, d->rows, x, now + 3 * b->inner, row);
	share_attend_past(d, me, b, cached, row, ld);
	for (int r = part.from; r < part.to; r++)
		conv_last(d->k, b->channels, b->kernel, d->step + 1,
			share_past(d, r), cached + 3 * b->inner, size(row),
			b->shares, d->ctx + size(r) * size(ld) + b->inner);
	team_wait(&d->team);
	join(d, me, b, d->rows, out);
}

const struct block_step step_lsra = { &block_lsra, cache, encode, NULL, step };
