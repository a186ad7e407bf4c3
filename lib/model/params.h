/* params.h - all weights of a model in one block, and views into it.
 *
 * A supernet and a SubTransformer's own model are the same thing here: weights
 * stored for a shape. A view is a SubTransformer of them: pointers and leading
 * dimensions into the block (first rows, first columns, first layers). No
 * weight is copied. */
#ifndef PARAMS_H
#define PARAMS_H

#include "arch/arch.h"
#include "arch/task.h"
#include "base/mem.h"

enum { TABLE = -1 };      /* the layer of an embedding or output matrix */

/* How a tensor begins: HAT's initialisation. */
enum init { INIT_ZERO, INIT_ONE, INIT_XAVIER, INIT_EMBEDDING, INIT_OUTPUT };

/* One tensor: rows x cols floats at w + at; cols 0: a vector of rows. */
struct param {
	char name[56];
	enum stack stack;
	int layer;
	const struct block_kind *kind;   /* NULL: a table */
	enum init init;
	int fan;                  /* rows that Xavier counts */
	int rows, cols;
	int joined;               /* multiplied as one with that before it */
	int taps;                 /* of a convolution */
	size_t at, count;
};

struct block_kind;
struct coded;      /* num/codebook.h */
struct params {
	struct arch shape;        /* the largest SubTransformer stored */
	int mixed[STACKS];        /* layers that convolve have plain
	                             self-attention's tensors, too */
	struct task task;         /* complete */
	struct param *param;
	int n;
	int first[STACKS][LAYERS_MAX + 1];   /* a layer's first tensor; behind
	                                      * the last layer: its end */
	size_t count;             /* floats of the block, gaps included */
	float *w;                 /* the block; owned */
	/* [n] or NULL; owned, what they point to is not. The floats of those
	 * that are coded are not in the block. */
	struct coded *coded;
};

/* Lay out tensors; w stays NULL. task must be complete. */
void params_layout(struct params *, const struct arch *, const struct task *);
/* .. for all SubTransformers of a space, of which shape is the largest; NULL:
 * for one. */
void params_layout_space(struct params *, const struct arch *shape,
	const struct task *, const struct space *);
/* Do the weights hold such a SubTransformer? -1 with a reason if not. */
int params_hold(const struct params *, const struct arch *, struct why *);
void params_alloc(struct params *);    /* zeros */
size_t params_bytes(const struct params *);   /* that it takes */
unsigned long long params_hash(const struct params *);   /* of the block */
/* HAT's initialisation: embeddings normal with deviation super width^-0.5,
 * matrices Xavier uniform, biases 0. */
void params_init(struct params *, uint64_t seed);
/* Then: matrices of a stack's layer l, from 1, over the root of l (Zhang, Titov
 * and Sennrich, "Improving Deep Transformer with Depth-Scaled Initialization
 * and Merged Attention", 2019). */
void params_init_deep(struct params *);
void params_free(struct params *);
/* Copy the slice of a SubTransformer into weights laid out for it. */
void params_slice(struct params *to, const struct params *from);

/* y = x w^T + b; w [out, in] with rows ld floats apart. */
struct linear {
	float *w, *b;
	int ld, out, in;
	int parts;                     /* tensors of as many rows: 1, 2 */
	const struct coded *coded;     /* [parts], then w is not there; NULL */
};
struct norm {
	float *gain, *shift;
};

enum { MATRICES_MAX = 4, LAYER_BLOCKS = 3 };

/* One sub-layer of a SubTransformer, see block.h. */
struct block {
	const struct block_kind *kind;
	enum stack stack;
	int layer;
	int width;              /* of x and y */
	int inner;              /* qkv_dim, or the FFN's width */
	int heads, segments;    /* of attention; encoder layers that it reads */
	int memory_width;       /* the encoder's width */
	/* of a convolution: channels, width of the kernel, has it gates? */
	int channels, kernel, gated;
	struct linear matrix[MATRICES_MAX];
	struct linear taps;     /* [heads, kernel], no bias */
	float *bias;            /* [width] of f(x) */
	struct norm norm;
};

struct view {
	struct arch arch;
	struct task task;
	float *table[STACKS], *output;   /* of words */
	int ld_table[STACKS], ld_output;
	const struct coded *coded[STACKS], *coded_output;   /* or NULL */
	struct block block[STACKS][LAYERS_MAX * LAYER_BLOCKS];   /* bottom up */
	int blocks[STACKS];
};

/* A SubTransformer's view of block, which is p->w or a block laid out as it
 * (gradients). The arch must fit p->shape. */
void view_make(struct view *, const struct params *, float *block,
	const struct arch *);
/* Can it have a codebook? All that is multiplied by a matrix. */
static inline int
param_codable(const struct param *t)
{
	return t->cols && !t->taps;
}
/* The codebooks of tensor i, behind them those of the next ones; NULL: it has
 * none. */
const struct coded *param_coded(const struct params *, int i);
/* The most bits of an index into a codebook; 0: there are none. */
int params_bits(const struct params *);
/* Which tensors does the SubTransformer use? used[p->n]. */
void params_used(const struct params *, const struct arch *, char *used);

/* --- for kinds of blocks: declaring tensors --- */

/* Lays tensors out in p, or takes a view of those that from has in block. */
struct tensor_cursor {
	struct params *p;
	const struct params *from;
	float *block;          /* NULL: sizes only */
	int at;                /* the next one in from */
	enum stack stack;
	int layer;
	const struct block_kind *kind;
	int fan;               /* rows that Xavier counts, 0: all */
};
struct linear cursor_linear(struct tensor_cursor *, const char *name, int out,
	int in);
/* Two matrices of out rows that are multiplied as one. */
struct linear cursor_pair(struct tensor_cursor *, const char *first,
	const char *second, int out, int in);
/* A matrix or a bias alone. */
struct linear cursor_matrix(struct tensor_cursor *, const char *name, int out,
	int in);
float *cursor_bias(struct tensor_cursor *, const char *name, int out);
struct linear cursor_taps(struct tensor_cursor *, const char *name, int heads,
	int kernel);
struct norm cursor_norm(struct tensor_cursor *, const char *name, int width);

/* Rows from .. to-1 of fairseq's sinusoids at the super width: table[positions,
 * width], of which a SubTransformer takes the first columns. */
void positions_fill(float *table, int from, int to, int width);

#endif
