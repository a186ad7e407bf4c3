/* cpu.h - the decoder of the CPU, by a team of threads.
 *
 * Keys and values stay where they were written: a row knows, for each step
 * past, in which slot its hypothesis was then. So beams are reordered by
 * copying a few integers. The cross-attention's keys and values of a sentence
 * are computed once and shared by its rows.
 *
 * Letters: T source tokens, R rows, S keys of a sentence (of all segments), V
 * words, Q qkv_dim. */
#ifndef CPU_H
#define CPU_H

#include "decoder.h"

struct cpu {
	struct decoder face;        /* the first: it is cast */
	const struct packed_model *m;
	const struct kernels *k;
	struct team team;
	float *positions[STACKS];   /* [positions, super width] */
	int placed;                 /* steps that have theirs */

	/* the sentences: */
	int n, max_src;
	const int *src;          /* borrowed while it is encoded */
	int *src_at, *key_at;    /* [n+1] offsets of tokens, of padded keys */
	float *x, *z;            /* [T or R, width] */
	float *wide, *ctx;       /* [.., a block's widest product], [.., Q] */
	float *stats;            /* [.., 2] */
	float *memory;           /* [MEMORIES, T, e], see memory_of */
	float *kv;               /* [MEMORIES T, 2Q] scratch */
	float *cache[LAYERS_MAX * LAYER_BLOCKS];   /* what blocks keep */

	/* the rows: */
	int step, rows, groups;
	int *group_at, *group;   /* rows of a sentence, and which it is */
	int *past[2];            /* [R, step + 1] slot of a row's past, in
				  * rows; room for [R, steps] */
	float *chunk_lse;        /* [chunks, R] */
	float *best;             /* [threads, R, follows] */
	int *best_id;
	float *eos_logit;        /* [R] */

	float *scratch;          /* [threads, scratch_floats] */
	size_t scratch_floats;
	char *quants;            /* [threads, quant_bytes] columns as bytes */
	size_t quant_bytes;
};

/* As in struct device; cpu_room.c, cpu_encode.c. */
struct decoder *cpu_init(const struct device *, const struct packed_model *,
	int threads, const struct room *, const struct kernels *);
void cpu_free(struct decoder *);
size_t cpu_bytes(const struct device *, const struct packed_model *,
	int threads, const struct room *);
void cpu_encode(struct decoder *, const int *src, const int *at, int n);

#endif
