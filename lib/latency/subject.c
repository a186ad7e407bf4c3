/* What is timed: a model, its decoder and a batch of sentences. */
#include <stdlib.h>
#include <string.h>
#include "measure.h"
#include "pairs.h"
#include "rng.h"

enum { PIECE = 1 << 16, PURPOSE_BLOCK = 0x301, PURPOSE_WORDS = 0x302 };

/* Bytes of the panels that piece of random floats become. */
static size_t
piece_bytes(enum dtype t)
{
	return packed_size(t, PANEL, PIECE / PANEL);
}

static void
fill_piece(const struct random_block *b, size_t i)
{
	struct rng r = rng_stream(b->seed, PURPOSE_BLOCK, i);
	float *w = b->w + i * PIECE, scale[PANEL];
	int32_t shift[PANEL];

	for (size_t k = 0; k < PIECE; k++)
		w[k] = 0.04f * (float)rng_normal(&r);
	if (b->dtype != DTYPE_FP32)
		panel_pack(b->dtype, PANEL, PIECE / PANEL, w, PIECE / PANEL, 0,
			(char *)b->panels + i * piece_bytes(b->dtype), scale,
			shift);
}

void
random_block_grow(struct random_block *b, size_t floats)
{
	size_t pieces = b->floats / PIECE;

	if (!b->ones) {
		b->ones = xaligned(sizeof(float) * (WIDTH_MAX + PANEL));
		for (int i = 0; i < WIDTH_MAX + PANEL; i++)
			b->ones[i] = 1;
	}
	if (floats <= b->floats)
		return;
	if (b->panels != b->w)
		xrelease(b->panels, pieces * piece_bytes(b->dtype));
	xrelease(b->w, b->floats * sizeof(float));
	/* well more, so as not to grow for every record */
	floats = b->floats && floats < b->floats / 2 * 3 ? b->floats / 2 * 3 :
		floats;
	pieces = (floats + PIECE - 1) / PIECE;
	b->floats = pieces * PIECE;
	b->w = b->panels = xreserve(b->floats * sizeof(float));
	if (b->dtype != DTYPE_FP32)
		b->panels = xreserve(pieces * piece_bytes(b->dtype));
	_Pragma("omp parallel for num_threads(b->threads)")
	for (size_t i = 0; i < pieces; i++)
		fill_piece(b, i);
}

void
random_block_free(struct random_block *b)
{
	if (b->panels != b->w)
		xrelease(b->panels, b->floats / PIECE * piece_bytes(b->dtype));
	xrelease(b->w, b->floats * sizeof(float));
	free(b->ones);
	*b = (struct random_block){ 0 };
}

static void
draw_words(struct subject *s, uint64_t seed)
{
	struct rng r = rng_stream(seed, PURPOSE_WORDS, 0);
	int n = s->w.batch, len = s->w.src_len;
	int vocab = s->model.task.src_vocab;
	int first = vocab > IDS_SPECIAL ? IDS_SPECIAL : ID_UNK;

	s->src = xcalloc((size_t)n * (size_t)len, sizeof *s->src);
	s->at = xcalloc((size_t)n + 1, sizeof *s->at);
	for (int i = 0; i < n; i++) {
		s->at[i + 1] = s->at[i] + len;
		for (int k = 0; k < len; k++)
			s->src[s->at[i] + k] = k + 1 == len ? ID_EOS : first +
				(int)rng_below(&r, (uint64_t)(vocab - first));
	}
}

static void
subject_start(struct subject *s, uint64_t seed)
{
	const struct workload *w = &s->w;
	struct beam_options o = { .beam = w->beam, .lenpen = 1,
		.max_len_b = w->tgt_len - 1, .min_len = w->tgt_len - 1 };
	struct room r = beam_room(&o, w->batch, w->batch * w->src_len,
		w->src_len);

	decoder_init(&s->decoder, &s->model, w->threads, &r);
	beam_init(&s->beam, &s->decoder, &o);
	draw_words(s, seed);
}

/* A view of the block as if it were weights of this very shape. */
static void
block_view(struct view *v, struct params *p, float *w, const struct arch *a,
	const struct task *t)
{
	params_layout(p, a, t);
	view_make(v, p, w, a);
}

size_t
subject_floats(const struct arch *a, const struct task *t,
	const struct workload *w)
{
	struct params p;
	struct view v;
	static float nowhere;

	block_view(&v, &p, &nowhere, a, t);
	size_t floats = (packed_bytes(&v, w->dtype) / piece_bytes(w->dtype) +
		1) * PIECE;
	size_t plain = p.count + NUM_SLACK;
	params_free(&p);
	return floats > plain ? floats : plain;
}

/* Random gains would shrink what passes through them. */
static void
set_gains(struct view *v, float *ones)
{
	for (int i = 0; i < v->arch.encoder_layer_num; i++)
		v->encoder[i].norm1.gain = v->encoder[i].norm2.gain = ones;
	for (int i = 0; i < v->arch.decoder_layer_num; i++)
		v->decoder[i].norm1.gain = v->decoder[i].norm2.gain =
			v->decoder[i].norm3.gain = ones;
}

/* The scales that pieces of the block have, about; no shifts. */
static void
make_scales(struct subject *s, const struct view *v)
{
	int rows = v->task.tgt_vocab > 3 * WIDTH_MAX ? v->task.tgt_vocab :
		3 * WIDTH_MAX;
	size_t n = (size_t)packed_panels(rows) * PANEL;

	s->scale = xaligned(n * sizeof *s->scale);
	s->shift = xaligned(n * sizeof *s->shift);
	for (size_t i = 0; i < n; i++)
		s->scale[i] = 0.04f * 3 / 127;
}

void
subject_random(struct subject *s, const struct random_block *b,
	const struct arch *a, const struct task *t, const struct workload *w)
{
	struct params p;
	struct view v;

	*s = (struct subject){ .w = *w };
	block_view(&v, &p, b->w, a, t);
	set_gains(&v, b->ones);
	if (w->dtype == DTYPE_INT8)
		make_scales(s, &v);
	packed_over(&s->model, &v, w->dtype, b->panels, s->scale, s->shift);
	params_free(&p);
	subject_start(s, b->seed);
}

void
subject_view(struct subject *s, const struct view *v, uint64_t seed,
	const struct workload *w)
{
	*s = (struct subject){ .w = *w };
	packed_init(&s->model, v, w->dtype, w->threads);
	subject_start(s, seed);
}

void
subject_free(struct subject *s)
{
	beam_free(&s->beam);
	decoder_free(&s->decoder);
	packed_free(&s->model);
	free(s->scale);
	free(s->shift);
	free(s->src);
	free(s->at);
	*s = (struct subject){ 0 };
}
