#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
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
	enum dtype dtype;        /* of matrices without codebooks */
	const struct packed_rows *rows;   /* where not filled, of all */
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
	const struct packed *to;
	const struct linear *l;
	const struct coded *part;   /* [l->parts] its codebooks, or NULL */
	int each, first;            /* rows of a part */
};

/* What is in codebooks of too many entries is made numbers of, by the panel. */
static void
fill_from_codes(const struct panel_job *f, int p, char *to, float *scale,
	int32_t *shift)
{
	int rows = f->l->out - p * PANEL, k = f->l->in;
	float *w = xmalloc(PANEL * (size_t)k * sizeof *w);

	rows = rows < PANEL ? rows : PANEL;
	for (int i = 0; i < rows; i++) {
		int r = p * PANEL + i;
		coded_row(&f->part[r / f->each], r % f->each, k, w +
			(size_t)i * (size_t)k);
	}
	panel_pack(f->to->dtype, rows, k, w, (size_t)k, 0, to, scale, shift);
	free(w);
}

static void
fill_panel(void *arg, int i, int me)
{
	const struct panel_job *f = arg;
	const struct packed *w = f->to;
	int p = f->first + i, row = p * PANEL;
	char *to = (char *)w->panels + (size_t)p * panels_bytes(w->dtype,
		PANEL, w->k);
	float *scale = w->scale ? (float *)w->scale + row : NULL;
	int32_t *shift = w->shift ? (int32_t *)w->shift + row : NULL;

	(void)me;
	if (w->dtype == DTYPE_KMEANS4)
		panel_pack_coded(f->part, f->each, w->rows, w->k, p, w->tables,
			w->table_rows, to, shift);
	else if (f->part)
		fill_from_codes(f, p, to, scale, shift);
	else
		panel_pack(w->dtype, w->rows, w->k, f->l->w, (size_t)f->l->ld,
			p, to, scale, shift);
}

static void
fill_panels(struct packer *pk, struct panel_job *f)
{
	const struct linear *l = f->l;
	int n = packed_panels(l->out);
	size_t rows = PANEL * (size_t)l->ld;
	int some = 1 + (int)(PIECE / (rows * sizeof(float) + 1)) *
		pk->team->threads;

	for (int from = 0; from < n; from += some) {
		int last = from + some < n ? from + some : n;
		f->first = from;
		team_for(pk->team, last - from, fill_panel, f);
		size_t at = (size_t)from * rows, end = (size_t)last * rows;
		if (end > (size_t)l->out * (size_t)l->ld)
			end = (size_t)l->out * (size_t)l->ld;
		if (pk->consume && !l->coded)
			xforget(l->w + at, (end - at) * sizeof *l->w);
	}
}

/* Tables of bytes from the codebooks, and what a byte is worth in each row. */
static void
fill_tables(const struct panel_job *f)
{
	const struct packed *w = f->to;
	int8_t *table = (int8_t *)w->tables;
	float *scale = (float *)w->scale, entry[1 << CODED_BITS_MAX];

	for (int row = 0; row < w->rows; table += TABLE_BYTES) {
		const struct coded *c = &f->part[row / f->each];
		int end = row + w->table_rows;
		coded_book(c, row % f->each, entry);
		float worth = table_make(entry, 1 << c->bits, table);
		for (; row < end && row < w->rows; row++)
			scale[row] = worth;
	}
}

/* Where the type wants codebooks and there are none, they are made. */
static void
fill(struct packer *pk, const struct linear *l, const struct packed *to)
{
	int bits = pk->dtype == DTYPE_KMEANS4 ? 4 :
		pk->dtype == DTYPE_KMEANS8 ? 8 : 0;
	int each = l->out / l->parts;
	struct coded made[2];
	struct panel_job f = { to, l, l->coded, each, 0 };

	for (int i = 0; bits && !l->coded && i < l->parts; i++) {
		made[i] = coded_make(FIT_BINS, bits, 0, each, l->in, l->w +
			(size_t)(i * each) * (size_t)l->ld, (size_t)l->ld);
		f.part = made;
	}
	if (to->dtype == DTYPE_KMEANS4)
		fill_tables(&f);
	fill_panels(pk, &f);
	for (int i = 0; i < l->parts; i++)
		if (f.part == made)
			coded_free(&made[i]);
		else if (f.part && pk->consume)
			xforget(f.part[i].indices, coded_bytes(&f.part[i]));
}

static enum dtype
form_of(const struct packer *pk, const struct linear *l)
{
	int bits = 0;

	for (int i = 0; l->coded && i < l->parts; i++)
		bits = l->coded[i].bits > bits ? l->coded[i].bits : bits;
	return !bits ? dtype_form(pk->dtype) : bits <= 4 ? DTYPE_KMEANS4 :
		DTYPE_INT8;
}

static struct packed
pack(struct packer *pk, const struct linear *l)
{
	size_t n = (size_t)packed_panels(l->out);
	struct packed w = { .dtype = form_of(pk, l), .rows = l->out,
		.k = l->in, .bias = keep(pk, l->b, l->out),
		.table_rows = l->out / l->parts };

	for (int i = 0; l->coded && i < l->parts; i++)
		if (l->coded[i].per_row)
			w.table_rows = 1;
	w.panels = arena_get(&pk->arena, n, panels_bytes(w.dtype, PANEL,
		l->in));
	if (w.dtype >= DTYPE_INT8 && pk->rows) {
		w.scale = pk->rows->scale;
		w.shift = pk->rows->shift;
		w.tables = pk->rows->tables;
	} else if (w.dtype >= DTYPE_INT8) {
		w.scale = arena_floats(&pk->arena, n * PANEL);
		w.shift = arena_get(&pk->arena, n * PANEL, sizeof *w.shift);
		if (w.dtype == DTYPE_KMEANS4)
			w.tables = arena_get(&pk->arena, (size_t)(l->out /
				w.table_rows), TABLE_BYTES);
	}
	if (pk->fill)
		fill(pk, l, &w);
	return w;
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
		v->task.tgt_vocab, v->arch.decoder_embed_dim, 1,
		v->coded_output };

	*m = (struct packed_model){ .arch = v->arch, .task = v->task,
		.coded = { v->coded[ENCODER], v->coded[DECODER] } };
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
	if (pk->consume == CONSUME_USED_UP && v->task.share_all_embeddings &&
	    (m->table[ENCODER] || m->coded[ENCODER]))
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
	void *block, const struct packed_rows *rows)
{
	struct packer pk = { .arena = { .base = block,
		.size = packed_bytes(v, dtype) }, .dtype = dtype,
		.rows = rows };

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

/* n numbers, step apart. */
static void
gather(float *x, int n, const float *from, size_t step)
{
	for (int i = 0; i < n; i++, from += step)
		x[i] = *from;
}

void
packed_embedding(const struct packed_model *m, enum stack s, int id, int n,
	float *x)
{
	size_t row = (size_t)id;

	if (m->coded[s])
		coded_row(m->coded[s], id, n, x);
	else if (m->table[s])
		memcpy(x, m->table[s] + row * (size_t)m->ld_table[s],
			(size_t)n * sizeof *x);
	else
		gather(x, n, (const float *)m->output.panels + row / PANEL *
			PANEL * (size_t)m->output.k + row % PANEL, PANEL);
}

void
packed_free(struct packed_model *m)
{
	if (m->owned)
		xrelease(m->owned, m->bytes + PANELS_SLACK);
	*m = (struct packed_model){ 0 };
}
