/* What is timed: a model, its decoder and sentences. */
#include <stdlib.h>
#include <string.h>
#include "base/memleft.h"
#include "base/rng.h"
#include "subject.h"
#include "text/pairs.h"

#ifndef SUBJECT_PIECE   /* fuzzing has fewer: nothing is timed there */
#define SUBJECT_PIECE (1 << 16)
#endif
enum {
	PIECE = SUBJECT_PIECE, POOL = 8 * PIECE,   /* floats */
	PAGE = 4096,
};

/* Bytes of the panels that a piece of random floats becomes. */
static size_t
piece_bytes(enum dtype t)
{
	return panels_bytes(dtype_form(t), PANEL, PIECE / PANEL);
}

/* Packs it; the scale is thrown away, the tables are kept. */
static void
pack_piece(struct random_block *b, const float *w, char *to)
{
	enum { COLS = PIECE / PANEL };
	float scale[PANEL];
	int32_t shift[PANEL];

	if (b->dtype != DTYPE_KMEANS4) {
		panel_pack(dtype_form(b->dtype), PANEL, COLS, w, COLS, 0, to,
			scale, shift);
		return;
	}
	struct coded c = coded_make(FIT_BINS, 4, 0, PANEL, COLS, w, COLS);
	float entry[TABLE_BYTES];
	coded_book(&c, 0, entry);
	for (int i = 0; i < 2; i++)
		table_make(entry, TABLE_BYTES, b->tables + i * TABLE_BYTES);
	panel_pack_coded(&c, PANEL, PANEL, COLS, 0, b->tables, PANEL, to,
		shift);
	coded_free(&c);
}

static void
release(struct random_block *b)
{
	if (b->panels != b->w)
		xrelease(b->panels, b->floats / PIECE * piece_bytes(b->dtype));
	xrelease(b->w, b->floats * sizeof(float));
}

/* Normals are slow to draw: a pool of them, over and over from anywhere. */
static void
fill_block(struct random_block *b)
{
	struct rng r = rng_stream(b->seed, RNG_MEASURED_WEIGHTS, 0);
	size_t bytes = piece_bytes(b->dtype);
	char *to = b->panels;

	for (size_t i = 0; i < b->floats && i < POOL; i++)
		b->w[i] = 0.04f * (float)rng_normal(&r);
	for (size_t i = POOL; i < b->floats; i += PIECE)
		memcpy(b->w + i, b->w + rng_below(&r, POOL - PIECE + 1),
			PIECE * sizeof(float));
	if (b->dtype == DTYPE_FP32)
		return;
	for (size_t i = 0; i < b->floats && i < POOL; i += PIECE)
		pack_piece(b, b->w + i, to + i / PIECE * bytes);
	for (size_t i = POOL; i < b->floats; i += PIECE)
		memcpy(to + i / PIECE * bytes, to + LINE * rng_below(&r,
			(POOL / PIECE - 1) * bytes / LINE + 1), bytes);
}

void
random_block_grow(struct random_block *b, size_t floats)
{

	if (!b->ones) {
		b->ones = xaligned(sizeof(float) * (WIDTH_MAX + PANEL));
		for (int i = 0; i < WIDTH_MAX + PANEL; i++)
			b->ones[i] = 1;
	}
	if (floats <= b->floats)
		return;
	release(b);
	/* well more, so as not to grow for every record, if there is plenty */
	size_t more = b->floats / 2 * 3;
	if (floats < more && !mem_lacks(2 * block_bytes(more, b->dtype), NULL))
		floats = more;
	b->floats = (floats + PIECE - 1) / PIECE * PIECE;
	mem_want((size_t)block_bytes(b->floats, b->dtype));
	b->w = b->panels = xreserve(b->floats * sizeof(float));
	if (b->dtype != DTYPE_FP32)
		b->panels = xreserve(b->floats / PIECE * piece_bytes(b->dtype));
	fill_block(b);
}

void
random_block_free(struct random_block *b)
{
	release(b);
	free(b->ones);
	*b = (struct random_block){ 0 };
}

static void
draw_words(struct subject *s, uint64_t seed)
{
	struct rng r = rng_stream(seed, RNG_MEASURED_WORDS, 0);
	const struct workload *w = s->w;
	int n = w->at[w->batches], tokens = 0, at = 0, to = 0;
	int vocab = s->model.task.src_vocab;
	int first = vocab > IDS_SPECIAL ? IDS_SPECIAL : ID_UNK;

	for (int i = 0; i < n; i++)
		tokens += w->src[i];
	s->src = xcalloc((size_t)tokens, sizeof *s->src);
	s->at = xcalloc((size_t)(n + w->batches), sizeof *s->at);
	for (int b = 0; b < w->batches; b++) {
		s->at[at++] = to;
		for (int i = w->at[b]; i < w->at[b + 1]; i++) {
			for (int k = 0; k < w->src[i] - 1; k++)
				s->src[to++] = first + (int)rng_below(&r,
					(uint64_t)(vocab - first));
			s->src[to++] = ID_EOS;
			s->at[at++] = to;
		}
	}
}

/* No page shall be used for the first time while it is timed. */
static void
touch(const struct arena *a)
{
	for (size_t i = 0; i < a->size; i += PAGE) {
		volatile char *c = a->base + i;
		*c = *c;
	}
}

/* Room for the largest of all batches. */
static struct room
room_of(const struct workload *w)
{
	struct room r = { .beam = w->beam };

	for (int b = 0; b < w->batches; b++) {
		int n = w->at[b + 1] - w->at[b], tokens = 0;
		int steps = workload_steps(w, b);
		for (int i = w->at[b]; i < w->at[b + 1]; i++) {
			tokens += w->src[i];
			r.max_src = w->src[i] > r.max_src ? w->src[i] :
				r.max_src;
		}
		r.sentences = n > r.sentences ? n : r.sentences;
		r.src_tokens = tokens > r.src_tokens ? tokens : r.src_tokens;
		r.steps = steps > r.steps ? steps : r.steps;
	}
	return r;
}

/* </s> not before a sentence's end. */
static void
subject_start(struct subject *s, uint64_t seed)
{
	const struct workload *w = s->w;
	struct beam_options o = { .beam = w->beam, .lenpen = 1 };
	struct room r = room_of(w);

	o.max_len_b = o.min_len = r.steps - 1;
	s->decoder = decoder_init(w->device, &s->model, w->threads, &r, w->k);
	beam_init(&s->beam, s->decoder, &o);
	touch(&s->decoder->arena);
	touch(&s->beam.arena);
	draw_words(s, seed);
}

void
subject_encode(struct subject *s, int b)
{
	const struct workload *w = s->w;
	int from = w->at[b], n = w->at[b + 1] - from;

	beam_start(&s->beam, s->src, s->at + from + b, n);
	for (int i = 0; i < n; i++)
		s->beam.max_len[i] = w->tgt[from + i] - 1;
}

void
subject_pin(struct subject *s, const cpu_set_t *cpus)
{
	const struct team *team = s->decoder->team;

	for (int i = 0; i < team->threads; i++) {
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET(cpus_nth(cpus, i), &one);
		pthread_setaffinity_np(i ? team->thread[i - 1] :
			pthread_self(), sizeof one, &one);
	}
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
subject_floats(const struct arch *a, const struct task *t, enum dtype dtype)
{
	struct params p;
	struct view v;
	static float nowhere;

	block_view(&v, &p, &nowhere, a, t);
	size_t floats = (packed_bytes(&v, dtype) / piece_bytes(dtype) + 1) *
		PIECE;
	size_t plain = p.count + NUM_SLACK;
	params_free(&p);
	return floats > plain ? floats : plain;
}

double
block_bytes(size_t floats, enum dtype dtype)
{
	double panels = dtype == DTYPE_FP32 ? 0 :
		(double)(floats / PIECE + 1) * (double)piece_bytes(dtype);

	return (double)floats * sizeof(float) + panels;
}

double
subject_bytes(const struct arch *a, const struct task *t,
	const struct workload *w, size_t *weights, double *own)
{
	struct packed_model m;
	struct params p;
	struct view v;
	struct room r = room_of(w);
	static float nowhere;

	block_view(&v, &p, &nowhere, a, t);
	packed_over(&m, &v, w->dtype, NULL, NULL);
	params_free(&p);
	*weights = m.bytes;
	*own = w->device->apart ? w->device->own_bytes(w->device, &m, &r) : 0;
	return (double)decoder_bytes(w->device, &m, w->threads, &r) +
		(double)beam_bytes(&r);
}

/* Random gains would shrink what passes through them. */
static void
set_gains(struct view *v, float *ones)
{
	for (int s = 0; s < STACKS; s++)
		for (int i = 0; i < v->blocks[s]; i++)
			v->block[s][i].norm.gain = ones;
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
	int most = s->w->dtype == DTYPE_KMEANS4 ? TABLE_MOST : 127;
	for (size_t i = 0; i < n; i++)
		s->scale[i] = 0.04f * 3 / (float)most;
}

void
subject_random(struct subject *s, const struct random_block *b,
	const struct arch *a, const struct task *t, const struct workload *w)
{
	struct params p;
	struct view v;

	*s = (struct subject){ .w = w };
	block_view(&v, &p, b->w, a, t);
	set_gains(&v, b->ones);
	if (w->dtype >= DTYPE_INT8)
		make_scales(s, &v);
	struct packed_rows rows = { s->scale, s->shift, b->tables };
	packed_over(&s->model, &v, w->dtype, b->panels, &rows);
	params_free(&p);
	subject_start(s, b->seed);
}

void
subject_view(struct subject *s, const struct view *v, uint64_t seed,
	const struct workload *w)
{
	*s = (struct subject){ .w = w };
	packed_init(&s->model, v, w->dtype, w->threads);
	subject_start(s, seed);
}

void
subject_free(struct subject *s)
{
	beam_free(&s->beam);
	decoder_free(s->decoder);
	packed_free(&s->model);
	free(s->scale);
	free(s->shift);
	free(s->src);
	free(s->at);
	*s = (struct subject){ 0 };
}
