/* packed.h - a SubTransformer's weights in the order that decoding reads them.
 *
 * Every matrix is packed once into panels (see panels.h), so that a product
 * with few columns streams it from memory. Biases and norms are copied; shared
 * embeddings are read from the packed output matrix if that is fp32, other
 * tables stay where they are: the weights must outlive this. */
#ifndef PACKED_H
#define PACKED_H

#include "kernels.h"
#include "params.h"

struct packed_encoder {
	int heads;
	struct packed qkv, out, fc1, fc2;
	struct norm norm1, norm2;
};
struct packed_decoder {
	int heads, cross_heads, segments;
	struct packed qkv, out, q, kv, cross_out, fc1, fc2;
	struct norm norm1, norm2, norm3;
};
struct packed_model {
	struct arch arch;
	struct task task;
	enum dtype dtype;
	const float *src_table, *tgt_table;   /* NULL: in the output's panels */
	int ld_src, ld_tgt;
	struct packed_encoder encoder[LAYERS_MAX];
	struct packed_decoder decoder[LAYERS_MAX];
	struct packed output;
	size_t bytes;           /* of all panels, scales and shifts */
	void *block;            /* owned; NULL: the panels are borrowed */
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
 * scale, shift: those of every matrix, as many as the tallest has rows up to a
 * whole panel; int8 only. */
void packed_over(struct packed_model *, const struct view *, enum dtype,
	void *block, const float *scale, const int32_t *shift);
size_t packed_bytes(const struct view *, enum dtype);
void packed_free(struct packed_model *);

/* The embedding of a word of the source (side 0) or the target (1): number i
 * is at[i * step]. */
struct embedding {
	const float *at;
	size_t step;
};
struct embedding packed_embedding(const struct packed_model *, int side, int id);

#endif
