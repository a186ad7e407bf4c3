/* A step of the decoder, by a team of threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "model/sizes.h"
#include "share.h"
#include "step.h"
#include "text/pairs.h"

static void
step_block(struct cpu *d, int me, int i)
{
	const struct packed_block *b = &d->m->block[DECODER][i];

	b->step->step(d, me, b, d->cache[i], d->x, d->z);
	share_norm(d, me, d->rows, b, d->x, d->z, d->x);
}

static void
step_chunk(struct cpu *d, int me, const struct columns *x, int chunk)
{
	int n = d->rows, follows = d->face.follows;
	size_t lists = size(n) * size(follows);
	float *s = share_scratch(d, me);
	int words = decode_logits(d->k, &d->m->output, x, chunk, s);

	for (int r = 0; r < n; r++, s += LOGITS_LD) {
		size_t at = size(me) * lists + size(r) * size(follows);
		d->chunk_lse[size(chunk) * size(n) + size(r)] =
			decode_log_sum_exp(d->k, words, s);
		if (!chunk) {
			d->eos_logit[r] = s[ID_EOS];
			s[ID_PAD] = -INFINITY;
		}
		decode_best(d->k, words, s, chunk, follows, d->best + at,
			d->best_id + at);
	}
}

static void
step_output(struct cpu *d, int me)
{
	struct range part = share_part(d, me,
		decode_chunks(d->m->task.tgt_vocab));
	size_t lists = size(d->rows) * size(d->face.follows);
	size_t own = size(me) * lists;
	const struct packed *o = &d->m->output;

	for (size_t i = own; i < own + lists; i++) {
		d->best[i] = -INFINITY;
		d->best_id[i] = -1;
	}
	struct columns x = columns_of(d->k, o->dtype, d->rows, o->k, d->x,
		size(o->k), share_quants(d, me));
	for (int c = part.from; c < part.to; c++)
		step_chunk(d, me, &x, c);
}

/* Log probabilities of the best of all threads. Threads had ascending parts of
 * the vocabulary, so of equal words the first wins, whoever found it. */
static void
merge_row(struct cpu *d, int row)
{
	int chunks = decode_chunks(d->m->task.tgt_vocab), k = d->face.follows;
	int lists = d->team.working;
	size_t n = size(d->rows), at[lists];
	float max = -INFINITY;
	double sum = 0;

	for (int c = 0; c < chunks; c++)
		max = fmaxf(max, d->chunk_lse[size(c) * n + size(row)]);
	for (int c = 0; c < chunks; c++)
		sum += exp((double)(d->chunk_lse[size(c) * n + size(row)] -
			max));
	float lse = max + (float)log(sum);
	for (int t = 0; t < lists; t++)
		at[t] = (size(t) * n + size(row)) * size(k);
	d->face.eos_logp[row] = d->eos_logit[row] - lse;
	for (int i = 0; i < k; i++) {
		int from = 0;
		for (int t = 1; t < lists; t++)
			if (d->best[at[t]] > d->best[at[from]])
				from = t;
		d->face.follow[size(row) * size(k) + size(i)] = (struct follow){
			d->best_id[at[from]], d->best[at[from]] - lse };
		at[from]++;
	}
}

/* Each row's past: its parent's, and itself. Rows lie close, so that the first
 * steps touch no more memory than they need. */
static void
follow_parents(struct cpu *d, const int *parent)
{
	int *was = d->past[0], *is = d->past[1], t = d->step;
	int slots = d->face.room.sentences * d->face.room.beam;

	for (int r = 0; r < d->rows; r++) {
		int *past = is + size(r) * size(t + 1);
		if (t)
			memcpy(past, was + size(parent[r]) * size(t),
				size(t) * sizeof *past);
		past[t] = t * slots + r;
	}
	d->past[0] = is;
	d->past[1] = was;
}

static void
step(void *arg, int me)
{
	struct cpu *d = arg;

	for (int i = 0; i < d->m->blocks[DECODER]; i++)
		step_block(d, me, i);
	step_output(d, me);
}

static void
cpu_step(struct decoder *face, int rows, const int *token, const int *parent,
	const int *sentence)
{
	struct cpu *d = (struct cpu *)face;
	int width = d->m->arch.decoder_embed_dim;

	d->rows = rows;
	d->groups = 0;
	follow_parents(d, parent);
	if (d->placed <= d->step) {
		d->placed = d->step + 1;
		positions_fill(d->positions[DECODER], d->step + POSITION_FIRST,
			d->placed + POSITION_FIRST,
			d->m->task.super_decoder_embed_dim);
	}
	for (int r = 0; r < rows; r++) {
		if (!r || sentence[r] != sentence[r - 1]) {
			d->group_at[d->groups] = r;
			d->group[d->groups++] = sentence[r];
		}
		embed_token(d, DECODER, token[r], d->step + POSITION_FIRST,
			d->x + size(r) * size(width));
	}
	d->group_at[d->groups] = rows;
	team_run(&d->team, step, d);
	for (int r = 0; r < rows; r++)
		merge_row(d, r);
	d->step++;
}

const struct device device_cpu = { .name = "cpu", .init = cpu_init,
	.free = cpu_free, .bytes = cpu_bytes, .encode = cpu_encode,
	.step = cpu_step };
