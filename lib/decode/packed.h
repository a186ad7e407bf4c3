/* packed.h - a SubTransformer's weights in the order that decoding reads them.
 *
 * Every matrix is packed once into panels (see panels.h), so that a product
 * with few columns streams it from memory. Biases and norms are copied; shared
 * embeddings are read from the packed output matrix if that is fp32, other
 * tables stay where they are: the weights must outlive this.
 *
 * A matrix in codebooks (model/params.h) stays so: of at most 4 bits as
 * kmeans4, else as int8. The dtype is that of the others. */
#ifndef PACKED_H
#define PACKED_H

#include "model/block.h"
#include "num/kernels.h"

/* A sub-layer, see struct block. */
struct packed_block {
	const struct block_kind *kind;
	const struct block_step *step;     /* how it is decoded, see step.h */
	int layer, width, inner, heads, segments;
	int channels, kernel, gated;
	struct packed matrix[MATRICES_MAX];
	const float *bias;                 /* [width] of f(x) */
	const float *shares;               /* [kernel, channels], see conv.h */
	struct norm norm;
};
struct packed_model {
	struct arch arch;
	struct task task;
	const float *table[STACKS];   /* NULL: in the output's panels */
	int ld_table[STACKS];
	const struct coded *coded[STACKS];   /* of tables in codebooks */
	struct packed_block block[STACKS][LAYERS_MAX * LAYER_BLOCKS];
	int blocks[STACKS];
	struct packed output;
	size_t bytes;           /* of all panels, scales and shifts */
	void *owned;            /* all of them; NULL: they are borrowed */
};

void packed_init(struct packed_model *, const struct view *, enum dtype,
	int threads);
/* The same, and the memory of the view's matrices is given back on the way, so
 * that at no time there are two of them: they are gone but for the tables that
 * are needed. in_file: they are a mapped file and come back when needed. */
void packed_take(struct packed_model *, const struct view *, int in_file,
	enum dtype, int threads);
/* The panels are what block holds, packed_bytes of it: only shapes, biases,
 * norms and tables come from the view. For timing, where any weights do.
 * rows: what rows of every matrix are worth, as many as the tallest has up to a
 * whole panel; int8 and kmeans4 only. */
struct packed_rows {
	const float *scale;
	const int32_t *shift;
	const int8_t *tables;       /* [2][TABLE_BYTES] */
};
void packed_over(struct packed_model *, const struct view *, enum dtype,
	void *block, const struct packed_rows *rows);
size_t packed_bytes(const struct view *, enum dtype);
void packed_free(struct packed_model *);

/* The first n numbers of the embedding of a word that a stack reads. */
void packed_embedding(const struct packed_model *, enum stack, int id, int n,
	float *x);

#endif
