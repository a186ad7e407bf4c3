/* block.h - what layers are made of: a layer is a list of sub-layers.
 *
 * A sub-layer ("block") is y = norm(x + drop(f(x))). What f is, a kind of block
 * says: its tensors, what it needs and keeps, forward and backward (self.c,
 * lsra.c, cross.c, ffn.c), and its steps in decoding (lib/decode/step_*.c).
 * block_kinds says which kinds a layer has; all else are loops over blocks. */
#ifndef BLOCK_H
#define BLOCK_H

#include "num/nn.h"
#include "params.h"

struct pass;
struct batch;
struct dropout_rates;
struct block_run;

/* What the passes of one block leave and share; floats. */
struct block_need {
	size_t sums;       /* backward can't do without */
	size_t products;   /* it can form again */
	size_t back;       /* scratch of the backward pass */
};

/* Its size, and what it then costs as HAT counts: one sentence of t tokens, ts
 * of the source. */
struct block_dims {
	double width, inner, segments, memory_width;
	double heads, channels, kernel, gated;
};
struct block_dims block_dims(const struct block *);
struct block_cost {
	double params, macs;
};

/* Where they lie. T: tokens of the stack, D: its width. */
struct block_pass {
	float *sums, *products;
	float *r, *stats;   /* [T,D] sum before the norm, [T,2] */
};

/* Ts: source tokens, T: those of the block's own stack. */
struct block_kind {
	int matrices;
	int drop;              /* enum drop_site of f's output */
	int masks;             /* number of its random masks; 0: its stack's */
	int from_memory;       /* the matrix that multiplies the encoder's
	                          outputs; -1: none */
	/* Fill in the dimensions of layer b->layer. */
	void (*shape)(struct block *, const struct arch *);
	/* Declare the tensors in the order of the file; fill in matrix and
	 * norm. */
	void (*tensors)(struct tensor_cursor *, struct block *);
	struct block_cost (*cost)(const struct block_dims *, double t,
		double ts);
	struct block_need (*need)(const struct block *, int t, int ts);
	/* x[T,D] -> r: f(x) without its bias. */
	void (*forward)(const struct block_run *, const float *x);
	/* dz, the gradient of f(x), -> those of the weights but its bias, and
	 * that of x, which is added to dx. */
	void (*backward)(const struct block_run *, const struct block *grad,
		const float *x);
};
extern const struct block_kind block_self, block_lsra, block_cross, block_ffn;

/* One block in a pass over a batch. */
struct block_run {
	struct pass *p;
	const struct block *b;
	const struct block_pass *s;
	const struct batch *batch;
	const struct dropout_rates *rates;
	double share;          /* sampled over super width, scales dropout */
};

/* Tokens of the block's own stack. */
int block_tokens(const struct block_run *);
struct drop block_drop(const struct block_run *, int site);
/* y[t,out] = x . w^T + bias (if it has one); ldx and ldy: of rows of x and its
 * gradient, of y and its. */
void block_linear(const struct block_run *, const struct linear *, int t,
	const float *x, int ldx, float *y, int ldy);
/* dw, db of y = x w^T + b, and dx, or += where add. */
void block_linear_back(const struct block_run *, const struct linear *,
	const struct linear *grad, int t, const float *dy, int ldy,
	const float *x, int ldx, float *dx, enum store add);

/* n floats up to a whole cache line. */
static inline size_t
lines(size_t n)
{
	return (n + 15) / 16 * 16;
}

/* The kinds of blocks that a layer of a stack has, in their order. */
int block_kinds(enum stack, const struct arch *, int layer,
	const struct block_kind *kind[LAYER_BLOCKS]);

/* Width of a layer's convolution, 0: it has none. */
int arch_kernel(const struct arch *, enum stack, int layer);
/* Of a layer, without tensors. */
struct block block_shaped(const struct block_kind *, enum stack, int layer,
	const struct arch *);

/* The encoder's last outputs, which cross-attention reads, stand one after
 * another, the last one first. Where does that of a layer stand? NULL: nowhere,
 * no decoder layer can see it. */
enum { MEMORIES = 3 };
static inline float *
memory_of(float *memory, int layer, int layers, size_t floats)
{
	int back = layers - 1 - layer;

	return back < MEMORIES ? memory + (size_t)back * floats : NULL;
}

#endif
