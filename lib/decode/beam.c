#include <math.h>
#include <string.h>
#include "beam.h"
#include "model/sizes.h"
#include "text/pairs.h"

int
beam_max_len(const struct beam_options *o, int src_len)
{
	double n = floor(o->max_len_a * src_len + o->max_len_b);

	return n > 1 << 24 ? 1 << 24 : (int)n;
}

struct room
beam_room(const struct beam_options *o, int sentences, int src_tokens,
	int max_src)
{
	return (struct room){ sentences, o->beam, src_tokens, max_src,
		beam_max_len(o, max_src) + 1 };
}

static void
layout(struct beam *b, const struct room *r)
{
	size_t n = size(r->sentences), rows = n * size(r->beam);
	size_t steps = size(r->steps);
	int **row[] = { &b->token, &b->parent, &b->sentence, &b->next_token,
		&b->next_parent, &b->next_sentence };

	b->arena.used = 0;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		*row[i] = arena_get(&b->arena, rows, sizeof(int));
	b->score = arena_get(&b->arena, rows, sizeof *b->score);
	b->next_score = arena_get(&b->arena, rows, sizeof *b->score);
	b->past_token = arena_get(&b->arena, steps * rows, sizeof(int));
	b->past_parent = arena_get(&b->arena, steps * rows, sizeof(int));
	b->done = arena_get(&b->arena, n, sizeof(int));
	b->max_len = arena_get(&b->arena, n, sizeof(int));
	b->hyp = arena_get(&b->arena, rows, sizeof *b->hyp);
	b->ids = arena_get(&b->arena, rows * steps, sizeof(int));
}

size_t
beam_bytes(const struct room *r)
{
	struct beam b = { 0 };

	layout(&b, r);
	return b.arena.used;
}

void
beam_init(struct beam *b, struct decoder *d, const struct beam_options *o)
{
	*b = (struct beam){ .o = *o, .d = d };
	layout(b, &d->room);
	b->arena.size = b->arena.used;
	b->arena.base = xreserve(b->arena.size);
	layout(b, &d->room);
}

void
beam_free(struct beam *b)
{
	xrelease(b->arena.base, b->arena.size);
	*b = (struct beam){ 0 };
}

void
beam_start(struct beam *b, const int *src, const int *at, int n)
{
	b->sentences = b->rows = n;
	b->step = 0;
	b->ids_used = 0;
	for (int s = 0; s < n; s++) {
		b->done[s] = 0;
		b->max_len[s] = beam_max_len(&b->o, at[s + 1] - at[s]);
		b->token[s] = ID_EOS;
		b->parent[s] = s;
		b->sentence[s] = s;
		b->score[s] = 0;
	}
	decoder_encode(b->d, src, at, n);
}

/* A continuation of a row. */
struct extension {
	int row, id;
	double score;
};

/* Finish the hypothesis of a row with </s>, unless there are enough. */
static void
finish(struct beam *b, int s, const struct extension *c)
{
	size_t rows = size(b->d->room.sentences) * size(b->o.beam);
	int n = b->step + 1;

	if (b->done[s] == b->o.beam)
		return;
	size_t slot = size(s) * size(b->o.beam) + size(b->done[s]++);
	int *ids = b->ids + b->ids_used;
	b->ids_used += size(n);
	ids[n - 1] = ID_EOS;
	for (int t = n - 2, r = c->row; t >= 0; t--) {
		/* the word that row r of step t + 1 was fed */
		ids[t] = b->past_token[size(t + 1) * rows + size(r)];
		r = b->past_parent[size(t + 1) * rows + size(r)];
	}
	b->hyp[slot] = (struct hyp){ ids, n,
		c->score / pow(n, b->o.lenpen) };
}

/* The heads of the rows' lists, from the best on: skips what is forbidden. */
static int
next_extension(const struct beam *b, int from, int to, int *at, int no_eos,
	struct extension *best)
{
	const struct decoder *d = b->d;
	int row = -1;

	for (int r = from; r < to; r++) {
		const struct follow *f = d->follow + size(r) * size(d->follows);
		int *i = &at[r - from];
		while (*i < d->follows && ((no_eos && f[*i].id == ID_EOS) ||
		    (b->o.no_unk && f[*i].id == ID_UNK)))
			++*i;
		if (*i == d->follows || f[*i].id < 0)
			continue;
		double score = b->score[r] + (double)f[*i].logp;
		if (row >= 0 && score <= best->score)
			continue;
		row = r;
		*best = (struct extension){ r, f[*i].id, score };
	}
	if (row < 0)
		return 0;
	at[row - from]++;
	return 1;
}

static void
keep(struct beam *b, int *rows, int s, const struct extension *c)
{
	b->next_token[*rows] = c->id;
	b->next_parent[*rows] = c->row;
	b->next_sentence[*rows] = s;
	b->next_score[*rows] = c->score;
	++*rows;
}

/* The rows [from, to) of sentence s: what is finished, what goes on. */
static void
extend(struct beam *b, int s, int from, int to, int *rows)
{
	int beam = b->o.beam, at[beam], alive = 0;
	int no_eos = b->step < b->o.min_len;
	struct extension c;

	memset(at, 0, sizeof at);
	if (b->step >= b->max_len[s]) {
		/* only </s>: the rows in the order of their scores then */
		struct extension all[beam];
		int n = 0;
		for (int r = from; r < to; r++) {
			double score = b->score[r] + (double)b->d->eos_logp[r];
			int i = n++;
			for (; i && all[i - 1].score < score; i--)
				all[i] = all[i - 1];
			all[i] = (struct extension){ r, ID_EOS, score };
		}
		for (int i = 0; i < n; i++)
			finish(b, s, &all[i]);
		return;
	}
	for (int i = 0; i < 2 * beam && alive < beam; i++) {
		if (!next_extension(b, from, to, at, no_eos, &c))
			break;
		if (c.id != ID_EOS) {
			keep(b, rows, s, &c);
			alive++;
		} else if (i < beam)
			finish(b, s, &c);
	}
	if (b->done[s] == beam)
		*rows -= alive;
}

#define SWAP(a, b) do { \
	void *swap_t = a; \
	a = b; \
	b = swap_t; \
} while (0)

int
beam_step(struct beam *b)
{
	size_t all = size(b->d->room.sentences) * size(b->o.beam);
	size_t at = size(b->step) * all;
	int rows = 0;

	if (!b->rows || b->d->failed)
		return 0;
	memcpy(b->past_token + at, b->token, size(b->rows) * sizeof(int));
	memcpy(b->past_parent + at, b->parent, size(b->rows) * sizeof(int));
	decoder_step(b->d, b->rows, b->token, b->parent, b->sentence);
	for (int r = 0, to; r < b->rows; r = to) {
		for (to = r; to < b->rows &&
		    b->sentence[to] == b->sentence[r]; to++)
			;
		extend(b, b->sentence[r], r, to, &rows);
	}
	SWAP(b->token, b->next_token);
	SWAP(b->parent, b->next_parent);
	SWAP(b->sentence, b->next_sentence);
	SWAP(b->score, b->next_score);
	b->rows = rows;
	b->step++;
	return rows;
}

void
beam_end(struct beam *b)
{
	for (int s = 0; s < b->sentences; s++) {
		struct hyp *h = b->hyp + size(s) * size(b->o.beam);
		for (int i = 1; i < b->done[s]; i++) {
			struct hyp own = h[i];
			int k = i;
			for (; k && h[k - 1].score < own.score; k--)
				h[k] = h[k - 1];
			h[k] = own;
		}
	}
}

void
beam_search(struct beam *b, const int *src, const int *at, int n)
{
	beam_start(b, src, at, n);
	while (beam_step(b))
		;
	beam_end(b);
}

const struct hyp *
beam_hyps(const struct beam *b, int s, int *n)
{
	*n = b->done[s];
	return b->hyp + size(s) * size(b->o.beam);
}
