/* The memory of a decoder: all of it in one arena. */
#include <stdlib.h>
#include "model/sizes.h"
#include "share.h"
#include "step.h"
#include "text/pairs.h"

/* Floats that one thread needs for itself, whatever it works at; in lines that
 * it does not share. */
static size_t
scratch_size(const struct packed_model *m, const struct room *r)
{
	int head = 1, rows = r->sentences * r->beam;
	size_t need;

	for (int i = 0; i < m->blocks[ENCODER]; i++) {
		const struct packed_block *b = &m->block[ENCODER][i];
		if (b->heads)
			head = larger(head, b->inner / b->heads);
	}
	need = size(decode_keys_ld(r->max_src)) * size(head) +
		decode_attend_scratch(r->max_src, r->max_src);
	need = most(need, size(rows) * LOGITS_LD);
	need = most(need, decode_attend_scratch(r->beam,
		MEMORIES * r->max_src));
	need = most(need, size(r->steps));
	return (need / LINE + 2) * LINE;
}

/* Bytes that one thread needs for the columns of a product. */
static size_t
quant_size(const struct packed_model *m, const struct room *r)
{
	int rows = larger(r->sentences * r->beam, r->src_tokens);
	size_t need = columns_bytes(m->output.dtype, rows, m->output.k);

	for (enum stack s = ENCODER; s < STACKS; s++)
		for (int i = 0; i < m->blocks[s]; i++) {
			const struct packed_block *b = &m->block[s][i];
			for (int k = 0; k < b->kind->matrices; k++)
				need = most(need, columns_bytes(
					b->matrix[k].dtype,
					k == b->kind->from_memory ? MEMORIES *
					r->src_tokens : rows, b->matrix[k].k));
		}
	return (need / LINE + 2) * LINE;
}

/* The most rows that a matrix of any block has. */
static int
widest_product(const struct packed_model *m)
{
	int widest = 1;

	for (enum stack s = ENCODER; s < STACKS; s++)
		for (int i = 0; i < m->blocks[s]; i++)
			for (int k = 0; k < m->block[s][i].kind->matrices; k++)
				widest = larger(widest,
					m->block[s][i].matrix[k].rows);
	return widest;
}

static void
layout_encoder(struct cpu *d, const struct packed_model *m,
	const struct room *r)
{
	const struct arch *a = &m->arch;
	int rows = larger(r->src_tokens, r->sentences * r->beam);
	int width = larger(a->encoder_embed_dim, a->decoder_embed_dim);
	size_t q = size(a->qkv_dim), t = MEMORIES * size(r->src_tokens);
	struct arena *room = &d->face.arena;

	d->src_at = arena_get(room, size(r->sentences + 1), sizeof(int));
	d->key_at = arena_get(room, size(r->sentences + 1), sizeof(int));
	d->x = arena_floats(room, size(rows) * size(width));
	d->z = arena_floats(room, size(rows) * size(width));
	d->stats = arena_floats(room, size(rows) * 2);
	d->wide = arena_floats(room, size(rows) * size(widest_product(m)));
	d->ctx = arena_floats(room, size(rows) * q);
	d->memory = arena_floats(room, t * size(a->encoder_embed_dim));
	d->kv = arena_floats(room, t * 2 * q);
}

static void
layout_rows(struct cpu *d, const struct packed_model *m,
	const struct room *r)
{
	size_t rows = size(r->sentences) * size(r->beam);
	size_t lists = rows * size(d->face.follows);
	struct arena *room = &d->face.arena;

	d->group_at = arena_get(room, size(r->sentences + 1), sizeof(int));
	d->group = arena_get(room, size(r->sentences), sizeof(int));
	for (int i = 0; i < 2; i++)
		d->past[i] = arena_get(room, rows * size(r->steps),
			sizeof(int));
	d->chunk_lse = arena_floats(room, rows *
		size(decode_chunks(m->task.tgt_vocab)));
	d->best = arena_floats(room, size(d->team.threads) * lists);
	d->best_id = arena_get(room, size(d->team.threads) * lists,
		sizeof *d->best_id);
	d->eos_logit = arena_floats(room, rows);
	d->face.eos_logp = arena_floats(room, rows);
	d->face.follow = arena_get(room, lists, sizeof *d->face.follow);
	d->scratch_floats = scratch_size(m, r);
	d->scratch = arena_floats(room, size(d->team.threads) *
		d->scratch_floats);
	d->quant_bytes = quant_size(m, r);
	d->quants = arena_get(room, size(d->team.threads), d->quant_bytes);
	for (int i = 0; i < m->blocks[DECODER]; i++) {
		const struct packed_block *b = &m->block[DECODER][i];
		d->cache[i] = arena_floats(room, b->step->cache ?
			b->step->cache(b, r) : 0);
	}
}

static void
layout(struct cpu *d, const struct packed_model *m, const struct room *r)
{
	const struct task *t = &m->task;
	struct arena *room = &d->face.arena;

	room->used = 0;
	d->m = m;
	d->face.room = *r;
	d->face.follows = 2 * r->beam + 2;
	d->positions[ENCODER] = arena_floats(room,
		size(r->max_src + POSITION_FIRST) *
		size(task_width(t, ENCODER)));
	d->positions[DECODER] = arena_floats(room,
		size(r->steps + POSITION_FIRST) *
		size(task_width(t, DECODER)));
	layout_encoder(d, m, r);
	layout_rows(d, m, r);
	arena_get(room, NUM_SLACK, 1);
}

size_t
cpu_bytes(const struct device *device, const struct packed_model *m,
	int threads, const struct room *r)
{
	struct cpu d = { .team.threads = threads };

	(void)device;
	layout(&d, m, r);
	return d.face.arena.used;
}

struct decoder *
cpu_init(const struct device *device, const struct packed_model *m,
	int threads, const struct room *r, const struct kernels *k)
{
	struct cpu *d = xcalloc(1, sizeof *d);

	d->face.device = device;
	d->face.team = &d->team;
	d->k = k;
	d->face.arena.size = cpu_bytes(device, m, threads, r);
	d->face.arena.base = xreserve(d->face.arena.size);
	team_init(&d->team, threads);
	layout(d, m, r);
	positions_fill(d->positions[ENCODER], 0, r->max_src + POSITION_FIRST,
		m->task.super_encoder_embed_dim);
	return &d->face;
}

void
cpu_free(struct decoder *face)
{
	struct cpu *d = (struct cpu *)face;

	team_free(&d->team);
	xrelease(face->arena.base, face->arena.size);
	free(d);
}
