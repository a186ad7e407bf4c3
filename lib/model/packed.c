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

/* One matrix: where it lies in the arena, and, if the arena has memory and w
 * is not NULL, its contents. */
struct packer {
	struct arena arena;
	int fill, threads;
};

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

static struct packed
pack(struct packer *pk, const struct linear *l)
{
	int n = panel_count(l->out);
	float *to = arena_floats(&pk->arena, (size_t)n * panel_floats(l->in));

	if (pk->fill) {
		_Pragma("omp parallel for num_threads(pk->threads)")
		for (int p = 0; p < n; p++)
			pack_panel(to + (size_t)p * panel_floats(l->in), l,
				p * PANEL);
	}
	return (struct packed){ l->out, l->in, l->b, to };
}

static void
pack_layers(struct packed_model *m, struct packer *pk, const struct view *v)
{
	for (int i = 0; i < v->arch.encoder_layer_num; i++) {
		const struct encoder_layer *l = &v->encoder[i];
		m->encoder[i] = (struct packed_encoder){ l->heads,
			pack(pk, &l->qkv), pack(pk, &l->out),
			pack(pk, &l->fc1), pack(pk, &l->fc2),
			l->norm1, l->norm2 };
	}
	for (int i = 0; i < v->arch.decoder_layer_num; i++) {
		const struct decoder_layer *l = &v->decoder[i];
		struct packed_decoder *d = &m->decoder[i];
		*d = (struct packed_decoder){ .heads = l->heads,
			.cross_heads = l->cross_heads,
			.segments = l->segments, .norm1 = l->norm1,
			.norm2 = l->norm2, .norm3 = l->norm3 };
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
		.dtype = dtype, .src_table = v->src_table,
		.tgt_table = v->tgt_table, .ld_src = v->ld_src,
		.ld_tgt = v->ld_tgt };
	pack_layers(m, pk, v);
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

void
packed_init(struct packed_model *m, const struct view *v, enum dtype dtype,
	int threads)
{
	size_t size = packed_bytes(v, dtype);
	struct packer pk = { { .base = xreserve(size), .size = size }, 1,
		threads };

	pack_all(m, &pk, v, dtype);
	m->block = pk.arena.base;
}

void
packed_free(struct packed_model *m)
{
	if (m->block)
		xrelease(m->block, m->bytes + NUM_SLACK);
	*m = (struct packed_model){ 0 };
}
