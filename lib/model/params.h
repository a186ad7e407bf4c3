/* params.h - all weights of a model in one block, and views into it.
 *
 * A supernet and a SubTransformer's own model are the same thing here: weights
 * stored for a shape. A view is a SubTransformer of them: pointers and leading
 * dimensions into the block (first rows, first columns, first layers). No
 * weight is copied. */
#ifndef PARAMS_H
#define PARAMS_H

#include "arch.h"
#include "mem.h"
#include "task.h"

/* One tensor: rows x cols floats at w + at; cols 0: a vector of rows. */
struct param {
	char name[56];
	int rows, cols;
	size_t at, count;
};

struct params {
	struct arch shape;        /* the largest SubTransformer stored */
	struct task task;         /* complete */
	struct param *param;
	int n;
	size_t count;             /* floats of the block, gaps included */
	float *w;                 /* the block; owned */
};

/* Lay out tensors; w stays NULL. task must be complete. */
void params_layout(struct params *, const struct arch *, const struct task *);
void params_alloc(struct params *);    /* zeros */
/* HAT's initialisation: embeddings normal with deviation super width^-0.5,
 * matrices Xavier uniform, biases 0. */
void params_init(struct params *, uint64_t seed);
void params_free(struct params *);
/* Copy the slice of a SubTransformer into weights laid out for it. */
void params_slice(struct params *to, const struct params *from);

/* y = x w^T + b; w [out, in] with rows ld floats apart. */
struct linear {
	float *w, *b;
	int ld, out, in;
};
struct norm {
	float *gain, *shift;
};
struct encoder_layer {
	int heads, ffn;
	struct linear qkv, out, fc1, fc2;
	struct norm norm1, norm2;
};
struct decoder_layer {
	int heads, cross_heads, segments, ffn;
	struct linear qkv, out, q, kv, cross_out, fc1, fc2;
	struct norm norm1, norm2, norm3;
};
struct view {
	struct arch arch;
	struct task task;
	float *src_table, *tgt_table, *output;
	int ld_src, ld_tgt, ld_output;
	struct encoder_layer encoder[LAYERS_MAX];
	struct decoder_layer decoder[LAYERS_MAX];
};

/* A SubTransformer's view of block, which is p->w or a block laid out as it
 * (gradients). The arch must fit p->shape. */
void view_make(struct view *, const struct params *, float *block,
	const struct arch *);
/* Which tensors does the SubTransformer use? used[p->n]. */
void params_used(const struct params *, const struct arch *, char *used);

/* fairseq's sinusoids at the super width: table[positions, width], of which a
 * SubTransformer takes the first columns. */
void positions_fill(float *table, int positions, int width);

#endif
