/* team.h - what the threads of encoder and decoder do together.
 *
 * Every function here is called by all threads of a team, does its share and
 * ends in a barrier. Shares are cut by rows of the result only, so they do
 * not change its bytes. */
#ifndef TEAM_H
#define TEAM_H

#include <omp.h>
#include "decoder.h"

struct part {
	int from, to;
};

static inline struct part
team_part(int n)
{
	int of = omp_get_num_threads(), i = omp_get_thread_num();

	return (struct part){ (int)((long)n * i / of),
		(int)((long)n * (i + 1) / of) };
}

static inline void
team_wait(void)
{
	_Pragma("omp barrier")
}

static inline float *
team_scratch(const struct decoder *d)
{
	return d->scratch + (size_t)omp_get_thread_num() * d->scratch_floats;
}

/* y[n, rows] = x[n, k] . w^T, plus bias where add; then ReLU where relu. */
void team_linear(const struct decoder *, const struct packed *, int n,
	const float *x, int add, int relu, float *y, int ldy);
/* y = norm(x + z + the bias of l); y may be x. z is overwritten. */
void team_norm(struct decoder *, int n, int width, const float *x, float *z,
	const struct packed *l, const struct norm *, float *y);

/* x[i] = sqrt(width) x table[id] + position */
void embed_token(const struct decoder *, int side, int id, int position,
	float *x);

enum {
	QUERIES = 48,        /* of the encoder's attention at a time */
	CHUNK_PANELS = 32,   /* of the output matrix at a time */
	CHUNK = CHUNK_PANELS * PANEL, CHUNK_LD = CHUNK + 16,
	LANES = 16           /* keys are padded to a multiple */
};

static inline int
round_lanes(int n)
{
	return (n + LANES - 1) / LANES * LANES;
}

#endif
