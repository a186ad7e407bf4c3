/* share.h - what the threads of encoder and decoder do together.
 *
 * share_linear and share_norm are called by all threads of the team, do the
 * share of thread me and end in a barrier. Shares are cut by rows of the
 * result only, so they do not change its bytes. */
#ifndef SHARE_H
#define SHARE_H

#include "cpu.h"
#include "decode.h"

struct part {
	int from, to;
};

static inline struct part
share_part(const struct cpu *d, int me, int n)
{
	int of = d->team.working;

	return (struct part){ (int)((long)n * me / of),
		(int)((long)n * (me + 1) / of) };
}

static inline float *
share_scratch(const struct cpu *d, int me)
{
	return d->scratch + (size_t)me * d->scratch_floats;
}

static inline void *
share_quants(const struct cpu *d, int me)
{
	return d->quants + (size_t)me * d->quant_bytes;
}

/* y[n, rows] = x[n, k] . w^T and what follows. */
void share_linear(struct cpu *, int me, const struct packed *, enum then,
	int n, const float *x, int ldx, float *y, int ldy);
/* y = norm(x + z + the bias of the block's last matrix); y may be x. z is
 * overwritten. */
void share_norm(struct cpu *, int me, int n, const struct packed_block *,
	const float *x, float *z, float *y);

/* x[i] = sqrt(width) x table[id] + position */
void embed_token(const struct cpu *, int side, int id, int position,
	float *x);

#endif
