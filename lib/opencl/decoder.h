/* decoder.h - the decoder of an OpenCL device.
 *
 * All that the host does in a step is to start kernels whose arguments never
 * change: what does change lies in a buffer, `now'. So there are two lists of
 * launches, made once: one encodes, one steps.
 *
 * Letters: T source tokens, R rows, V words, D width, Q qkv_dim. */
#ifndef OPENCL_DECODER_H
#define OPENCL_DECODER_H

#include "decode/decoder.h"
#include "opencl.h"
#include "shared.h"

/* A kernel with its arguments: groups of local items, one for each `per' of
 * rows x times, by y by z. */
struct launch {
	cl_kernel kernel;
	const char *name;
	size_t local, y, z;
	int times, per;
	double ms;               /* of the last step, where profiled */
};
struct launch_list {
	struct launch *at;
	int n;
	size_t cap;
	int step;                /* or else it encodes */
};

/* Where a block's vectors begin in v; -1: it has none. */
struct vectors {
	int matrix[MATRICES_MAX];    /* biases */
	int scales[MATRICES_MAX];    /* of bytes, a row */
	int norm, shares;            /* norm: bias of f(x), gain, shift */
};

/* Of a step's kernels: at work, and waiting for each other. */
struct opencl_times {
	double busy_ms, idle_ms;
};

struct ocl {
	struct decoder face;     /* the first: it is cast */
	struct opencl *o;
	const struct packed_model *m;
	double bytes, piece;     /* of all buffers; of the largest */
	int counting;            /* bytes only, no buffer is made */
	cl_mem *mem;             /* [mems] all buffers */
	int mems;
	size_t cap;

	/* the model */
	cl_mem v;                /* all vectors */
	cl_mem output, table[STACKS];
	int output_scales;       /* in v, -1: none */
	int in_panels, ld_table[STACKS];
	cl_mem matrix[STACKS][LAYERS_MAX * LAYER_BLOCKS][MATRICES_MAX];
	struct vectors vectors[STACKS][LAYERS_MAX * LAYER_BLOCKS];
	cl_mem positions[STACKS];

	/* what is worked with */
	cl_mem now, at;          /* see kernels.cl */
	cl_mem past;             /* [2, slots, steps] */
	cl_mem x[2], z;          /* [T or R, D] */
	cl_mem wide, ctx;        /* [.., a block's widest product], [.., Q] */
	cl_mem memory;           /* [MEMORIES, T, e] */
	cl_mem p;                /* probabilities of attention */
	cl_mem cache[LAYERS_MAX * LAYER_BLOCKS];
	cl_mem kept[LAYERS_MAX * LAYER_BLOCKS];  /* [segments T, 2Q] */
	cl_mem logits;           /* [R, V] */
	cl_mem found, ids, sums, out;
	int slots, parts;

	struct launch_list encode, steps;
	int *send, *got;         /* `now' and `out' of the host .. */
	int *offsets;            /* .. and its `at' */
	int ready;               /* all memory has been given */
	int tokens, step;
	cl_event *event;         /* [steps.n] where profiled */
	struct opencl_times times;
};

extern const struct device device_opencl;

/* A buffer, or only its bytes; NULL, and the decoder has failed. */
cl_mem ocl_take(struct ocl *, double bytes);
/* The decoder has failed, unless it did before. */
void ocl_fail(struct ocl *, const char *doing, cl_int);

/* Where launches are profiled: the ms that the last step's kernels worked, and
 * waited for each other. d: of an OpenCL device. */
struct opencl_times opencl_last_step(const struct decoder *d);

/* --- kernels with their arguments, in lists that are made once --- */

/* Adds a kernel to a list: y groups for each row; args: see cl_set_args. The
 * caller may change how it is cut into groups. */
struct launch *ocl_add(struct ocl *, struct launch_list *, const char *kernel,
	int y, const char *args, ...);
/* Starts them for so many rows; event: of each launch, or NULL. */
void ocl_start(struct ocl *, const struct launch_list *, int rows,
	cl_event *event);
void launches_free(const struct opencl *, struct launch_list *);

/* --- the launches of an encoder and of a step --- */

/* Is there a kind of sub-layer that is unknown here? -1 with a reason. */
int ocl_knows(const struct packed_model *, struct why *);
/* Floats that a step keeps of a row of a block. */
int ocl_row(const struct packed_block *);
void ocl_plan(struct ocl *);

/* --- the buffers that a decoder works with --- */

void ocl_take_room(struct ocl *);

/* --- a model in the memory of a device --- */

/* Its buffers, or only their bytes; and what is written to them. */
void ocl_take_model(struct ocl *);
void ocl_put_model(struct ocl *);
/* The nearest IEEE half, of two the even one. */
uint16_t ocl_half(float);

#endif
