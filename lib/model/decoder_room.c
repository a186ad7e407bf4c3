/* The memory of a decoder: all of it in one arena. */
#include "pairs.h"
#include "share.h"
#include "sizes.h"

/* Floats that one thread needs for itself, whatever it works at. */
static size_t
scratch_size(const struct packed_model *m, const struct room *r)
{
	int head = 1, rows = r->sentences * r->beam;
	size_t need, keys = z(round_lanes(3 * r->max_src));

	for (int i = 0; i < m->arch.encoder_layer_num; i++)
		head = larger(head, m->arch.qkv_dim / m->encoder[i].heads);
	need = z(round_lanes(r->max_src)) * z(head + QUERIES);
	if (need < z(rows) * CHUNK_LD)
		need = z(rows) * CHUNK_LD;
	if (need < keys * z(r->beam))
		need = keys * z(r->beam);
	if (need < z(r->steps))
		need = z(r->steps);
	return z(round_lanes((int)(need / LANES) + 1)) * LANES;
}

/* Bytes that one thread needs for the columns of a product. */
static size_t
quant_size(const struct packed_model *m, const struct room *r, int ffn)
{
	const struct arch *a = &m->arch;
	int rows = r->sentences * r->beam, e = a->encoder_embed_dim;
	int width = larger(larger(a->decoder_embed_dim, a->qkv_dim), ffn);
	size_t need = columns_bytes(m->dtype, 3 * r->src_tokens, e);
	size_t other = columns_bytes(m->dtype, larger(rows, r->src_tokens),
		larger(width, e));

	return z(round_lanes((int)((need > other ? need : other) / 64) + 1)) *
		64;
}

static int
widest_ffn(const struct arch *a)
{
	int f = 1;

	for (int i = 0; i < a->encoder_layer_num; i++)
		f = larger(f, a->encoder_ffn_embed_dim[i]);
	for (int i = 0; i < a->decoder_layer_num; i++)
		f = larger(f, a->decoder_ffn_embed_dim[i]);
	return f;
}

static void
layout_encoder(struct decoder *d, const struct arch *a, const struct room *r)
{
	int rows = larger(r->src_tokens, r->sentences * r->beam);
	int width = larger(a->encoder_embed_dim, a->decoder_embed_dim);
	size_t q = z(a->qkv_dim), t = z(r->src_tokens);

	d->src_at = arena_get(&d->arena, z(r->sentences + 1), sizeof(int));
	d->key_at = arena_get(&d->arena, z(r->sentences + 1), sizeof(int));
	d->x = arena_floats(&d->arena, z(rows) * z(width));
	d->y = arena_floats(&d->arena, z(rows) * z(width));
	d->z = arena_floats(&d->arena, z(rows) * z(width));
	d->stats = arena_floats(&d->arena, z(rows) * 2);
	d->h = arena_floats(&d->arena, z(rows) * z(widest_ffn(a)));
	d->ctx = arena_floats(&d->arena, z(rows) * q);
	d->qkv = arena_floats(&d->arena, z(rows) * 3 * q);
	d->memory = arena_floats(&d->arena, 3 * t * z(a->encoder_embed_dim));
	d->kv = arena_floats(&d->arena, 3 * t * 2 * q);
	d->layer_keys = (3 * t + z(r->sentences) * LANES) * q;
	d->keys = arena_floats(&d->arena, d->layer_keys *
		z(a->decoder_layer_num));
	d->values = arena_floats(&d->arena, d->layer_keys *
		z(a->decoder_layer_num));
}

static void
layout_rows(struct decoder *d, const struct packed_model *m,
	const struct room *r)
{
	const struct arch *a = &m->arch;
	size_t rows = z(r->sentences) * z(r->beam);
	size_t lists = rows * z(d->follows);

	d->group_at = arena_get(&d->arena, z(r->sentences + 1), sizeof(int));
	d->group = arena_get(&d->arena, z(r->sentences), sizeof(int));
	for (int i = 0; i < 2; i++)
		d->past[i] = arena_get(&d->arena, rows * z(r->steps),
			sizeof(int));
	d->chunk_lse = arena_floats(&d->arena, rows *
		z(chunk_count(m->task.tgt_vocab)));
	d->best = arena_floats(&d->arena, z(d->team.threads) * lists);
	d->best_id = arena_get(&d->arena, z(d->team.threads) * lists, sizeof(int));
	d->eos_logit = arena_floats(&d->arena, rows);
	d->eos_logp = arena_floats(&d->arena, rows);
	d->follow = arena_get(&d->arena, lists, sizeof *d->follow);
	d->scratch_floats = scratch_size(m, r);
	d->scratch = arena_floats(&d->arena, z(d->team.threads) *
		d->scratch_floats);
	d->quant_bytes = quant_size(m, r, widest_ffn(a));
	d->quants = arena_get(&d->arena, z(d->team.threads), d->quant_bytes);
	d->layer_cache = z(r->steps) * rows * 3 * z(a->qkv_dim);
	d->cache = arena_floats(&d->arena, d->layer_cache *
		z(a->decoder_layer_num));
}

static void
layout(struct decoder *d, const struct packed_model *m, const struct room *r)
{
	const struct task *t = &m->task;
	size_t positions = z(larger(r->max_src, r->steps) + POSITION_FIRST);

	d->arena.used = 0;
	d->m = m;
	d->room = *r;
	d->follows = 2 * r->beam + 2;
	d->positions[0] = arena_floats(&d->arena, positions *
		z(t->super_encoder_embed_dim));
	d->positions[1] = arena_floats(&d->arena, positions *
		z(t->super_decoder_embed_dim));
	layout_encoder(d, &m->arch, r);
	layout_rows(d, m, r);
	arena_get(&d->arena, NUM_SLACK, 1);
}

size_t
decoder_bytes(const struct packed_model *m, int threads, const struct room *r)
{
	struct decoder d = { .team.threads = threads };

	layout(&d, m, r);
	return d.arena.used;
}

void
decoder_init(struct decoder *d, const struct packed_model *m, int threads,
	const struct room *r)
{
	const struct task *t = &m->task;
	int positions = larger(r->max_src, r->steps) + POSITION_FIRST;

	*d = (struct decoder){ .k = kernels_best() };
	d->arena.size = decoder_bytes(m, threads, r);
	d->arena.base = xreserve(d->arena.size);
	team_init(&d->team, threads);
	layout(d, m, r);
	positions_fill(d->positions[0], positions, t->super_encoder_embed_dim);
	positions_fill(d->positions[1], positions, t->super_decoder_embed_dim);
}

void
decoder_free(struct decoder *d)
{
	if (!d->arena.base)
		return;
	team_free(&d->team);
	xrelease(d->arena.base, d->arena.size);
	*d = (struct decoder){ 0 };
}
