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

static void
reserve(struct ngrams *g, size_t hyp, size_t all)
{
	if (all > g->rank_cap) {
		g->rank_cap = all * 2;
		g->rank = xrealloc(g->rank, g->rank_cap, sizeof *g->rank);
	}
	if (hyp > g->gram_cap) {
		g->gram_cap = hyp * 2;
		g->gram = xrealloc(g->gram, g->gram_cap, sizeof *g->gram);
	}
	if (hyp * 2 <= g->slots)
		return;
	g->slots = g->slots ? g->slots : SLOTS_MIN;
	while (g->slots < hyp * 2)
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

/* The key of the n-gram at r, or 0 with *none set where a shorter one inside
 * it has no match. */
static inline uint64_t
key_at(const uint32_t *r, int first, int *none)
{
	*none = !first && (r[0] == NONE || r[1] == NONE);
	return first ? r[0] : (uint64_t)r[0] << 32 | r[1];
}

static void
count_hyp(struct ngrams *g, uint32_t *r, size_t n, int first)
{
	int none;

	g->grams = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_at(r + i, first, &none);
		if (none) {
			r[i] = NONE;
			continue;
		}
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
	int none;

	for (size_t i = 0; i < n; i++) {
		uint64_t key = key_at(r + i, first, &none);
		const struct gram_slot *s = none ? NULL : find(g, key);
		if (!s || s->stamp != g->stamp) {
			r[i] = NONE;
			continue;
		}
		struct gram *m = &g->gram[r[i] = s->rank];
		m->now = m->seen == number ? m->now + 1 : 1;
		m->seen = number;
		if (m->now > m->best)
			m->best = m->now;
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
ngrams_match(struct ngrams *g, const struct ids *text, size_t n, int order,
	long *match)
{
	size_t all = 0, at;

	for (size_t t = 0; t < n; t++)
		all += text[t].n;
	reserve(g, text[0].n, all);
	for (size_t t = at = 0; t < n; at += text[t++].n)
		if (text[t].n)
			memcpy(g->rank + at, text[t].at,
				text[t].n * sizeof *g->rank);
	memset(match, 0, (size_t)order * sizeof *match);
	for (size_t k = 0; k < (size_t)order && text[0].n > k; k++) {
		forget(g);
		count_hyp(g, g->rank, text[0].n - k, !k);
		at = text[0].n;
		for (size_t t = 1; t < n; at += text[t++].n)
			if (text[t].n > k)
				count_ref(g, g->rank + at, text[t].n - k, !k,
					(uint32_t)t);
		if (!(match[k] = sum_matches(g)))
			return;
		for (size_t i = 0; i < text[0].n - k; i++)
			if (g->rank[i] != NONE && !g->gram[g->rank[i]].best)
				g->rank[i] = NONE;
	}
}

void
ngrams_free(struct ngrams *g)
{
	free(g->slot);
	free(g->gram);
	free(g->rank);
	*g = (struct ngrams){ 0 };
}

static uint64_t
hash_bytes(const char *p, size_t len)
{
	uint64_t h = len, part;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&part, p, 8);
		h = (h ^ part) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	part = 0;
	for (size_t i = 0; i < len; i++)
		part = part << 8 | (unsigned char)p[i];
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
