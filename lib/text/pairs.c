#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "pairs.h"
#include "rec/in.h"
#include "rec/rec.h"

enum { ROUND = 8 };

static int
add_side(int **to, size_t *cap, size_t at, const int *ids, int n, int vocab,
	const char *side, struct why *why)
{
	int open = !n || ids[n - 1] != ID_EOS;

	if (n < 1)
		return why_set(why, "%s is empty", side);
	for (int i = 0; i < n; i++)
		if (ids[i] < 0 || (vocab && ids[i] >= vocab))
			return why_set(why, "%s[%d]: id %d is outside the "
				"vocabulary of %d", side, i, ids[i], vocab);
	*to = xroom(*to, cap, at + (size_t)n + 1, sizeof **to);
	memcpy(*to + at, ids, sizeof *ids * (size_t)n);
	if (open)
		(*to)[at + (size_t)n] = ID_EOS;
	return n + open;
}

int
pairs_add(struct pairs *p, const int *src, int ns, const int *tgt, int nt,
	int src_vocab, int tgt_vocab, struct why *why)
{
	size_t cap = p->cap, ends = (size_t)p->n + 2;

	p->src_at = xroom(p->src_at, &cap, ends, sizeof *p->src_at);
	p->tgt_at = xroom(p->tgt_at, &p->cap, ends, sizeof *p->tgt_at);
	if (!p->n)
		p->src_at[0] = p->tgt_at[0] = 0;
	int a = add_side(&p->src, &p->src_cap, p->src_at[p->n], src, ns,
		src_vocab, "src", why);
	int b = a < 0 ? -1 : add_side(&p->tgt, &p->tgt_cap, p->tgt_at[p->n],
		tgt, nt, tgt_vocab, "tgt", why);
	if (b < 0)
		return -1;
	p->src_at[p->n + 1] = p->src_at[p->n] + (size_t)a;
	p->tgt_at[p->n + 1] = p->tgt_at[p->n] + (size_t)b;
	p->n++;
	return 0;
}

void
pairs_free(struct pairs *p)
{
	free(p->src);
	free(p->tgt);
	free(p->src_at);
	free(p->tgt_at);
	soft_free(&p->soft);
	*p = (struct pairs){ 0 };
}

int
pairs_src_len(const struct pairs *p, int i)
{
	return (int)(p->src_at[i + 1] - p->src_at[i]);
}

int
pairs_tgt_len(const struct pairs *p, int i)
{
	return (int)(p->tgt_at[i + 1] - p->tgt_at[i]);
}

void
pairs_longest(const struct pairs *p, int *src, int *tgt)
{
	*src = *tgt = 1;
	for (int i = 0; i < p->n; i++) {
		if (pairs_src_len(p, i) > *src)
			*src = pairs_src_len(p, i);
		if (pairs_tgt_len(p, i) > *tgt)
			*tgt = pairs_tgt_len(p, i);
	}
}

unsigned long long
pairs_hash(const struct pairs *p)
{
	size_t offsets = ((size_t)p->n + 1) * sizeof *p->src_at;
	uint64_t h = rng_hash(0, p->src, p->src_at[p->n] * sizeof *p->src);

	h = rng_hash(h, p->tgt, p->tgt_at[p->n] * sizeof *p->tgt);
	h = rng_hash(h, p->src_at, offsets);
	return rng_hash(h, p->tgt_at, offsets);
}

struct keyed {
	int tgt, src, index;
	uint64_t tie;
};

static int
by_length(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->tgt != y->tgt)
		return x->tgt < y->tgt ? -1 : 1;
	if (x->src != y->src)
		return x->src < y->src ? -1 : 1;
	if (x->tie != y->tie)
		return x->tie < y->tie ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Cut the sorted sentences into batches. */
static int
cut(struct plan *plan, const struct keyed *k, int n, long max_tokens,
	long max_sentences, struct why *why)
{
	plan->batches = 0;
	for (int at = 0; at < n; ) {
		int longest = 0, count = 0;
		while (at + count < n) {
			const struct keyed *s = &k[at + count];
			int len = s->src > s->tgt ? s->src : s->tgt;
			if (len > max_tokens)
				return why_set(why, "pair %d has %d tokens, "
					"more than --max-tokens %ld",
					s->index + 1, len, max_tokens);
			longest = len > longest ? len : longest;
			if ((long)longest * (count + 1) > max_tokens ||
			    (max_sentences && count + 1 > max_sentences))
				break;
			count++;
		}
		if (at + count < n && count > ROUND)
			count -= count % ROUND;
		plan->begin[plan->batches++] = at;
		at += count;
	}
	plan->begin[plan->batches] = n;
	return 0;
}

static void
shuffle_batches(struct plan *plan, int n, struct rng *r)
{
	int *which = xmalloc(sizeof *which * (size_t)plan->batches);
	int *order = xmalloc(sizeof *order * (size_t)n);
	int *begin = xmalloc(sizeof *begin * (size_t)(plan->batches + 1));
	int at = 0;

	for (int b = 0; b < plan->batches; b++)
		which[b] = b;
	rng_shuffle(r, which, (uint64_t)plan->batches, sizeof *which);
	for (int b = 0; b < plan->batches; b++) {
		int from = plan->begin[which[b]];
		int count = plan->begin[which[b] + 1] - from;
		begin[b] = at;
		memcpy(order + at, plan->order + from,
			sizeof *order * (size_t)count);
		at += count;
	}
	begin[plan->batches] = at;
	memcpy(plan->order, order, sizeof *order * (size_t)n);
	memcpy(plan->begin, begin, sizeof *begin * (size_t)(plan->batches + 1));
	free(which);
	free(order);
	free(begin);
}

int
plan_make(struct plan *plan, const struct pairs *p, long max_tokens,
	long max_sentences, uint64_t seed, long epoch, struct why *why)
{
	struct rng ties = rng_stream(seed, RNG_TIES, (uint64_t)epoch);
	struct rng order = rng_stream(seed, RNG_BATCHES, (uint64_t)epoch);
	struct keyed *k = xcalloc((size_t)p->n, sizeof *k);

	if (plan->cap < p->n) {
		plan->cap = p->n;
		plan->order = xrealloc(plan->order, (size_t)p->n,
			sizeof *plan->order);
		plan->begin = xrealloc(plan->begin, (size_t)p->n + 1,
			sizeof *plan->begin);
	}
	for (int i = 0; i < p->n; i++)
		k[i] = (struct keyed){ pairs_tgt_len(p, i), pairs_src_len(p, i),
			i, epoch < 0 ? 0 : rng_u64(&ties) };
	qsort(k, (size_t)p->n, sizeof *k, by_length);
	int bad = cut(plan, k, p->n, max_tokens, max_sentences, why);
	for (int i = 0; i < p->n; i++)
		plan->order[i] = k[i].index;
	free(k);
	if (!bad && epoch >= 0)
		shuffle_batches(plan, p->n, &order);
	return bad;
}

void
plan_free(struct plan *plan)
{
	free(plan->order);
	free(plan->begin);
	*plan = (struct plan){ 0 };
}

size_t
batch_ints(long max_tokens)
{
	return 7 * (size_t)max_tokens + 2;
}

size_t
batch_soft_ints(const struct pairs *p, long max_tokens)
{
	size_t t = (size_t)max_tokens, most = (size_t)p->soft.most;

	return most ? t + 1 + 2 * t * most : 0;
}

/* The soft targets of the batch's pairs, into m. */
static void
fill_soft(struct batch *b, const struct pairs *p, const int *which, int *m,
	size_t max_tokens)
{
	b->soft_at = m;
	b->soft_ids = m + max_tokens + 1;
	b->soft_parts = b->soft_ids + max_tokens * (size_t)p->soft.most;
	b->soft_at[0] = 0;
	for (int s = 0; s < b->sentences; s++)
		soft_take(&p->soft, which[s], p->tgt_at[which[s]],
			pairs_tgt_len(p, which[s]), b->soft_at + b->tgt_at[s],
			b->soft_ids, b->soft_parts);
}

void
batch_fill(struct batch *b, const struct pairs *p, const int *which, int n,
	int *m, long max_tokens)
{
	size_t t = (size_t)max_tokens;

	*b = (struct batch){ .sentences = n, .src = m, .src_pos = m + t,
		.tgt_in = m + 2 * t, .tgt_out = m + 3 * t,
		.tgt_pos = m + 4 * t, .src_at = m + 5 * t,
		.tgt_at = m + 6 * t + 1 };
	for (int s = 0; s < n; s++) {
		const int *src = p->src + p->src_at[which[s]];
		const int *tgt = p->tgt + p->tgt_at[which[s]];
		int ns = pairs_src_len(p, which[s]);
		int nt = pairs_tgt_len(p, which[s]);
		b->src_at[s] = b->src_tokens;
		b->tgt_at[s] = b->tgt_tokens;
		for (int i = 0; i < ns; i++) {
			b->src[b->src_tokens + i] = src[i];
			b->src_pos[b->src_tokens + i] = i + POSITION_FIRST;
		}
		for (int i = 0; i < nt; i++) {
			b->tgt_in[b->tgt_tokens + i] = i ? tgt[i - 1] : ID_EOS;
			b->tgt_out[b->tgt_tokens + i] = tgt[i];
			b->tgt_pos[b->tgt_tokens + i] = i + POSITION_FIRST;
		}
		b->src_tokens += ns;
		b->tgt_tokens += nt;
		b->max_src = ns > b->max_src ? ns : b->max_src;
		b->max_tgt = nt > b->max_tgt ? nt : b->max_tgt;
	}
	b->src_at[n] = b->src_tokens;
	b->tgt_at[n] = b->tgt_tokens;
	if (p->soft.most)
		fill_soft(b, p, which, m + batch_ints(max_tokens), t);
}
