/* Which kernels run with which arguments: the encoder's and a step's. */
#include <math.h>
#include <stdlib.h>
#include "model/sizes.h"
#include "plan.h"
#include "text/pairs.h"

enum { OWN_SENTENCE, OWN_PAST, ALL_SOURCE };   /* see kernels.cl */
enum { ROWS = 8, WORDS = 2048 };

/* --- launches ------------------------------------------------------------ */

static void
arg(struct ocl *d, struct launch *l, size_t size, const void *value)
{
	cl_int e = d->face.failed ? CL_SUCCESS : d->o->cl.SetKernelArg(
		l->kernel, l->args++, size, value);

	if (e != CL_SUCCESS)
		ocl_fail(d, "take a kernel's argument", e);
}

static void
mem(struct ocl *d, struct launch *l, cl_mem m)
{
	arg(d, l, sizeof m, &m);
}

static void
num(struct ocl *d, struct launch *l, int n)
{
	cl_int own = n;

	arg(d, l, sizeof own, &own);
}

static void
real(struct ocl *d, struct launch *l, float x)
{
	arg(d, l, sizeof x, &x);
}

/* A launch of y groups for each row. */
static struct launch *
add(struct ocl *d, struct launch_list *p, const char *kernel, int y)
{
	cl_int e = CL_SUCCESS;

	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 64;
		p->at = xrealloc(p->at, size(p->cap), sizeof *p->at);
	}
	struct launch *l = &p->at[p->n++];
	*l = (struct launch){ .local = size(d->o->o.local), .x = 1,
		.y = size(y), .times = 1, .per = 1 };
	if (d->face.failed)
		return l;
	l->kernel = d->o->cl.CreateKernel(d->o->program, kernel, &e);
	if (e != CL_SUCCESS)
		ocl_fail(d, "find a kernel", e);
	return l;
}

/* The rows' past, as the kernels take it. */
static void
past(struct ocl *d, struct launch *l)
{
	mem(d, l, d->past);
	num(d, l, d->face.room.steps);
	num(d, l, d->slots);
}

/* --- a product, a norm --------------------------------------------------- */

/* y[.., y0 ..] = x[.., x0 ..] . w^T; norm: of the block whose f(x) waits in
 * z; NULL: of x itself. */
struct product {
	const struct packed *w;
	cl_mem weights;
	int bias, relu, times;
	cl_mem x;
	int ldx, x0;
	const struct vectors *norm;
	cl_mem x_out, y;
	int ldy, y0, slots;
};

static void
product(struct ocl *d, struct launch_list *p, const struct product *o)
{
	struct launch *l = add(d, p, o->norm ? "norm_linear" : "linear", 1);

	l->local = size(PANEL / d->o->o.vec * d->o->o.slices);
	l->x = size(packed_panels(o->w->rows));
	l->times = o->times ? o->times : 1;
	l->per = ROWS;
	mem(d, l, d->now);
	if (!o->norm)
		num(d, l, l->times);
	mem(d, l, o->weights);
	num(d, l, o->w->rows);
	num(d, l, o->w->k);
	mem(d, l, d->v);
	num(d, l, o->bias);
	num(d, l, o->relu);
	mem(d, l, o->x);
	num(d, l, o->ldx);
	num(d, l, o->x0);
	if (o->norm) {
		mem(d, l, d->z);
		num(d, l, o->norm->norm);
		mem(d, l, o->x_out);
	}
	mem(d, l, o->y);
	num(d, l, o->ldy);
	num(d, l, o->y0);
	num(d, l, o->slots);
}

/* x = norm(x + z + bias); plane: of memory, where that keeps it, or -1. */
static void
norm(struct ocl *d, struct launch_list *p, int width, const struct vectors *v,
	int plane)
{
	struct launch *l = add(d, p, "norm", 1);

	mem(d, l, d->now);
	num(d, l, width);
	mem(d, l, d->x[0]);
	mem(d, l, d->z);
	mem(d, l, d->v);
	num(d, l, v->norm);
	mem(d, l, d->x[0]);
	mem(d, l, d->memory);
	num(d, l, plane);
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
	struct launch *l = add(d, t->p, "attend", t->b->heads);
	int h = t->b->inner / t->b->heads;

	mem(d, l, d->now);
	mem(d, l, d->at);
	num(d, l, mode);
	num(d, l, t->b->segments);
	past(d, l);
	num(d, l, h);
	real(d, l, 1 / sqrtf((float)h));
	mem(d, l, q);
	num(d, l, ldq);
	mem(d, l, kv);
	num(d, l, ld);
	num(d, l, k0);
	num(d, l, v0);
	mem(d, l, d->p);
	num(d, l, mode == OWN_PAST ? r->steps : mode == ALL_SOURCE ?
		t->b->segments * r->max_src : r->max_src);
	mem(d, l, d->ctx);
	num(d, l, ldo);
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
	struct launch *l = add(d, t->p, "convolve", 1);

	mem(d, l, d->now);
	mem(d, l, d->at);
	num(d, l, t->p->step ? OWN_PAST : OWN_SENTENCE);
	past(d, l);
	mem(d, l, x);
	num(d, l, ld);
	num(d, l, x0);
	num(d, l, b->gated);
	num(d, l, b->channels);
	num(d, l, b->kernel);
	mem(d, l, d->v);
	num(d, l, t->v->shares);
	mem(d, l, d->ctx);
	num(d, l, b->inner + b->channels);
	num(d, l, b->inner);
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
	struct launch *l = add(d, p, "embed", 1);

	mem(d, l, d->now);
	mem(d, l, d->at);
	num(d, l, p->step);
	mem(d, l, d->table[s]);
	num(d, l, d->in_panels);
	num(d, l, d->in_panels ? d->m->output.k : d->ld_table[s]);
	num(d, l, width);
	real(d, l, sqrtf((float)width));
	mem(d, l, d->positions[s]);
	num(d, l, p->step ? task->super_decoder_embed_dim :
		task->super_encoder_embed_dim);
	num(d, l, POSITION_FIRST);
	mem(d, l, d->x[0]);
	past(d, l);
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
		if (p->step && d->o->o.fused) {
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
			.bias = d->vectors[DECODER][i].matrix[k],
			.times = b->segments, .x = d->memory,
			.ldx = d->m->arch.encoder_embed_dim,
			.y = d->kept[i], .ldy = 2 * b->inner });
	}
}

static void
plan_best(struct ocl *d, struct launch_list *p)
{
	struct launch *l = add(d, p, "best", d->parts);

	mem(d, l, d->logits);
	num(d, l, d->m->task.tgt_vocab);
	num(d, l, d->face.follows);
	mem(d, l, d->found);
	mem(d, l, d->ids);
	mem(d, l, d->sums);
	l = add(d, p, "merge", 1);
	mem(d, l, d->logits);
	num(d, l, d->m->task.tgt_vocab);
	num(d, l, d->parts);
	num(d, l, d->face.follows);
	mem(d, l, d->found);
	mem(d, l, d->ids);
	mem(d, l, d->sums);
	mem(d, l, d->out);
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
	o.bias = -1;
	o.y = d->logits;
	o.ldy = d->m->task.tgt_vocab;
	product(d, p, &o);
	plan_best(d, p);
}
