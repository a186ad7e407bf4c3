#include <stdlib.h>
#include <string.h>
#include "mem.h"
#include "ngrams.h"

enum { SLOTS_MIN = 256 };
static const uint32_t NONE = UINT32_MAX;

struct gram_slot {
	uint64_t key;        /* the two ranks of the order before */
	uint32_t stamp, rank;
};

struct gram {
	uint32_t hyp, best;  /* how often; in the other text with most */
	uint32_t now, seen;  /* in text number seen */
};

struct lexeme {
	const char *s;
	uint64_t hash;
	size_t len;
	uint32_t stamp, id;
};

/* The slot of a key among a power of two of slots: the product's high bits. */
static inline size_t
slot_of(uint64_t key, size_t slots)
{
	uint64_t h = (key ^ key >> 29) * 0x9e3779b97f4a7c15u;

	return (size_t)(h >> 32) & (slots - 1);
}

/* The slot where the key stands or would stand. */
static inline struct gram_slot *
find(const struct ngrams *g, uint64_t key)
{
	size_t i = slot_of(key, g->slots);

	while (g->slot[i].stamp == g->stamp && g->slot[i].key != key)
		i = (i + 1) & (g->slots - 1);
	return &g->slot[i];
}

/* Once more in text number t. */
static inline void
count_in(struct gram *m, uint32_t t)
{
	m->now = m->seen == t ? m->now + 1 : 1;
	m->seen = t;
	if (m->now > m->best)
		m->best = m->now;
}

static void
reserve(struct ngrams *g, size_t grams, size_t all)
{
	if (all > g->rank_cap) {
		g->rank_cap = all * 2;
		g->rank = xrealloc(g->rank, g->rank_cap, sizeof *g->rank);
	}
	if (grams > g->gram_cap) {
		g->gram_cap = grams * 2;
		g->gram = xrealloc(g->gram, g->gram_cap, sizeof *g->gram);
		g->old = xrealloc(g->old, g->gram_cap, sizeof *g->old);
	}
	if (grams * 2 <= g->slots)
		return;
	g->slots = g->slots ? g->slots : SLOTS_MIN;
	while (g->slots < grams * 2)
		g->slots *= 2;
	free(g->slot);
	g->slot = xcalloc(g->slots, sizeof *g->slot);
	g->stamp = 0;
}

/* Empty the table. */
static void
forget(struct ngrams *g)
{
	if (++g->stamp)
		return;
	memset(g->slot, 0, g->slots * sizeof *g->slot);
	g->stamp = 1;
}

/* The first order where the ids are small: they are the ranks. */
static void
count_small(struct ngrams *g, const struct ids *text, size_t n, size_t below)
{
	memset(g->gram, 0, below * sizeof *g->gram);
	g->grams = below;
	for (size_t i = 0; i < text[0].n; i++)
		g->gram[text[0].at[i]].hyp++;
	for (uint32_t t = 1; t < n; t++)
		for (size_t i = 0; i < text[t].n; i++)
			count_in(&g->gram[text[t].at[i]], t);
}

/* Is the shorter n-gram of rank r in the others, too? */
static inline int
is_alive(const struct ngrams *g, uint32_t r)
{
	return r != NONE && g->old[r].best;
}

/* The n-grams of the first text; each consists of two of the order before. */
static void
count_hyp(struct ngrams *g, uint32_t *r, size_t n, int first)
{
	int alive = first || is_alive(g, r[0]);

	g->grams = 0;
	for (size_t i = 0; i < n; i++) {
		int begins = alive;
		alive = first || is_alive(g, r[i + 1]);
		if (!begins || !alive) {
			r[i] = NONE;
			continue;
		}
		uint64_t key = first ? r[i] : (uint64_t)r[i] << 32 | r[i + 1];
		struct gram_slot *s = find(g, key);
		if (s->stamp != g->stamp) {
			*s = (struct gram_slot){ key, g->stamp,
				(uint32_t)g->grams };
			g->gram[g->grams++] = (struct gram){ 0 };
		}
		g->gram[s->rank].hyp++;
		r[i] = s->rank;
	}
}

static void
count_ref(struct ngrams *g, uint32_t *r, size_t n, int first, uint32_t number)
{
	for (size_t i = 0; i < n; i++) {
		if (!first && (r[i] == NONE || r[i + 1] == NONE)) {
			r[i] = NONE;
			continue;
		}
		const struct gram_slot *s = find(g, first ? r[i] :
			(uint64_t)r[i] << 32 | r[i + 1]);
		r[i] = s->stamp == g->stamp ? s->rank : NONE;
		if (r[i] != NONE)
			count_in(&g->gram[r[i]], number);
	}
}

static long
sum_matches(const struct ngrams *g)
{
	long sum = 0;

	for (size_t i = 0; i < g->grams; i++)
		sum += g->gram[i].hyp < g->gram[i].best ? g->gram[i].hyp :
			g->gram[i].best;
	return sum;
}

void
ngrams_match(struct ngrams *g, const struct ids *text, size_t n, size_t below,
	int order, long *match)
{
	size_t all = 0, at = 0;

	for (size_t t = 0; t < n; t++)
		all += text[t].n;
	reserve(g, text[0].n > below ? text[0].n : below, all + 1);
	for (size_t t = 0; t < n; at += text[t++].n)
		if (text[t].n)
			memcpy(g->rank + at, text[t].at,
				text[t].n * sizeof *g->rank);
	g->rank[all] = NONE;
	memset(match, 0, (size_t)order * sizeof *match);
	for (size_t k = 0; k < (size_t)order && text[0].n > k; k++) {
		struct gram *old = g->old;
		g->old = g->gram;
		g->gram = old;
		forget(g);
		if (!k && below)
			count_small(g, text, n, below);
		else
			count_hyp(g, g->rank, text[0].n - k, !k);
		at = text[0].n;
		for (size_t t = 1; (k || !below) && t < n; at += text[t++].n)
			if (text[t].n > k)
				count_ref(g, g->rank + at, text[t].n - k, !k,
					(uint32_t)t);
		if (!(match[k] = sum_matches(g)))
			return;
	}
}

void
ngrams_free(struct ngrams *g)
{
	free(g->slot);
	free(g->gram);
	free(g->old);
	free(g->rank);
	*g = (struct ngrams){ 0 };
}

static inline uint64_t
load(const char *p, size_t bytes)
{
	uint64_t x = 0;

	memcpy(&x, p, bytes);
	return x;
}

/* Short words, which most are, by two loads that overlap. */
static inline uint64_t
hash_bytes(const char *p, size_t len)
{
	uint64_t h = len, part;

	for (; len > 16; p += 8, len -= 8) {
		h = (h ^ load(p, 8)) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	if (len >= 8) {
		h = (h ^ load(p, 8)) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
		part = load(p + len - 8, 8);
	} else if (len >= 4)
		part = load(p, 4) << 32 | load(p + len - 4, 4);
	else
		part = (uint64_t)(unsigned char)p[0] << 16 |
			(uint64_t)(unsigned char)p[len / 2] << 8 |
			(unsigned char)p[len - 1];
	h = (h ^ part) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

void
lexemes_start(struct lexemes *x, size_t most)
{
	x->n = 0;
	if (most * 2 > x->slots) {
		x->slots = x->slots ? x->slots : SLOTS_MIN;
		while (x->slots < most * 2)
			x->slots *= 2;
		free(x->slot);
		x->slot = xcalloc(x->slots, sizeof *x->slot);
		x->stamp = 0;
	}
	if (!++x->stamp) {
		memset(x->slot, 0, x->slots * sizeof *x->slot);
		x->stamp = 1;
	}
}

uint32_t
lexemes_id(struct lexemes *x, const char *s, size_t len)
{
	uint64_t hash = hash_bytes(s, len);
	size_t i = hash & (x->slots - 1);

	for (; x->slot[i].stamp == x->stamp; i = (i + 1) & (x->slots - 1)) {
		const struct lexeme *w = &x->slot[i];
		if (w->hash == hash && w->len == len && !memcmp(w->s, s, len))
			return w->id;
	}
	x->slot[i] = (struct lexeme){ s, hash, len, x->stamp,
		(uint32_t)x->n++ };
	return x->slot[i].id;
}

void
lexemes_free(struct lexemes *x)
{
	free(x->slot);
	*x = (struct lexemes){ 0 };
}
