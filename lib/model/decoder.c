/* A step of the decoder, by a team of threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "pairs.h"
#include "share.h"
#include "sizes.h"

void
share_linear(struct decoder *d, int me, const struct packed *p, int n,
	const float *x, int add, int relu, float *y, int ldy)
{
	struct part part = share_part(d, me, packed_panels(p->rows));

	if (part.from < part.to) {
		struct columns c = columns_of(d->k, p->dtype, n, p->k, x,
			z(p->k), share_quants(d, me));
		d->k->panels(part.from, part.to, p, &c, add ? p->bias : NULL,
			relu, y + part.from * PANEL, z(ldy));
	}
	team_wait(&d->team);
}

void
share_norm(struct decoder *d, int me, int n, int width, const float *x,
	float *zs, const struct packed *l, const struct norm *norm, float *y)
{
	static const struct drop none;
	struct part part = share_part(d, me, n);
	size_t at = z(part.from) * z(width);

	d->k->residual_norm(part.to - part.from, width, x + at, zs + at,
		l->bias, none, 0, norm->gain, norm->shift, zs + at,
		d->stats + 2 * part.from, y + at);
	team_wait(&d->team);
}

void
embed_token(const struct decoder *d, int side, int id, int position, float *x)
{
	const struct packed_model *m = d->m;
	int width = side ? m->arch.decoder_embed_dim :
		m->arch.encoder_embed_dim;
	struct embedding w = packed_embedding(m, side, id);
	const float *pos = d->positions[side] + z(position) * z(side ?
		m->task.super_decoder_embed_dim :
		m->task.super_encoder_embed_dim);
	float scale = sqrtf((float)width);

	for (int i = 0; i < width; i++)
		x[i] = scale * w.at[z(i) * w.step] + pos[i];
}

/* --- a step -------------------------------------------------------------- */

/* ctx[R,Q] from the cache, a row and head at a time. */
static void
attend_self(struct decoder *d, int me, int layer, int heads)
{
	int q = d->m->arch.qkv_dim, h = q / heads, of = d->team.threads;
	size_t ld = 3 * z(q), slots = z(d->room.sentences * d->room.beam);
	const float *cache = d->cache + z(layer) * d->layer_cache;
	const float *now = cache + z(d->step) * slots * ld;

	for (int i = me; i < d->rows * heads; i += of) {
		size_t r = z(i / heads), at = z(i % heads) * z(h);
		d->k->attend_at(d->step + 1, h, now + r * ld + at,
			cache + q + at, cache + 2 * q + at, ld,
			d->past[0] + r * z(d->room.steps),
			1 / sqrtf((float)h), share_scratch(d, me),
			d->ctx + r * z(q) + at);
	}
	team_wait(&d->team);
}

/* ctx[R,Q] from the queries in qkv[R,Q]; all rows of a sentence at a time. */
static void
attend_cross(struct decoder *d, int me, int layer,
	const struct packed_decoder *l)
{
	int q = d->m->arch.qkv_dim, heads = l->cross_heads, h = q / heads;
	int of = d->team.threads;

	for (int i = me; i < d->groups * heads; i += of) {
		int g = i / heads, s = d->group[g], from = d->group_at[g];
		int m = d->group_at[g + 1] - from, head = i % heads;
		int n = l->segments * (d->src_at[s + 1] - d->src_at[s]);
		size_t base = z(layer) * d->layer_keys + z(d->key_at[s]) *
			z(q), ld = z(round_lanes(n)), at = z(head) * z(h);
		float *p = share_scratch(d, me);
		d->k->product(m, n, h, d->qkv + z(from) * z(q) + at, z(q), 1,
			d->keys + base + at * ld, ld, p, ld, 0);
		d->k->softmax(m, n, p, ld, 1 / sqrtf((float)h), 0, 0, NULL, 0);
		d->k->product(m, h, n, p, ld, 1, d->values + base + at, z(q),
			d->ctx + z(from) * z(q) + at, z(q), 0);
	}
	team_wait(&d->team);
}

static void
step_layer(struct decoder *d, int me, int layer)
{
	const struct packed_decoder *l = &d->m->decoder[layer];
	int n = d->rows, width = d->m->arch.decoder_embed_dim;
	size_t slots = z(d->room.sentences * d->room.beam);
	float *now = d->cache + z(layer) * d->layer_cache + z(d->step) *
		slots * z(l->qkv.rows);

	share_linear(d, me, &l->qkv, n, d->x, 1, 0, now, l->qkv.rows);
	attend_self(d, me, layer, l->heads);
	share_linear(d, me, &l->out, n, d->ctx, 0, 0, d->z, width);
	share_norm(d, me, n, width, d->x, d->z, &l->out, &l->norm1, d->y);
	share_linear(d, me, &l->q, n, d->y, 1, 0, d->qkv, l->q.rows);
	attend_cross(d, me, layer, l);
	share_linear(d, me, &l->cross_out, n, d->ctx, 0, 0, d->z, width);
	share_norm(d, me, n, width, d->y, d->z, &l->cross_out, &l->norm2, d->y);
	share_linear(d, me, &l->fc1, n, d->y, 1, 1, d->h, l->fc1.rows);
	share_linear(d, me, &l->fc2, n, d->h, 0, 0, d->z, width);
	share_norm(d, me, n, width, d->y, d->z, &l->fc2, &l->norm3, d->x);
}

/* A chunk of the vocabulary: its logits never leave the cache. */
static void
step_chunk(struct decoder *d, int me, const struct columns *x, int chunk)
{
	const struct packed *o = &d->m->output;
	int first = chunk * CHUNK, left = o->rows - first, n = d->rows;
	size_t lists = z(n) * z(d->follows);
	float *s = share_scratch(d, me);

	left = left < CHUNK ? left : CHUNK;
	d->k->panels(first / PANEL, first / PANEL + packed_panels(left), o, x,
		NULL, 0, s, CHUNK_LD);
	for (int r = 0; r < n; r++, s += CHUNK_LD) {
		size_t at = z(me) * lists + z(r) * z(d->follows);
		d->chunk_lse[z(chunk) * z(n) + z(r)] =
			d->k->log_sum_exp(left, s);
		if (!chunk) {
			d->eos_logit[r] = s[ID_EOS];
			s[ID_PAD] = -INFINITY;
		}
		d->k->top(left, s, first, d->follows, d->best + at,
			d->best_id + at);
	}
}

static void
step_output(struct decoder *d, int me)
{
	struct part part = share_part(d, me, chunk_count(d->m->task.tgt_vocab));
	size_t lists = z(d->rows) * z(d->follows);
	size_t own = z(me) * lists;
	const struct packed *o = &d->m->output;

	for (size_t i = own; i < own + lists; i++) {
		d->best[i] = -INFINITY;
		d->best_id[i] = -1;
	}
	struct columns x = columns_of(d->k, o->dtype, d->rows, o->k, d->x,
		z(o->k), share_quants(d, me));
	for (int c = part.from; c < part.to; c++)
		step_chunk(d, me, &x, c);
}

/* Log probabilities of the best of all threads. Threads had ascending parts of
 * the vocabulary, so of equal words the first wins, whoever found it. */
static void
merge_row(struct decoder *d, int row)
{
	int chunks = chunk_count(d->m->task.tgt_vocab), k = d->follows;
	int lists = d->team.threads;
	size_t n = z(d->rows), at[lists];
	float max = -INFINITY;
	double sum = 0;

	for (int c = 0; c < chunks; c++)
		max = fmaxf(max, d->chunk_lse[z(c) * n + z(row)]);
	for (int c = 0; c < chunks; c++)
		sum += exp((double)(d->chunk_lse[z(c) * n + z(row)] - max));
	float lse = max + (float)log(sum);
	for (int t = 0; t < lists; t++)
		at[t] = (z(t) * n + z(row)) * z(k);
	d->eos_logp[row] = d->eos_logit[row] - lse;
	for (int i = 0; i < k; i++) {
		int from = 0;
		for (int t = 1; t < lists; t++)
			if (d->best[at[t]] > d->best[at[from]])
				from = t;
		d->follow[z(row) * z(k) + z(i)] = (struct follow){
			d->best_id[at[from]], d->best[at[from]] - lse };
		at[from]++;
	}
}

/* Each row's past: its parent's, and itself. */
static void
follow_parents(struct decoder *d, const int *parent)
{
	size_t steps = z(d->room.steps);
	int *was = d->past[0], *is = d->past[1], t = d->step;
	int slots = d->room.sentences * d->room.beam;

	for (int r = 0; r < d->rows; r++) {
		if (t)
			memcpy(is + z(r) * steps, was + z(parent[r]) * steps,
				z(t) * sizeof *is);
		is[z(r) * steps + z(t)] = t * slots + r;
	}
	d->past[0] = is;
	d->past[1] = was;
}

static void
step(void *arg, int me)
{
	struct decoder *d = arg;

	for (int i = 0; i < d->m->arch.decoder_layer_num; i++)
		step_layer(d, me, i);
	step_output(d, me);
}

void
decoder_step(struct decoder *d, int rows, const int *token, const int *parent,
	const int *sentence)
{
	int width = d->m->arch.decoder_embed_dim;

	d->rows = rows;
	d->groups = 0;
	follow_parents(d, parent);
	for (int r = 0; r < rows; r++) {
		if (!r || sentence[r] != sentence[r - 1]) {
			d->group_at[d->groups] = r;
			d->group[d->groups++] = sentence[r];
		}
		embed_token(d, 1, token[r], d->step + POSITION_FIRST,
			d->x + z(r) * z(width));
	}
	d->group_at[d->groups] = rows;
	team_run(&d->team, step, d);
	for (int r = 0; r < rows; r++)
		merge_row(d, r);
	d->step++;
}
