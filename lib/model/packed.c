#include <string.h>
#include "packed.h"

enum { COLUMNS = 16 };   /* of a row that are moved together: a cache line */

const char *const dtype_names[DTYPES] = { "fp32" };

static int
panel_count(int rows)
{
	return (rows + PANEL - 1) / PANEL;
}

static size_t
panel_floats(int k)
{
	return (size_t)k * PANEL;
}

/* Lays out the arena and, where fill, copies to it; then what has been copied
 * of a block to be consumed is given back piece by piece, so that at no time
 * there are two of all. */
struct packer {
	struct arena arena;
	int fill, consume, threads;
};

/* Bytes of a matrix from which on a part of it is given back: fewer would
 * cost more calls than they are worth. */
enum { PIECE = 1 << 20 };

static void
pack_panel(float *to, const struct linear *l, int first)
{
	int rows = l->out - first < PANEL ? l->out - first : PANEL;

	for (int from = 0; from < l->in; from += COLUMNS) {
		int n = l->in - from < COLUMNS ? l->in - from : COLUMNS;
		float *t = to + (size_t)from * PANEL;
		for (int r = 0; r < rows; r++) {
			const float *w = l->w + (size_t)(first + r) *
				(size_t)l->ld + from;
			for (int c = 0; c < n; c++)
				t[c * PANEL + r] = w[c];
		}
	}
}

/* A vector of the view, or a copy of it. */
static float *
keep(struct packer *pk, float *from, int n)
{
	float *to = arena_floats(&pk->arena, from ? (size_t)n : 0);

	if (!pk->fill || !from)
		return from;
	return memcpy(to, from, (size_t)n * sizeof *to);
}

static struct packed
pack(struct packer *pk, const struct linear *l)
{
	int n = panel_count(l->out);
	size_t panel = PANEL * (size_t)l->ld;
	int some = 1 + (int)(PIECE / (panel * sizeof(float) + 1)) *
		pk->threads;
	float *to = arena_floats(&pk->arena, (size_t)n * panel_floats(l->in));

	for (int from = 0; pk->fill && from < n; from += some) {
		int last = from + some < n ? from + some : n;
		_Pragma("omp parallel for num_threads(pk->threads)")
		for (int p = from; p < last; p++)
			pack_panel(to + (size_t)p * panel_floats(l->in), l,
				p * PANEL);
		size_t at = (size_t)from * panel, end = (size_t)last * panel;
		if (end > (size_t)l->out * (size_t)l->ld)
			end = (size_t)l->out * (size_t)l->ld;
		if (pk->consume)
			xforget(l->w + at, (end - at) * sizeof *l->w);
	}
	return (struct packed){ l->out, l->in, keep(pk, l->b, l->out), to };
}

static struct norm
keep_norm(struct packer *pk, struct norm from, int width)
{
	return (struct norm){ keep(pk, from.gain, width),
		keep(pk, from.shift, width) };
}

static void
pack_layers(struct packed_model *m, struct packer *pk, const struct view *v)
{
	int width = v->arch.decoder_embed_dim;

	for (int i = 0; i < v->arch.encoder_layer_num; i++) {
		const struct encoder_layer *l = &v->encoder[i];
		m->encoder[i] = (struct packed_encoder){ l->heads,
			pack(pk, &l->qkv), pack(pk, &l->out),
			pack(pk, &l->fc1), pack(pk, &l->fc2),
			keep_norm(pk, l->norm1, v->arch.encoder_embed_dim),
			keep_norm(pk, l->norm2, v->arch.encoder_embed_dim) };
	}
	for (int i = 0; i < v->arch.decoder_layer_num; i++) {
		const struct decoder_layer *l = &v->decoder[i];
		struct packed_decoder *d = &m->decoder[i];
		*d = (struct packed_decoder){ .heads = l->heads,
			.cross_heads = l->cross_heads,
			.segments = l->segments,
			.norm1 = keep_norm(pk, l->norm1, width),
			.norm2 = keep_norm(pk, l->norm2, width),
			.norm3 = keep_norm(pk, l->norm3, width) };
		d->kv = pack(pk, &l->kv);
		/* in the order of a step */
		d->qkv = pack(pk, &l->qkv);
		d->out = pack(pk, &l->out);
		d->q = pack(pk, &l->q);
		d->cross_out = pack(pk, &l->cross_out);
		d->fc1 = pack(pk, &l->fc1);
		d->fc2 = pack(pk, &l->fc2);
	}
}

static size_t
pack_all(struct packed_model *m, struct packer *pk, const struct view *v,
	enum dtype dtype)
{
	struct linear output = { v->output, NULL, v->ld_output,
		v->task.tgt_vocab, v->arch.decoder_embed_dim };

	*m = (struct packed_model){ .arch = v->arch, .task = v->task,
		.dtype = dtype };
	/* the output matrix is the table of both sides, if it has both's
	 * columns and all digits */
	if (!v->task.share_all_embeddings || dtype != DTYPE_FP32 ||
	    v->arch.encoder_embed_dim > v->arch.decoder_embed_dim) {
		m->src_table = v->src_table;
		m->tgt_table = v->tgt_table;
		m->ld_src = v->ld_src;
		m->ld_tgt = v->ld_tgt;
	}
	pack_layers(m, pk, v);
	pk->consume &= !v->task.share_all_embeddings || !m->src_table;
	m->output = pack(pk, &output);
	m->bytes = pk->arena.used;
	/* kernels fetch a little past the last panel */
	arena_get(&pk->arena, NUM_SLACK, 1);
	return pk->arena.used;
}

size_t
packed_bytes(const struct view *v, enum dtype dtype)
{
	struct packed_model m;
	struct packer count = { 0 };

	return pack_all(&m, &count, v, dtype);
}

void
packed_over(struct packed_model *m, const struct view *v, enum dtype dtype,
	void *block)
{
	struct packer pk = { .arena = { .base = block,
		.size = packed_bytes(v, dtype) } };

	pack_all(m, &pk, v, dtype);
}

static void
init(struct packed_model *m, const struct view *v, enum dtype dtype,
	int threads, int consume)
{
	size_t size = packed_bytes(v, dtype);
	struct packer pk = { { .base = xreserve(size), .size = size }, 1,
		consume, threads };

	pack_all(m, &pk, v, dtype);
	m->block = pk.arena.base;
}

void
packed_init(struct packed_model *m, const struct view *v, enum dtype dtype,
	int threads)
{
	init(m, v, dtype, threads, 0);
}

void
packed_take(struct packed_model *m, struct params *p, enum dtype dtype,
	int threads)
{
	struct view v;

	view_make(&v, p, p->w, &p->shape);
	init(m, &v, dtype, threads, 1);
	if (!m->src_table)
		params_drop(p);
}

struct embedding
packed_embedding(const struct packed_model *m, int side, int id)
{
	size_t row = (size_t)id;

	if (!m->src_table)
		return (struct embedding){ m->output.panels + row / PANEL *
			panel_floats(m->output.k) + row % PANEL, PANEL };
	if (side)
		return (struct embedding){ m->tgt_table + row * (size_t)m->ld_tgt,
			1 };
	return (struct embedding){ m->src_table + row * (size_t)m->ld_src, 1 };
}

void
packed_free(struct packed_model *m)
{
	if (m->block)
		xrelease(m->block, m->bytes + NUM_SLACK);
	*m = (struct packed_model){ 0 };
}
