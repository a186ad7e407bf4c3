/* Decoding: cross-attention. Keys and values of a sentence are computed once
 * and shared by its rows. */
#include <string.h>
#include "model/sizes.h"
#include "share.h"
#include "step.h"

enum { Q, KV, OUT };

/* Keys and values each take so much, of all sentences: [S Q] a sentence. */
static size_t
keys_floats(const struct packed_block *b, const struct room *r)
{
	size_t keys = MEMORIES * size(r->src_tokens) +
		size(r->sentences) * KEYS_PAD;

	return keys * size(b->inner);
}

static size_t
cache(const struct packed_block *b, const struct room *r)
{
	return 2 * keys_floats(b, r);
}

static float *
values_of(const struct cpu *d, const struct packed_block *b, float *keys)
{
	return keys + keys_floats(b, &d->face.room);
}

/* Of sentence s: keys turned to [Q][padded S], values [S][Q]. */
static void
place_keys(struct cpu *d, const struct packed_block *b, float *all_keys,
	int s, int head)
{
	int h = b->inner / b->heads;
	int at = d->src_at[s], n = d->src_at[s + 1] - at;
	size_t q = size(b->inner), all = size(d->src_at[d->n]);
	size_t base = size(d->key_at[s]) * q;
	size_t ld = size(decode_keys_ld(b->segments * n));

	for (int g = 0; g < b->segments; g++) {
		const float *kv = d->kv + (size(g) * all + size(at)) * 2 * q +
			head * h;
		float *keys = all_keys + base + size(head * h) * ld + g * n;
		float *values = values_of(d, b, all_keys) + base +
			size(g * n) * q + head * h;
		decode_turn_keys(n, h, kv, 2 * q, keys, ld);
		for (int i = 0; i < n; i++)
			memcpy(values + size(i) * q, kv + q + size(i) * 2 * q,
				size(h) * sizeof *values);
	}
}

static void
remember(struct cpu *d, int me, const struct packed_block *b, float *keys)
{
	int of = d->team.working;

	share_linear(d, me, &b->matrix[KV], THEN_BIAS,
		b->segments * d->src_at[d->n], d->memory,
		d->m->arch.encoder_embed_dim, d->kv, 2 * b->inner);
	for (int i = me; i < d->n * b->heads; i += of)
		place_keys(d, b, keys, i / b->heads, i % b->heads);
	team_wait(&d->team);
}

/* One head of all rows of a sentence: group g. */
static void
attend(struct cpu *d, int me, const struct packed_block *b, float *keys,
	int g, int head)
{
	int h = b->inner / b->heads;
	int s = d->group[g], from = d->group_at[g];
	int m = d->group_at[g + 1] - from;
	int n = b->segments * (d->src_at[s + 1] - d->src_at[s]);
	size_t q = size(b->inner), base = size(d->key_at[s]) * q;
	size_t ld = size(decode_keys_ld(n)), at = size(head) * size(h);
	size_t row = size(from) * q + at;

	decode_attend(d->k, m, n, h, d->wide + row, q, keys + base + at * ld,
		values_of(d, b, keys) + base + at, q, share_scratch(d, me),
		d->ctx + row, q);
}

static void
step(struct cpu *d, int me, const struct packed_block *b, float *keys,
	const float *x, float *out)
{
	int of = d->team.working;

	share_linear(d, me, &b->matrix[Q], THEN_BIAS, d->rows, x, b->width,
		d->wide, b->inner);
	for (int i = me; i < d->groups * b->heads; i += of)
		attend(d, me, b, keys, i / b->heads, i % b->heads);
	team_wait(&d->team);
	share_linear(d, me, &b->matrix[OUT], THEN_NOTHING, d->rows, d->ctx,
		b->inner, out, b->width);
}

const struct block_step step_cross = { &block_cross, cache, NULL, remember,
	step };
