#include <string.h>
#include "packed.h"

/* One matrix: where it lies in the arena, and, if fill, its contents. */
struct packer {
	struct arena arena;
	int fill, threads;
	enum dtype dtype;
	const float *scale;      /* int8, where not filled: of every matrix */
	const int32_t *shift;
};

static struct packed
pack(struct packer *pk, const struct linear *l)
{
	int n = packed_panels(l->out);
	size_t size = packed_size(pk->dtype, PANEL, l->in);
	struct packed p = { pk->dtype, l->out, l->in, l->b, NULL, pk->scale,
		pk->shift };
	char *to = arena_get(&pk->arena, (size_t)n, size);
	float *scale = NULL;
	int32_t *shift = NULL;

	p.panels = to;
	if (pk->dtype == DTYPE_INT8 && !pk->scale) {
		p.scale = scale = arena_floats(&pk->arena, (size_t)n * PANEL);
		p.shift = shift = arena_get(&pk->arena, (size_t)n * PANEL,
			sizeof *shift);
	}
	if (!pk->fill)
		return p;
	_Pragma("omp parallel for num_threads(pk->threads)")
	for (int i = 0; i < n; i++)
		panel_pack(pk->dtype, l->out, l->in, l->w, (size_t)l->ld, i,
			to + (size_t)i * size, scale ? scale + i * PANEL :
			NULL, shift ? shift + i * PANEL : NULL);
	return p;
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
pack_all(struct packed_model *m, struct packer *pk, const struct view *v)
{
	struct linear output = { v->output, NULL, v->ld_output,
		v->task.tgt_vocab, v->arch.decoder_embed_dim };

	*m = (struct packed_model){ .arch = v->arch, .task = v->task,
		.dtype = pk->dtype, .src_table = v->src_table,
		.tgt_table = v->tgt_table, .ld_src = v->ld_src,
		.ld_tgt = v->ld_tgt };
	pack_layers(m, pk, v);
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

void
packed_init(struct packed_model *m, const struct view *v, enum dtype dtype,
	int threads)
{
	size_t size = packed_bytes(v, dtype);
	struct packer pk = { .arena = { .base = xreserve(size), .size = size },
		.fill = 1, .threads = threads, .dtype = dtype };

	pack_all(m, &pk, v);
	m->block = pk.arena.base;
}

void
packed_free(struct packed_model *m)
{
	if (m->block)
		xrelease(m->block, m->bytes + PANELS_SLACK);
	*m = (struct packed_model){ 0 };
}
