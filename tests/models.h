/* models.h - small models with odd shapes, and searches with them, for the
 * tests of decoders. */
#ifndef TESTS_MODELS_H
#define TESTS_MODELS_H

#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "decode/beam.h"
#include "text/pairs.h"

struct model {
	struct params p;
	struct params kept;      /* the same in codebooks, kmeans only */
	struct view view;
	struct packed_model packed;
};

/* What a SubTransformer is; may be added. */
enum { WHOLE, NARROW, CONVOLVES, SHARED = 4 };

/* A shape and a SubTransformer of it. */
static inline void
shapes(struct arch *shape, struct arch *sub, int what)
{
	static const int kernels[] = { 3, 0, 7, 31 };

	*shape = (struct arch){ .qkv_dim = 24, .encoder_embed_dim = 20,
		.encoder_layer_num = 4, .decoder_embed_dim = 36,
		.decoder_layer_num = 3 };
	for (int i = 0; i < 4; i++) {
		shape->encoder_ffn_embed_dim[i] = 40;
		shape->encoder_self_attention_heads[i] = 2 + i % 2;
	}
	for (int i = 0; i < 3; i++) {
		static const int arbitrary[] = { -1, 2, 1 };
		shape->decoder_ffn_embed_dim[i] = 48;
		shape->decoder_self_attention_heads[i] = i ? 3 : 1;
		shape->decoder_ende_attention_heads[i] = i ? 2 : 4;
		shape->decoder_arbitrary_ende_attn[i] = arbitrary[i];
	}
	for (int i = 0; what & CONVOLVES && i < 4; i++) {
		shape->encoder_conv_kernel[i] = kernels[i];
		shape->decoder_conv_kernel[i] = i < 3 ? kernels[3 - i] : 0;
	}
	shape->conv_glu = (what & CONVOLVES) != 0;
	if (what & SHARED)
		shape->encoder_embed_dim = shape->decoder_embed_dim;
	*sub = *shape;
	if (!(what & NARROW))
		return;
	sub->encoder_conv_kernel[0] -= what & CONVOLVES ? 1 : 0;
	sub->decoder_conv_kernel[1] -= what & CONVOLVES ? 3 : 0;
	sub->decoder_conv_kernel[2] = 0;
	sub->encoder_embed_dim = 12;
	sub->decoder_embed_dim = 33;
	sub->decoder_layer_num = 2;
	sub->decoder_ffn_embed_dim[1] = 31;
	sub->encoder_ffn_embed_dim[2] = 7;
	sub->decoder_ffn_embed_dim[2] = 0;
	sub->decoder_self_attention_heads[2] = 0;
	sub->decoder_ende_attention_heads[2] = 0;
	sub->decoder_arbitrary_ende_attn[2] = 0;
}

/* Entries that bytes with a scale hold, too. */
static inline void
round_books(const struct coded *c)
{
	size_t n = (size_t)1 << c->bits;

	for (size_t i = 0; i < coded_entries(c); i += n) {
		float *entry = (float *)c->book + i;
		int8_t table[TABLE_BYTES];
		float scale = table_make(entry, (int)n, table);
		for (size_t k = 0; k < n; k++)
			entry[k] = scale * table[k];
	}
}

/* Matrices become what their codebooks say, of the matrix or of rows by turns;
 * codebooks are packed from weights that have no floats of them. */
static inline void
model_code(struct model *m, const struct arch *sub, int bits)
{
	const struct params *p = &m->p;
	struct params *kept = &m->kept;
	struct view view;

	params_layout(kept, &p->shape, &p->task);
	params_alloc(kept);
	memcpy(kept->w, p->w, p->count * sizeof *p->w);
	kept->coded = xcalloc((size_t)p->n, sizeof *kept->coded);
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		float *w = p->w + t->at;
		if (!param_codable(t))
			continue;
		kept->coded[i] = coded_make(FIT_LLOYD, bits, i % 2, t->rows,
			t->cols, w, (size_t)t->cols);
		if (bits == 4)
			round_books(&kept->coded[i]);
		for (int r = 0; r < t->rows; r++)
			coded_row(&kept->coded[i], r, t->cols, w + r * t->cols);
		for (size_t k = 0; k < t->count; k++)
			kept->w[t->at + k] = NAN;
	}
	view_make(&view, kept, kept->w, sub);
	packed_init(&m->packed, &view, DTYPE_FP32, 1);
}

static inline void
model_init_as(struct model *m, enum dtype dtype, int vocab, int what,
	uint64_t seed)
{
	struct arch shape, sub;
	struct rng r = rng_seed(seed + 99);
	struct task task = { vocab + (what & SHARED ? 0 : 3), vocab,
		(what & SHARED) != 0, 0, 0 };

	shapes(&shape, &sub, what);
	task.super_encoder_embed_dim = shape.encoder_embed_dim;
	task.super_decoder_embed_dim = shape.decoder_embed_dim;
	params_layout(&m->p, &shape, &task);
	params_alloc(&m->p);
	params_init(&m->p, seed);
	/* biases, norms, and an output matrix with something to say */
	for (int i = 0; i < m->p.n; i++) {
		const struct param *t = &m->p.param[i];
		double scale = t->cols ? strstr(t->name, "output") ? 0.4 : 0 :
			0.2;
		for (size_t k = 0; scale > 0 && k < t->count; k++)
			m->p.w[t->at + k] += (float)(scale * rng_normal(&r));
	}
	/* numbers that bf16 holds too */
	for (size_t k = 0; dtype == DTYPE_BF16 && k < m->p.count; k++) {
		uint32_t u;
		memcpy(&u, &m->p.w[k], sizeof u);
		u &= 0xffff0000;
		memcpy(&m->p.w[k], &u, sizeof u);
	}
	m->kept = (struct params){ 0 };
	view_make(&m->view, &m->p, m->p.w, &sub);
	if (dtype >= DTYPE_KMEANS4)
		model_code(m, &sub, dtype == DTYPE_KMEANS4 ? 4 : 8);
	else
		packed_init(&m->packed, &m->view, dtype, 1);
}

static inline void
model_free(struct model *m)
{
	packed_free(&m->packed);
	params_free(&m->p);
	for (int i = 0; i < m->kept.n; i++)
		coded_free(&m->kept.coded[i]);
	params_free(&m->kept);
}

struct search {
	struct decoder *d;
	struct beam b;
};

static inline void
search_on(struct search *s, const struct device *device,
	const struct model *m, const struct beam_options *o, int sentences,
	int longest, int threads, const struct kernels *k)
{
	struct room r = beam_room(o, sentences, sentences * longest, longest);

	s->d = decoder_init(device, &m->packed, threads, &r, k);
	beam_init(&s->b, s->d, o);
}

static inline void
search_free(struct search *s)
{
	beam_free(&s->b);
	decoder_free(s->d);
}

/* The same words and scores, bit for bit. */
static inline int
same_hyps(const struct hyp *a, int na, const struct hyp *b, int nb)
{
	int same = na == nb;

	for (int i = 0; i < na && same; i++)
		same &= a[i].score == b[i].score && a[i].n == b[i].n &&
			!memcmp(a[i].ids, b[i].ids,
			sizeof(int) * (size_t)a[i].n);
	return same;
}

/* At most so many words, </s> counted. */
static inline int
draw_words(struct rng *r, const struct model *m, int longest, int *src)
{
	int n = 1 + (int)rng_below(r, (uint64_t)longest - 1);

	for (int i = 0; i < n; i++)
		src[i] = 3 + (int)rng_below(r,
			(uint64_t)m->p.task.src_vocab - 3);
	src[n] = ID_EOS;
	return n + 1;
}

#endif
