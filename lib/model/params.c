#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "block.h"
#include "num/codebook.h"
#include "text/pairs.h"

/* The first tensors are tables: one, or the stacks' and the output matrix. */
enum { OUTPUT = STACKS, GROUP = 16 };

/* --- declaring ----------------------------------------------------------- */

/* Add a tensor to p. Those of one group lie without a gap, so that neighbours
 * can be multiplied as one; a new group begins on a cache line. */
static struct param *
add(struct params *p, int new_group, int rows, int cols, enum init init)
{
	p->param = xrealloc(p->param, (size_t)p->n + 1, sizeof *p->param);
	struct param *t = &p->param[p->n++];

	*t = (struct param){ .layer = TABLE, .rows = rows, .cols = cols,
		.fan = rows, .init = init };
	t->count = (size_t)rows * (size_t)(cols ? cols : 1);
	if (new_group)
		p->count = (p->count + GROUP - 1) / GROUP * GROUP;
	t->at = p->count;
	p->count += t->count;
	return t;
}

/* Before there is a block, views have sizes only. */
static float *
place(float *block, const struct param *t)
{
	return block ? block + t->at : NULL;
}

const struct coded *
param_coded(const struct params *p, int i)
{
	return p->coded && p->coded[i].bits ? &p->coded[i] : NULL;
}

/* The next tensor of the layer: laid out, or where it lies. */
static float *
next(struct tensor_cursor *t, int new_group, const char *name, const char *part,
	int rows, int cols, enum init init, int *ld)
{
	if (t->from) {
		const struct param *q = &t->from->param[t->at++];
		if (ld)
			*ld = q->cols;
		return place(t->block, q);
	}
	struct param *q = add(t->p, new_group, rows, cols, init);
	q->stack = t->stack;
	q->layer = t->layer;
	q->kind = t->kind;
	if (t->fan)
		q->fan = t->fan;
	snprintf(q->name, sizeof q->name, "%s.layers.%d.%s.%s",
		stack_names[t->stack], t->layer, name, part);
	return NULL;
}

struct linear
cursor_matrix(struct tensor_cursor *t, const char *name, int out, int in)
{
	struct linear l = { .out = out, .in = in, .parts = 1,
		.coded = t->from ? param_coded(t->from, t->at) : NULL };

	l.w = next(t, 1, name, "weight", out, in, INIT_XAVIER, &l.ld);
	return l;
}

float *
cursor_bias(struct tensor_cursor *t, const char *name, int out)
{
	return next(t, 1, name, "bias", out, 0, INIT_ZERO, NULL);
}

struct linear
cursor_linear(struct tensor_cursor *t, const char *name, int out, int in)
{
	struct linear l = cursor_matrix(t, name, out, in);

	l.b = cursor_bias(t, name, out);
	return l;
}

struct linear
cursor_taps(struct tensor_cursor *t, const char *name, int heads, int kernel)
{
	struct linear l = cursor_matrix(t, name, heads, kernel);

	if (!t->from)
		t->p->param[t->p->n - 1].taps = 1;
	return l;
}

struct linear
cursor_pair(struct tensor_cursor *t, const char *first, const char *second,
	int out, int in)
{
	struct linear l = { .out = 2 * out, .in = in, .parts = 2,
		.coded = t->from ? param_coded(t->from, t->at) : NULL };

	l.w = next(t, 1, first, "weight", out, in, INIT_XAVIER, &l.ld);
	next(t, 0, second, "weight", out, in, INIT_XAVIER, NULL);
	if (!t->from)
		t->p->param[t->p->n - 1].joined = 1;
	l.b = next(t, 1, first, "bias", out, 0, INIT_ZERO, NULL);
	next(t, 0, second, "bias", out, 0, INIT_ZERO, NULL);
	return l;
}

struct norm
cursor_norm(struct tensor_cursor *t, const char *name, int width)
{
	float *gain = next(t, 1, name, "weight", width, 0, INIT_ONE, NULL);

	return (struct norm){ gain,
		next(t, 1, name, "bias", width, 0, INIT_ZERO, NULL) };
}

/* --- laying out ---------------------------------------------------------- */

static void
add_table(struct params *p, const char *name, enum stack stack, int rows,
	int cols, enum init init)
{
	struct param *t = add(p, 1, rows, cols, init);

	t->stack = stack;
	snprintf(t->name, sizeof t->name, "%s", name);
}

/* The kinds whose tensors a layer has: where the space mixes them, both of
 * those that may stand at the place of self-attention. */
static int
stored_kinds(const struct params *p, enum stack s, int layer,
	const struct block_kind *kind[LAYER_BLOCKS + 1])
{
	int n = 0;

	if (p->mixed[s] && arch_kernel(&p->shape, s, layer))
		kind[n++] = &block_self;
	return n + block_kinds(s, &p->shape, layer, kind + n);
}

static int
among(const struct block_kind *kind, const struct block_kind *const *kinds,
	int n)
{
	while (n-- && kinds[n] != kind)
		;
	return n >= 0;
}

/* The blocks that a layer of a SubTransformer has, their tensors declared;
 * those of other kinds are passed over. */
static int
layer_blocks(struct tensor_cursor *t, const struct params *p,
	const struct arch *a, struct block b[LAYER_BLOCKS])
{
	const struct block_kind *stored[LAYER_BLOCKS + 1], *own[LAYER_BLOCKS];
	int n = stored_kinds(p, t->stack, t->layer, stored), has = 0;
	int owns = block_kinds(t->stack, a, t->layer, own);

	for (int i = 0; i < n; i++) {
		struct block one = block_shaped(stored[i], t->stack, t->layer,
			a);
		t->kind = stored[i];
		stored[i]->tensors(t, &one);
		if (among(stored[i], own, owns))
			b[has++] = one;
	}
	return has;
}

void
params_layout_space(struct params *p, const struct arch *a,
	const struct task *t, const struct space *mix)
{
	int e = a->encoder_embed_dim, d = a->decoder_embed_dim;
	struct block unused[LAYER_BLOCKS];

	*p = (struct params){ .shape = *a, .task = *t };
	if (t->share_all_embeddings)
		add_table(p, "embed_tokens.weight", DECODER, t->tgt_vocab,
			e > d ? e : d, INIT_EMBEDDING);
	else {
		add_table(p, "encoder.embed_tokens.weight", ENCODER,
			t->src_vocab, e, INIT_EMBEDDING);
		add_table(p, "decoder.embed_tokens.weight", DECODER,
			t->tgt_vocab, d, INIT_EMBEDDING);
		add_table(p, "decoder.output_projection.weight", DECODER,
			t->tgt_vocab, d, INIT_OUTPUT);
	}
	for (enum stack s = ENCODER; s < STACKS; s++) {
		p->mixed[s] = mix && choice_has(
			&mix->choice[stack_genes[s].conv], 0);
		for (int i = 0; i < stack_layers(a, s); i++) {
			struct tensor_cursor tensors = { .p = p,
				.stack = s, .layer = i };
			p->first[s][i] = p->n;
			layer_blocks(&tensors, p, a, unused);
		}
		p->first[s][stack_layers(a, s)] = p->n;
	}
	p->count = (p->count + GROUP - 1) / GROUP * GROUP;
}

void
params_layout(struct params *p, const struct arch *a, const struct task *t)
{
	params_layout_space(p, a, t, NULL);
}

int
params_hold(const struct params *p, const struct arch *a, struct why *why)
{
	if (arch_fits(a, &p->shape, why))
		return -1;
	for (enum stack s = ENCODER; s < STACKS; s++)
		for (int i = 0; i < stack_layers(a, s); i++)
			if (!p->mixed[s] && !arch_kernel(a, s, i) &&
			    arch_kernel(&p->shape, s, i))
				return why_set(why, "layer %d of the %s has "
					"no convolution, in the weights it "
					"has", i, stack_names[s]);
	return 0;
}

size_t
params_bytes(const struct params *p)
{
	return (p->count + GROUP) * sizeof *p->w;
}

unsigned long long
params_hash(const struct params *p)
{
	return rng_hash(0, p->w, p->count * sizeof *p->w);
}

void
params_alloc(struct params *p)
{
	mem_want(params_bytes(p));
	p->w = xreserve(params_bytes(p));
}

void
params_free(struct params *p)
{
	xrelease(p->w, params_bytes(p));
	free(p->param);
	free(p->coded);
	*p = (struct params){ 0 };
}

static void
init_normal(const struct params *p, const struct param *t, struct rng *r)
{
	float *w = p->w + t->at;
	double sd = 1 / sqrt(task_width(&p->task, t->stack));

	for (size_t k = 0; k < t->count; k++)
		w[k] = (float)(sd * rng_normal(r));
	if (t->init == INIT_EMBEDDING)
		memset(w + (size_t)ID_PAD * (size_t)t->cols, 0,
			sizeof *w * (size_t)t->cols);
}

static void
init_xavier(const struct params *p, const struct param *t, struct rng *r)
{
	double half = sqrt(6.0 / (t->fan + t->cols));

	for (size_t k = 0; k < t->count; k++)
		p->w[t->at + k] = (float)(half * (2 * rng_unit(r) - 1));
}

void
params_init(struct params *p, uint64_t seed)
{
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		struct rng r = rng_stream(seed, RNG_WEIGHTS, (uint64_t)i);
		if (t->init == INIT_EMBEDDING || t->init == INIT_OUTPUT)
			init_normal(p, t, &r);
		else if (t->init == INIT_XAVIER)
			init_xavier(p, t, &r);
		else
			for (size_t k = 0; k < t->count; k++)
				p->w[t->at + k] = t->init == INIT_ONE;
	}
}

void
params_init_deep(struct params *p)
{
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		float scale = (float)(1 / sqrt(t->layer + 1));
		if (t->init != INIT_XAVIER)
			continue;
		for (size_t k = 0; k < t->count; k++)
			p->w[t->at + k] *= scale;
	}
}

/* The tensors of both follow in the same order; those of deeper layers than
 * to's are passed over. Rows and columns: the first. */
void
params_slice(struct params *to, const struct params *from)
{
	for (int i = 0, k = 0; i < to->n; i++, k++) {
		const struct param *t = &to->param[i], *f;
		while (strcmp(from->param[k].name, t->name))
			k++;
		f = &from->param[k];
		size_t cols = (size_t)(t->cols ? t->cols : 1);
		size_t ld = (size_t)(f->cols ? f->cols : 1);
		/* stacked q, k, v rows keep their places: qkv_dim is fixed */
		for (size_t r = 0; r < (size_t)t->rows; r++)
			memcpy(to->w + t->at + r * cols,
				from->w + f->at + r * ld,
				sizeof *to->w * cols);
	}
}

/* --- views --------------------------------------------------------------- */

void
view_make(struct view *v, const struct params *p, float *block,
	const struct arch *a)
{
	v->arch = *a;
	v->task = p->task;
	int shared = p->task.share_all_embeddings, o = shared ? 0 : OUTPUT;

	v->output = place(block, &p->param[o]);
	v->ld_output = p->param[o].cols;
	v->coded_output = param_coded(p, o);
	for (enum stack s = ENCODER; s < STACKS; s++) {
		int table = shared ? 0 : (int)s;
		v->table[s] = place(block, &p->param[table]);
		v->ld_table[s] = p->param[table].cols;
		v->coded[s] = param_coded(p, table);
		v->blocks[s] = 0;
		for (int i = 0; i < stack_layers(a, s); i++) {
			struct tensor_cursor t = { .from = p, .block = block,
				.at = p->first[s][i], .stack = s,
				.layer = i };
			v->blocks[s] += layer_blocks(&t, p, a, v->block[s] +
				v->blocks[s]);
		}
	}
}

int
params_bits(const struct params *p)
{
	int bits = 0;

	for (int i = 0; p->coded && i < p->n; i++)
		bits = p->coded[i].bits > bits ? p->coded[i].bits : bits;
	return bits;
}

void
params_used(const struct params *p, const struct arch *a, char *used)
{
	const struct block_kind *kind[LAYER_BLOCKS];

	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		used[i] = t->layer < stack_layers(a, t->stack) && (!t->kind ||
			among(t->kind, kind, block_kinds(t->stack, a, t->layer,
			kind)));
	}
}

void
positions_fill(float *table, int from, int to, int width)
{
	int half = width / 2;
	double step = half > 1 ? log(10000) / (half - 1) : log(10000);

	for (int p = from; p < to; p++) {
		float *row = table + (size_t)p * (size_t)width;
		for (int k = 0; k < half; k++) {
			double x = p * exp(-k * step);
			row[k] = (float)sin(x);
			row[half + k] = (float)cos(x);
		}
		if (width % 2)
			row[width - 1] = 0;
	}
}
