/* share.h - what the threads of encoder and decoder do together.
 *
 * share_linear and share_norm are called by all threads of the team, do the
 * share of thread me and end in a barrier. Shares are cut by rows of the
 * result only, so they do not change its bytes. */
#ifndef SHARE_H
#define SHARE_H

#include "cpu.h"
#include "num/decode.h"

struct range {
	int from, to;
};

static inline struct range
share_part(const struct cpu *d, int me, int n)
{
	int of = d->team.working;

	return (struct range){ (int)((long)n * me / of),
		(int)((long)n * (me + 1) / of) };
}

static inline float *
share_scratch(const struct cpu *d, int me)
{
	return d->scratch + (size_t)me * d->scratch_floats;
}

/* The slot in a cache of row r in this step, and of its past. */
static inline size_t
share_slot(const struct cpu *d, int r)
{
	const struct room *room = &d->face.room;

	return (size_t)d->step * (size_t)(room->sentences * room->beam) +
		(size_t)r;
}

static inline const int *
share_past(const struct cpu *d, int r)
{
	return d->past[0] + (size_t)r * (size_t)(d->step + 1);
}

static inline void *
share_quants(const struct cpu *d, int me)
{
	return d->quants + (size_t)me * d->quant_bytes;
}

/* y[n, rows] = x[n, k] . w^T and what follows. */
void share_linear(struct cpu *, int me, const struct packed *, enum then,
	int n, const float *x, int ldx, float *y, int ldy);
/* y = norm(x + z + the block's bias); y may be x. z is
 * overwritten. */
void share_norm(struct cpu *, int me, int n, const struct packed_block *,
	const float *x, float *z, float *y);

/* Self-attention, of the encoder's sentences: d->wide [T,3Q] -> d->ctx [T,Q] of
 * ld_out; ends in a barrier. */
void share_attend(struct cpu *, int me, const struct packed_block *,
	int ld_out);
/* .. and of a step's rows: queries, keys and values begin rows of ld in
 * cached[slots]; no barrier. */
void share_attend_past(struct cpu *, int me, const struct packed_block *,
	const float *cached, int ld, int ld_out);

/* x[i] = sqrt(width) x table[id] + position */
void embed_token(const struct cpu *, enum stack, int id, int position,
	float *x);

#endif
