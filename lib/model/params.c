#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pairs.h"
#include "params.h"
#include "rng.h"

enum { PER_ENCODER = 12, PER_DECODER = 22, TABLES = 3, LINE = 16,
	PURPOSE_INIT = 0x101 };

/* Add a tensor. Those of one group lie without a gap, so that neighbours can
 * be multiplied as one; a new group begins on a cache line. */
static void
add(struct params *p, int new_group, int rows, int cols, const char *fmt, ...)
{
	struct param *t = &p->param[p->n++];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->name, sizeof t->name, fmt, ap);
	va_end(ap);
	t->rows = rows;
	t->cols = cols;
	t->count = (size_t)rows * (size_t)(cols ? cols : 1);
	if (new_group)
		p->count = (p->count + LINE - 1) / LINE * LINE;
	t->at = p->count;
	p->count += t->count;
}

static void
add_linear(struct params *p, const char *stack, int i, const char *name,
	int out, int in)
{
	add(p, 1, out, in, "%s.layers.%d.%s.weight", stack, i, name);
	add(p, 1, out, 0, "%s.layers.%d.%s.bias", stack, i, name);
}

static void
add_norm(struct params *p, const char *stack, int i, const char *name, int d)
{
	add(p, 1, d, 0, "%s.layers.%d.%s.weight", stack, i, name);
	add(p, 1, d, 0, "%s.layers.%d.%s.bias", stack, i, name);
}

static void
add_ffn(struct params *p, const char *stack, int i, int d, int f)
{
	add_linear(p, stack, i, "fc1", f, d);
	add_linear(p, stack, i, "fc2", d, f);
	add_norm(p, stack, i, "final_layer_norm", d);
}

static void
add_self(struct params *p, const char *stack, int i, int d, int q)
{
	add_linear(p, stack, i, "self_attn.in_proj", 3 * q, d);
	add_linear(p, stack, i, "self_attn.out_proj", d, q);
	add_norm(p, stack, i, "self_attn_layer_norm", d);
}

void
params_layout(struct params *p, const struct arch *a, const struct task *t)
{
	int e = a->encoder_embed_dim, d = a->decoder_embed_dim, q = a->qkv_dim;
	static const char cross[] = "decoder.layers.%d.encoder_attn.%c_proj.%s";

	*p = (struct params){ .shape = *a, .task = *t };
	p->param = xcalloc((size_t)(TABLES + PER_ENCODER *
		a->encoder_layer_num + PER_DECODER * a->decoder_layer_num),
		sizeof *p->param);
	if (t->share_all_embeddings)
		add(p, 1, t->tgt_vocab, e > d ? e : d, "embed_tokens.weight");
	else {
		add(p, 1, t->src_vocab, e, "encoder.embed_tokens.weight");
		add(p, 1, t->tgt_vocab, d, "decoder.embed_tokens.weight");
		add(p, 1, t->tgt_vocab, d, "decoder.output_projection.weight");
	}
	for (int i = 0; i < a->encoder_layer_num; i++) {
		add_self(p, "encoder", i, e, q);
		add_ffn(p, "encoder", i, e, a->encoder_ffn_embed_dim[i]);
	}
	for (int i = 0; i < a->decoder_layer_num; i++) {
		add_self(p, "decoder", i, d, q);
		add(p, 1, q, d, cross, i, 'q', "weight");
		add(p, 1, q, 0, cross, i, 'q', "bias");
		add(p, 1, q, e, cross, i, 'k', "weight");
		add(p, 0, q, e, cross, i, 'v', "weight");
		add(p, 1, q, 0, cross, i, 'k', "bias");
		add(p, 0, q, 0, cross, i, 'v', "bias");
		add_linear(p, "decoder", i, "encoder_attn.out_proj", d, q);
		add_norm(p, "decoder", i, "encoder_attn_layer_norm", d);
		add_ffn(p, "decoder", i, d, a->decoder_ffn_embed_dim[i]);
	}
	p->count = (p->count + LINE - 1) / LINE * LINE;
}

static size_t
block_bytes(const struct params *p)
{
	return (p->count + LINE) * sizeof *p->w;
}

void
params_alloc(struct params *p)
{
	p->w = xreserve(block_bytes(p));
}

void
params_free(struct params *p)
{
	xrelease(p->w, block_bytes(p));
	free(p->param);
	*p = (struct params){ 0 };
}

static int
ends_in(const char *s, const char *tail)
{
	size_t n = strlen(s), m = strlen(tail);

	return n >= m && !strcmp(s + n - m, tail);
}

/* Half the width of the uniform distribution of a weight matrix: Xavier, over
 * the joint query, key and value matrix where they have one input width. */
static double
xavier(const struct params *p, const struct param *t)
{
	int joint = strstr(t->name, "encoder_attn.") &&
		!strstr(t->name, "out_proj") &&
		p->shape.encoder_embed_dim == p->shape.decoder_embed_dim;

	return sqrt(6.0 / ((joint ? 3 : 1) * t->rows + t->cols));
}

void
params_init(struct params *p, uint64_t seed)
{
	for (int i = 0; i < p->n; i++) {
		struct param *t = &p->param[i];
		struct rng r = rng_stream(seed, PURPOSE_INIT, (uint64_t)i);
		float *w = p->w + t->at;
		int source = !strncmp(t->name, "encoder.", 8);
		int table = ends_in(t->name, "embed_tokens.weight");
		if (table || ends_in(t->name, "output_projection.weight")) {
			double sd = 1 / sqrt(source ?
				p->task.super_encoder_embed_dim :
				p->task.super_decoder_embed_dim);
			for (size_t k = 0; k < t->count; k++)
				w[k] = (float)(sd * rng_normal(&r));
			if (table)
				memset(w + (size_t)ID_PAD * (size_t)t->cols, 0,
					sizeof *w * (size_t)t->cols);
		} else if (t->cols) {
			double half = xavier(p, t);
			for (size_t k = 0; k < t->count; k++)
				w[k] = (float)(half * (2 * rng_unit(&r) - 1));
		} else
			for (size_t k = 0; k < t->count; k++)
				w[k] = ends_in(t->name, "norm.weight");
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

/* --- views ---------------------------------------------------------------------- */

struct cursor {
	const struct params *p;
	float *block;
	int at;
};

static float *
next(struct cursor *c, int *ld)
{
	const struct param *t = &c->p->param[c->at++];

	if (ld)
		*ld = t->cols;
	return c->block + t->at;
}

static struct linear
next_linear(struct cursor *c, int out, int in)
{
	struct linear l = { .out = out, .in = in };

	l.w = next(c, &l.ld);
	l.b = next(c, NULL);
	return l;
}

static struct norm
next_norm(struct cursor *c)
{
	float *gain = next(c, NULL);

	return (struct norm){ gain, next(c, NULL) };
}

static void
view_encoder(struct cursor *c, struct encoder_layer *l, const struct arch *a,
	int i)
{
	int e = a->encoder_embed_dim, q = a->qkv_dim;

	l->heads = a->encoder_self_attention_heads[i];
	l->ffn = a->encoder_ffn_embed_dim[i];
	l->qkv = next_linear(c, 3 * q, e);
	l->out = next_linear(c, e, q);
	l->norm1 = next_norm(c);
	l->fc1 = next_linear(c, l->ffn, e);
	l->fc2 = next_linear(c, e, l->ffn);
	l->norm2 = next_norm(c);
}

static void
view_decoder(struct cursor *c, struct decoder_layer *l, const struct arch *a,
	int i)
{
	int e = a->encoder_embed_dim, d = a->decoder_embed_dim, q = a->qkv_dim;

	l->heads = a->decoder_self_attention_heads[i];
	l->cross_heads = a->decoder_ende_attention_heads[i];
	l->segments = arbitrary_layers(a->decoder_arbitrary_ende_attn[i]);
	l->ffn = a->decoder_ffn_embed_dim[i];
	l->qkv = next_linear(c, 3 * q, d);
	l->out = next_linear(c, d, q);
	l->norm1 = next_norm(c);
	l->q = next_linear(c, q, d);
	l->kv = (struct linear){ .out = 2 * q, .in = e };
	l->kv.w = next(c, &l->kv.ld);
	next(c, NULL);
	l->kv.b = next(c, NULL);
	next(c, NULL);
	l->cross_out = next_linear(c, d, q);
	l->norm2 = next_norm(c);
	l->fc1 = next_linear(c, l->ffn, d);
	l->fc2 = next_linear(c, d, l->ffn);
	l->norm3 = next_norm(c);
}

void
view_make(struct view *v, const struct params *p, float *block,
	const struct arch *a)
{
	struct cursor c = { p, block, 0 };

	v->arch = *a;
	v->task = p->task;
	v->src_table = next(&c, &v->ld_src);
	v->tgt_table = v->output = v->src_table;
	v->ld_tgt = v->ld_output = v->ld_src;
	if (!p->task.share_all_embeddings) {
		v->tgt_table = next(&c, &v->ld_tgt);
		v->output = next(&c, &v->ld_output);
	}
	for (int i = 0; i < p->shape.encoder_layer_num; i++)
		if (i < a->encoder_layer_num)
			view_encoder(&c, &v->encoder[i], a, i);
		else
			c.at += PER_ENCODER;
	for (int i = 0; i < a->decoder_layer_num; i++)
		view_decoder(&c, &v->decoder[i], a, i);
}

void
params_used(const struct params *p, const struct arch *a, char *used)
{
	int at = p->task.share_all_embeddings ? 1 : TABLES;

	memset(used, 1, (size_t)at);
	for (int i = 0; i < p->shape.encoder_layer_num; i++)
		for (int k = 0; k < PER_ENCODER; k++)
			used[at++] = i < a->encoder_layer_num;
	for (int i = 0; i < p->shape.decoder_layer_num; i++)
		for (int k = 0; k < PER_DECODER; k++)
			used[at++] = i < a->decoder_layer_num;
}

void
positions_fill(float *table, int positions, int width)
{
	int half = width / 2;
	double step = half > 1 ? log(10000) / (half - 1) : log(10000);

	for (int p = 0; p < positions; p++) {
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
