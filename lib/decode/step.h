/* step.h - how kinds of blocks are decoded.
 *
 * All functions but cache are called by all threads of the team, do the share
 * of thread me and end in a barrier. */
#ifndef STEP_H
#define STEP_H

#include "cpu.h"

struct block_step {
	const struct block_kind *kind;
	/* Floats that the block keeps for the sentences in work. NULL: none. */
	size_t (*cache)(const struct packed_block *, const struct room *);
	/* x[T,e] of all sentences -> z[T,e]: f(x) without its bias.
	 * NULL: in the decoder only. */
	void (*encode)(struct cpu *, int me, const struct packed_block *,
		const float *x, float *z);
	/* What it takes from the encoder's outputs, once a sentence. NULL:
	 * nothing. */
	void (*remember)(struct cpu *, int me, const struct packed_block *,
		float *cache);
	/* The same as encode for the rows of a step: x[R,d] -> z[R,d]. */
	void (*step)(struct cpu *, int me, const struct packed_block *,
		float *cache, const float *x, float *z);
};
extern const struct block_step step_self, step_lsra, step_cross, step_ffn;
const struct block_step *step_of(const struct block_kind *);

#endif
