#include <string.h>
#include "base/team.h"
#include "num/conv.h"
#include "packed.h"
#include "step.h"

/* Lays out the arena and, where fill, copies to it; then what has been copied
 * of a block to be consumed is given back piece by piece, so that at no time
 * there are two of all. */
struct packer {
	struct arena arena;
	int fill, consume;
	struct team *team;       /* where fill */
	enum dtype dtype;
	const float *scale;      /* int8, where not filled: of every matrix */
	const int32_t *shift;
};

/* Bytes of a matrix from which on a part of it is given back: fewer would
 * cost more calls than they are worth. */
enum { PIECE = 1 << 20 };

enum { CONSUME_NOT, CONSUME_USED_UP, CONSUME_ALL };

/* A vector of the view, or a copy of it. */
static float *
keep(struct packer *pk, float *from, int n)
{
	float *to = arena_floats(&pk->arena, from ? (size_t)n : 0);

	if (!pk->fill || !from)
		return from;
	return memcpy(to, from, (size_t)n * sizeof *to);
}

/* Panels of a matrix for those who fill them, from the panel first on. */
struct panel_job {
	enum dtype dtype;
	const struct linear *l;
	int first;
	size_t size;             /* bytes of one */
	char *to;
	float *scale;
	int32_t *shift;
};

static void
fill_panel(void *arg, int i, int me)
{
	const struct panel_job *f = arg;
	int p = f->first + i;

	(void)me;
	panel_pack(f->dtype, f->l->out, f->l->in, f->l->w, (size_t)f->l->ld, p,
		f->to + (size_t)p * f->size,
		f->scale ? f->scale + p * PANEL : NULL,
		f->shift ? f->shift + p * PANEL : NULL);
}

static void
fill_panels(struct packer *pk, const struct linear *l, char *to, float *scale,
	int32_t *shift)
{
	int n = packed_panels(l->out);
	size_t rows = PANEL * (size_t)l->ld;
	int some = 1 + (int)(PIECE / (rows * sizeof(float) + 1)) *
		pk->team->threads;
	struct panel_job f = { pk->dtype, l, 0, panels_bytes(pk->dtype, PANEL,
		l->in), to, scale, shift };

	for (int from = 0; from < n; from += some) {
		int last = from + some < n ? from + some : n;
		f.first = from;
		team_for(pk->team, last - from, fill_panel, &f);
		size_t at = (size_t)from * rows, end = (size_t)last * rows;
		if (end > (size_t)l->out * (size_t)l->ld)
			end = (size_t)l->out * (size_t)l->ld;
		if (pk->consume)
			xforget(l->w + at, (end - at) * sizeof *l->w);
	}
}

static struct packed
pack(struct packer *pk, const struct linear *l)
{
	size_t n = (size_t)packed_panels(l->out);
	char *to = arena_get(&pk->arena, n, panels_bytes(pk->dtype, PANEL,
		l->in));
	float *scale = NULL;
	int32_t *shift = NULL;

	if (pk->dtype == DTYPE_INT8 && !pk->scale) {
		scale = arena_floats(&pk->arena, n * PANEL);
		shift = arena_get(&pk->arena, n * PANEL, sizeof *shift);
	}
	if (pk->fill)
		fill_panels(pk, l, to, scale, shift);
	return (struct packed){ pk->dtype, l->out, l->in,
		keep(pk, l->b, l->out), to, scale ? scale : pk->scale,
		shift ? shift : pk->shift };
}

/* The matrices that read the encoder's outputs, once a sentence, or the others,
 * in the order of a step. */
static void
pack_matrices(struct packed_model *m, struct packer *pk, const struct view *v,
	enum stack s, int from_memory)
{
	for (int i = 0; i < v->blocks[s]; i++) {
		const struct block *b = &v->block[s][i];
		for (int k = 0; k < b->kind->matrices; k++)
			if ((k == b->kind->from_memory) == from_memory)
				m->block[s][i].matrix[k] = pack(pk,
					&b->matrix[k]);
	}
}

/* The shares of a convolution's taps; not filled, they are what the arena
 * holds. */
static float *
keep_shares(struct packer *pk, const struct block *b)
{
	float *to = arena_floats(&pk->arena, (size_t)b->kernel *
		(size_t)b->channels);
	struct conv c = { .channels = b->channels, .heads = b->heads,
		.taps = b->kernel, .w = b->taps.w, .ldw = b->taps.ld };

	if (pk->fill && b->kernel)
		conv_shares(&c, to);
	return to;
}

static void
pack_blocks(struct packed_model *m, struct packer *pk, const struct view *v,
	enum stack s)
{
	m->blocks[s] = v->blocks[s];
	for (int i = 0; i < v->blocks[s]; i++) {
		const struct block *b = &v->block[s][i];
		m->block[s][i] = (struct packed_block){ .kind = b->kind,
			.step = step_of(b->kind), .layer = b->layer,
			.width = b->width, .inner = b->inner,
			.heads = b->heads, .segments = b->segments,
			.channels = b->channels, .kernel = b->kernel,
			.gated = b->gated, .shares = keep_shares(pk, b),
			.bias = keep(pk, b->bias, b->width),
			.norm = { keep(pk, b->norm.gain, b->width),
				keep(pk, b->norm.shift, b->width) } };
	}
	pack_matrices(m, pk, v, s, 1);
	pack_matrices(m, pk, v, s, 0);
}

static size_t
pack_all(struct packed_model *m, struct packer *pk, const struct view *v)
{
	struct linear output = { v->output, NULL, v->ld_output,
		v->task.tgt_vocab, v->arch.decoder_embed_dim };

	*m = (struct packed_model){ .arch = v->arch, .task = v->task,
		.dtype = pk->dtype };
	/* the output matrix is the table of both sides, if it has both's
	 * columns and all digits */
	if (!v->task.share_all_embeddings || pk->dtype != DTYPE_FP32 ||
	    v->arch.encoder_embed_dim > v->arch.decoder_embed_dim)
		for (enum stack s = ENCODER; s < STACKS; s++) {
			m->table[s] = v->table[s];
			m->ld_table[s] = v->ld_table[s];
		}
	pack_blocks(m, pk, v, ENCODER);
	pack_blocks(m, pk, v, DECODER);
	if (pk->consume == CONSUME_USED_UP && m->table[ENCODER] &&
	    v->task.share_all_embeddings)
		pk->consume = CONSUME_NOT;
	m->output = pack(pk, &output);
	m->bytes = pk->arena.used;
	arena_get(&pk->arena, PANELS_SLACK, 1);
	return pk->arena.used;
}

size_t
packed_bytes(const struct view *v, enum dtype dtype)
{
	struct packed_model m;
	struct packer count = { .dtype = dtype };

	return pack_all(&m, &count, v);
}

void
packed_over(struct packed_model *m, const struct view *v, enum dtype dtype,
	void *block, const float *scale, const int32_t *shift)
{
	struct packer pk = { .arena = { .base = block,
		.size = packed_bytes(v, dtype) }, .dtype = dtype,
		.scale = scale, .shift = shift };

	pack_all(m, &pk, v);
}

static void
init(struct packed_model *m, const struct view *v, enum dtype dtype,
	int threads, int consume)
{
	size_t size = packed_bytes(v, dtype);
	mem_want(size);
	struct team team;
	struct packer pk = { .arena = { .base = xreserve(size), .size = size },
		.fill = 1, .consume = consume, .team = &team, .dtype = dtype };

	team_init(&team, threads);
	pack_all(m, &pk, v);
	team_free(&team);
	m->owned = pk.arena.base;
}

void
packed_init(struct packed_model *m, const struct view *v, enum dtype dtype,
	int threads)
{
	init(m, v, dtype, threads, 0);
}

void
packed_take(struct packed_model *m, const struct view *v, int in_file,
	enum dtype dtype, int threads)
{
	init(m, v, dtype, threads, in_file ? CONSUME_ALL : CONSUME_USED_UP);
}

struct embedding
packed_embedding(const struct packed_model *m, enum stack s, int id)
{
	size_t row = (size_t)id;

	if (!m->table[s])
		return (struct embedding){ (const float *)m->output.panels +
			row / PANEL * PANEL * (size_t)m->output.k + row % PANEL,
			PANEL };
	return (struct embedding){ m->table[s] + row * (size_t)m->ld_table[s],
		1 };
}

void
packed_free(struct packed_model *m)
{
	if (m->owned)
		xrelease(m->owned, m->bytes + PANELS_SLACK);
	*m = (struct packed_model){ 0 };
}
