/* Which kernels run with which arguments: the encoder's and a step's. */
#include <math.h>
#include "decoder.h"
#include "model/sizes.h"
#include "text/pairs.h"

/* --- a product, a norm --------------------------------------------------- */

/* y[.., y0 ..] = x[.., x0 ..] . w^T; norm: of the block whose f(x) waits in
 * z; NULL: of x itself. */
struct product {
	const struct packed *w;
	cl_mem weights;
	int scales, bias, relu, times;
	cl_mem x;
	int ldx, x0;
	const struct vectors *norm;
	cl_mem x_out, y;
	int ldy, y0, slots;
};

/* Work-items that share a column of a panel: as few as it takes for all groups
 * that the device runs at once to get a part, while a part is not too thin.
 * However many rows there are: sums are those of one row. */
static int
lanes_of(const struct ocl *d, int panels)
{
	int all = PANEL / d->o->o.vec, lanes = all;

	while (lanes > 2 && panels * 2 * (all / lanes) <= d->o->o.groups)
		lanes /= 2;
	return lanes;
}

static void
product(struct ocl *d, struct launch_list *p, const struct product *o)
{
	int times = o->times ? o->times : 1, panels = packed_panels(o->w->rows);
	int lanes = lanes_of(d, panels);
	struct launch *l = o->norm ?
		ocl_add(d, p, "norm_linear", 1, "mmiiimiiimiimimmiii", d->now,
			o->weights, o->w->rows, o->w->k, lanes, d->v,
			o->scales, o->bias, o->relu, o->x, o->ldx, o->x0, d->z,
			o->norm->norm, o->x_out, o->y, o->ldy, o->y0,
			o->slots) :
		ocl_add(d, p, "linear", 1, "mimiiimiiimiimiii", d->now, times,
			o->weights, o->w->rows, o->w->k, lanes, d->v,
			o->scales, o->bias, o->relu, o->x, o->ldx, o->x0, o->y,
			o->ldy, o->y0, o->slots);

	l->local = size(d->o->o.items);
	l->z = size(panels * (PANEL / d->o->o.vec / lanes));
	l->times = times;
	l->per = ROWS;
}

/* x = norm(x + z + bias); plane: of memory, where that keeps it, or -1. */
static void
norm(struct ocl *d, struct launch_list *p, int width, const struct vectors *v,
	int plane)
{
	ocl_add(d, p, "norm", 1, "mimmmimmi", d->now, width, d->x[0], d->z,
		d->v, v->norm, d->x[0], d->memory, plane);
}

/* --- blocks -------------------------------------------------------------- */

/* One block of a plan, and what comes into it. */
struct part {
	struct ocl *d;
	struct launch_list *p;
	const struct packed_block *b;
	const struct vectors *v, *waits;   /* waits: for its norm, in z */
	int i, x;                          /* d->x[x] is the input */
};

/* A product of the block's input, which is normed on the way if need be. */
static struct product
of_input(struct part *t)
{
	struct ocl *d = t->d;
	struct product o = { .x = d->x[t->x], .ldx = t->b->width };

	if (t->waits) {
		o.norm = t->waits;
		o.x_out = d->x[!t->x];
		t->x = !t->x;
		t->waits = NULL;
	}
	return o;
}

static void
multiply(struct part *t, int k, struct product o)
{
	struct ocl *d = t->d;

	o.w = &t->b->matrix[k];
	o.weights = d->matrix[t->p->step ? DECODER : ENCODER][t->i][k];
	o.scales = t->v->scales[k];
	o.bias = t->v->matrix[k];
	product(d, t->p, &o);
}

/* Attention by a query, keys and values in rows of ld; to ctx of ldo. */
static void
attend(struct part *t, int mode, cl_mem q, int ldq, cl_mem kv, int ld, int k0,
	int v0, int ldo)
{
	struct ocl *d = t->d;
	const struct room *r = &d->face.room;
	int h = t->b->inner / t->b->heads, segments = t->b->segments;
	int most = mode == OWN_PAST ? r->steps : mode == ALL_SOURCE ?
		segments * r->max_src : r->max_src;

	ocl_add(d, t->p, "attend", t->b->heads, "mmiimiiifmimiiimimi", d->now,
		d->at, mode, segments, d->past, r->steps, d->slots, h,
		1 / sqrtf((float)h), q, ldq, kv, ld, k0, v0, d->p, most,
		d->ctx, ldo);
}

static void
self(struct part *t)
{
	enum { QKV, OUT };
	struct ocl *d = t->d;
	int q = t->b->inner, step = t->p->step;
	cl_mem qkv = step ? d->cache[t->i] : d->wide;
	struct product in = of_input(t);

	in.y = qkv;
	in.ldy = 3 * q;
	in.slots = step ? d->slots : 0;
	multiply(t, QKV, in);
	attend(t, step ? OWN_PAST : OWN_SENTENCE, qkv, 3 * q, qkv, 3 * q, q,
		2 * q, q);
	multiply(t, OUT, (struct product){ .x = d->ctx, .ldx = q, .y = d->z,
		.ldy = t->b->width });
}

/* Of queries, keys, values and the convolution's input in rows of ld. */
static void
convolve(struct part *t, cl_mem x, int ld, int x0)
{
	struct ocl *d = t->d;
	const struct packed_block *b = t->b;

	ocl_add(d, t->p, "convolve", 1, "mmimiimiiiiimimii", d->now, d->at,
		t->p->step ? OWN_PAST : OWN_SENTENCE, d->past,
		d->face.room.steps, d->slots, x, ld, x0, b->gated, b->channels,
		b->kernel, d->v, t->v->shares, d->ctx, b->inner + b->channels,
		b->inner);
}

/* Floats of a row: queries, keys, values; values and gates. */
static int
lsra_row(const struct packed_block *b)
{
	return 3 * b->inner + (1 + b->gated) * b->channels;
}

static void
lsra(struct part *t)
{
	enum { QKV, OUT, CONV_IN, CONV_OUT };
	struct ocl *d = t->d;
	const struct packed_block *b = t->b;
	int q = b->inner, ld = lsra_row(b), half = b->width / 2;
	int step = t->p->step, ldc = q + b->channels;
	cl_mem rows = step ? d->cache[t->i] : d->wide;
	struct product in = of_input(t), conv;

	in.y = rows;
	in.ldy = ld;
	in.slots = step ? d->slots : 0;
	conv = in;
	conv.norm = NULL;
	conv.x = d->x[t->x];
	conv.x0 = half;
	conv.y0 = 3 * q;
	multiply(t, QKV, in);
	multiply(t, CONV_IN, conv);
	attend(t, step ? OWN_PAST : OWN_SENTENCE, rows, ld, rows, ld, q, 2 * q,
		ldc);
	convolve(t, rows, ld, 3 * q);
	multiply(t, OUT, (struct product){ .x = d->ctx, .ldx = ldc, .y = d->z,
		.ldy = b->width });
	multiply(t, CONV_OUT, (struct product){ .x = d->ctx, .ldx = ldc,
		.x0 = q, .y = d->z, .ldy = b->width, .y0 = half });
}

static void
cross(struct part *t)
{
	enum { Q, KV, OUT };
	struct ocl *d = t->d;
	int q = t->b->inner;
	struct product in = of_input(t);

	in.y = d->wide;
	in.ldy = q;
	multiply(t, Q, in);
	attend(t, ALL_SOURCE, d->wide, q, d->kept[t->i], 2 * q, 0, q, q);
	multiply(t, OUT, (struct product){ .x = d->ctx, .ldx = q, .y = d->z,
		.ldy = t->b->width });
}

static void
ffn(struct part *t)
{
	enum { FC1, FC2 };
	struct ocl *d = t->d;
	struct product in = of_input(t);

	in.y = d->wide;
	in.ldy = t->b->inner;
	in.relu = 1;
	multiply(t, FC1, in);
	multiply(t, FC2, (struct product){ .x = d->wide, .ldx = t->b->inner,
		.y = d->z, .ldy = t->b->width });
}

static int
no_row(const struct packed_block *b)
{
	(void)b;
	return 0;
}

static int
self_row(const struct packed_block *b)
{
	return 3 * b->inner;
}

/* A kind of block; row: floats that a step keeps of a row. */
static const struct kind {
	const struct block_kind *kind;
	void (*plan)(struct part *);
	int (*row)(const struct packed_block *);
} kinds[] = {
	{ &block_self, self, self_row }, { &block_lsra, lsra, lsra_row },
	{ &block_cross, cross, no_row }, { &block_ffn, ffn, no_row },
};

static const struct kind *
kind_of(const struct packed_block *b)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].kind == b->kind)
			return &kinds[i];
	return NULL;
}

int
ocl_knows(const struct packed_model *m, struct why *why)
{
	for (int s = 0; s < STACKS; s++)
		for (int i = 0; i < m->blocks[s]; i++)
			if (!kind_of(&m->block[s][i]))
				return why_set(why, "a sub-layer of this model "
					"has no kernels for OpenCL yet: use "
					"--device cpu");
	return 0;
}

int
ocl_row(const struct packed_block *b)
{
	return kind_of(b)->row(b);
}

/* --- both plans ---------------------------------------------------------- */

static void
embed(struct ocl *d, struct launch_list *p)
{
	const struct task *task = &d->m->task;
	enum stack s = p->step ? DECODER : ENCODER;
	int width = p->step ? d->m->arch.decoder_embed_dim :
		d->m->arch.encoder_embed_dim;

	ocl_add(d, p, "embed", 1, "mmimiiifmiimmii", d->now, d->at, p->step,
		d->table[s], d->in_panels, d->in_panels ? d->m->output.k :
		d->ld_table[s], width, sqrtf((float)width), d->positions[s],
		p->step ? task->super_decoder_embed_dim :
		task->super_encoder_embed_dim, POSITION_FIRST, d->x[0],
		d->past, d->face.room.steps, d->slots);
}

/* All blocks of a stack; what then waits for its norm is in the last part. */
static struct part
stack(struct ocl *d, struct launch_list *p)
{
	enum stack s = p->step ? DECODER : ENCODER;
	int layers = d->m->arch.encoder_layer_num, n = d->m->blocks[s];
	struct part t = { .d = d, .p = p };

	embed(d, p);
	for (int i = 0; i < n; i++) {
		const struct packed_block *b = &d->m->block[s][i];
		int back = layers - 1 - b->layer;
		t.b = b;
		t.v = &d->vectors[s][i];
		t.i = i;
		kind_of(b)->plan(&t);
		if (p->step && d->o->o.fused && b->width <= d->o->chunk) {
			t.waits = t.v;
			continue;
		}
		int last = i + 1 == n || b[1].layer != b->layer;
		norm(d, p, b->width, t.v, s == ENCODER && last &&
			back < MEMORIES ? back : -1);
	}
	return t;
}

static void
plan_encode(struct ocl *d)
{
	struct launch_list *p = &d->encode;

	stack(d, p);
	for (int i = 0; i < d->m->blocks[DECODER]; i++) {
		const struct packed_block *b = &d->m->block[DECODER][i];
		int k = b->kind->from_memory;
		if (k < 0)
			continue;
		product(d, p, &(struct product){ .w = &b->matrix[k],
			.weights = d->matrix[DECODER][i][k],
			.scales = d->vectors[DECODER][i].scales[k],
			.bias = d->vectors[DECODER][i].matrix[k],
			.times = b->segments, .x = d->memory,
			.ldx = d->m->arch.encoder_embed_dim,
			.y = d->kept[i], .ldy = 2 * b->inner });
	}
}

static void
plan_best(struct ocl *d, struct launch_list *p)
{
	int words = d->m->task.tgt_vocab, many = d->face.follows;

	ocl_add(d, p, "best", d->parts, "miimmm", d->logits, words, many,
		d->found, d->ids, d->sums);
	ocl_add(d, p, "merge", 1, "miiimmmm", d->logits, words, d->parts, many,
		d->found, d->ids, d->sums, d->out);
}

void
ocl_plan(struct ocl *d)
{
	struct launch_list *p = &d->steps;

	plan_encode(d);
	p->step = 1;
	struct part t = stack(d, p);
	struct product o = of_input(&t);
	o.w = &d->m->output;
	o.weights = d->output;
	o.scales = d->output_scales;
	o.bias = -1;
	o.y = d->logits;
	o.ldy = d->m->task.tgt_vocab;
	product(d, p, &o);
	plan_best(d, p);
}
