/* The memory of a decoder: all of it in one arena. */
#include "pairs.h"
#include "share.h"
#include "sizes.h"
#include "step.h"

static size_t
most(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* Floats that one thread needs for itself, whatever it works at. */
static size_t
scratch_size(const struct packed_model *m, const struct room *r)
{
	int head = 1, rows = r->sentences * r->beam;
	size_t need, keys = z(round_lanes(MEMORIES * r->max_src));

	for (int i = 0; i < m->blocks[ENCODER]; i++) {
		const struct packed_block *b = &m->block[ENCODER][i];
		if (b->heads)
			head = larger(head, b->inner / b->heads);
	}
	need = z(round_lanes(r->max_src)) * z(head + QUERIES);
	need = most(need, z(rows) * CHUNK_LD);
	need = most(need, keys * z(r->beam));
	need = most(need, z(r->steps));
	return (need / LANES + LANES) / LANES * LANES * LANES;
}

/* Bytes that one thread needs for the columns of a product. */
static size_t
quant_size(const struct packed_model *m, const struct room *r)
{
	int rows = larger(r->sentences * r->beam, r->src_tokens);
	size_t need = columns_bytes(m->dtype, rows, m->output.k);

	for (int s = 0; s < STACKS; s++)
		for (int i = 0; i < m->blocks[s]; i++) {
			const struct packed_block *b = &m->block[s][i];
			for (int k = 0; k < b->kind->matrices; k++)
				need = most(need, columns_bytes(m->dtype,
					k == b->kind->from_memory ? MEMORIES *
					r->src_tokens : rows, b->matrix[k].k));
		}
	return (need / 64 + LANES) / LANES * LANES * 64;
}

/* The most rows that a matrix of any block has. */
static int
widest_product(const struct packed_model *m)
{
	int widest = 1;

	for (int s = 0; s < STACKS; s++)
		for (int i = 0; i < m->blocks[s]; i++)
			for (int k = 0; k < m->block[s][i].kind->matrices; k++)
				widest = larger(widest,
					m->block[s][i].matrix[k].rows);
	return widest;
}

static void
layout_encoder(struct decoder *d, const struct packed_model *m,
	const struct room *r)
{
	const struct arch *a = &m->arch;
	int rows = larger(r->src_tokens, r->sentences * r->beam);
	int width = larger(a->encoder_embed_dim, a->decoder_embed_dim);
	size_t q = z(a->qkv_dim), t = MEMORIES * z(r->src_tokens);

	d->src_at = arena_get(&d->arena, z(r->sentences + 1), sizeof(int));
	d->key_at = arena_get(&d->arena, z(r->sentences + 1), sizeof(int));
	d->x = arena_floats(&d->arena, z(rows) * z(width));
	d->z = arena_floats(&d->arena, z(rows) * z(width));
	d->stats = arena_floats(&d->arena, z(rows) * 2);
	d->wide = arena_floats(&d->arena, z(rows) * z(widest_product(m)));
	d->ctx = arena_floats(&d->arena, z(rows) * q);
	d->memory = arena_floats(&d->arena, t * z(a->encoder_embed_dim));
	d->kv = arena_floats(&d->arena, t * 2 * q);
}

static void
layout_rows(struct decoder *d, const struct packed_model *m,
	const struct room *r)
{
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
	d->quant_bytes = quant_size(m, r);
	d->quants = arena_get(&d->arena, z(d->team.threads), d->quant_bytes);
	for (int i = 0; i < m->blocks[DECODER]; i++) {
		const struct packed_block *b = &m->block[DECODER][i];
		d->cache[i] = arena_floats(&d->arena, b->step->cache(b, r));
	}
}

static void
layout(struct decoder *d, const struct packed_model *m, const struct room *r)
{
	const struct task *t = &m->task;
	d->arena.used = 0;
	d->m = m;
	d->room = *r;
	d->follows = 2 * r->beam + 2;
	d->positions[0] = arena_floats(&d->arena, z(r->max_src +
		POSITION_FIRST) * z(t->super_encoder_embed_dim));
	d->positions[1] = arena_floats(&d->arena, z(r->steps +
		POSITION_FIRST) * z(t->super_decoder_embed_dim));
	layout_encoder(d, m, r);
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
	const struct room *r, const struct kernels *k)
{
	*d = (struct decoder){ .k = k };
	d->arena.size = decoder_bytes(m, threads, r);
	d->arena.base = xreserve(d->arena.size);
	team_init(&d->team, threads);
	layout(d, m, r);
	positions_fill(d->positions[0], 0, r->max_src + POSITION_FIRST,
		m->task.super_encoder_embed_dim);
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
