/* decoder.h - inference: the encoder once, then step by step, with caches.
 *
 * A decoder has room for so many sentences, rows (hypotheses being extended)
 * and steps; all of it is laid out once, nothing is allocated in a step.
 * Memory that no sentence has needed yet is not resident.
 *
 * Keys and values stay where they were written: a row knows, for each step
 * past, in which slot its hypothesis was then. So beams are reordered by
 * copying a few integers. The cross-attention's keys and values of a sentence
 * are computed once and shared by its rows.
 *
 * The bytes do not depend on the number of threads, nor on what else is in
 * the batch. Letters: T source tokens, R rows, S keys of a sentence (of all
 * segments), V words, Q qkv_dim. */
#ifndef DECODER_H
#define DECODER_H

#include "packed.h"
#include "team.h"

struct room {
	int sentences, beam;
	int src_tokens;      /* of all sentences together */
	int max_src;         /* of the longest */
	int steps;
};

/* What a row may be followed by: the best words but <pad>, with their log
 * probabilities, in descending order. */
struct follow {
	int id;
	float logp;
};

struct decoder {
	const struct packed_model *m;
	const struct kernels *k;
	struct team team;
	struct room room;
	struct arena arena;
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
	int *past[2];            /* [R, steps] slot of a row's past, in rows */
	float *chunk_lse;        /* [chunks, R] */
	float *best;             /* [threads, R, follows] */
	int *best_id;
	float *eos_logit;        /* [R] */

	/* the result of a step: */
	int follows;             /* 2 beam, and </s> and <unk> */
	struct follow *follow;   /* [R, follows]; id -1: there are no more */
	float *eos_logp;         /* [R] */

	float *scratch;          /* [threads, scratch_floats] */
	size_t scratch_floats;
	char *quants;            /* [threads, quant_bytes] columns as bytes */
	size_t quant_bytes;
};

/* The model is borrowed. The decoder must stay where it is. */
void decoder_init(struct decoder *, const struct packed_model *, int threads,
	const struct room *, const struct kernels *);
void decoder_free(struct decoder *);
/* Bytes that this room takes when it is used to the full. */
size_t decoder_bytes(const struct packed_model *, int threads,
	const struct room *);

/* Encode n sentences: sentence s is src[at[s] .. at[s+1]), </s> included. */
void decoder_encode(struct decoder *, const int *src, const int *at, int n);
/* Extend rows by token[R]. Row r goes on from row parent[r] of the step before
 * (not looked at in the first step) and belongs to sentence[r]; the rows of a
 * sentence stand together. Fills follow and eos_logp. */
void decoder_step(struct decoder *, int rows, const int *token,
	const int *parent, const int *sentence);

#endif
