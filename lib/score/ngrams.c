#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "ngrams.h"

enum { SLOTS_MIN = 512 };
static const uint32_t NONE = UINT32_MAX;
static const uint64_t MIX = 0x9e3779b97f4a7c15u;   /* 2^64 / golden ratio */

struct gram {
	uint64_t key;        /* the slots of its two halves in the table of the
	                        order before: first words, last words */
	uint32_t stamp;
	uint32_t hyp, best;  /* how often; in the other text with most */
	uint32_t now, seen;  /* in text number seen */
};

/* The bytes of a word, if these are at most 16, are told by a, b and len. */
struct lexeme {
	const char *s;
	uint64_t a, b;
	size_t len;
	uint32_t stamp, id;
};

static void
reserve(struct ngrams *g, size_t grams, size_t all)
{
	g->slot = xroom(g->slot, &g->cap, all, sizeof *g->slot);
	if (g->slots && grams * 2 <= g->slots)
		return;
	g->slots = g->slots ? g->slots : SLOTS_MIN;
	while (g->slots < grams * 2)
		g->slots *= 2;
	free(g->gram);
	free(g->old);
	g->gram = xcalloc(g->slots, sizeof *g->gram);
	g->old = xcalloc(g->slots, sizeof *g->old);
	g->stamp = 0;
}

/* Begin the next order with an empty table. */
static void
next_order(struct ngrams *g)
{
	struct gram *old = g->old;

	g->old = g->gram;
	g->gram = old;
	if (++g->stamp)
		return;
	memset(g->gram, 0, g->slots * sizeof *g->gram);
	memset(g->old, 0, g->slots * sizeof *g->old);
	g->stamp = 1;
}

/* The order of n-grams; where they are looked for. */
enum { LATER, FIRST };
enum { HASHED, STRAIGHT };

/* Where the key stands or would stand; straight: at its own number. */
static inline size_t
find(const struct ngrams *g, uint64_t key, int straight)
{
	uint64_t h = (key ^ key >> 29) * MIX;
	size_t mask = g->slots - 1, i = (straight ? key : h >> 32) & mask;

	while (g->gram[i].stamp == g->stamp && g->gram[i].key != key)
		i = (i + 1) & mask;
	return i;
}

static inline uint64_t
key_of(const uint32_t *slot, int first)
{
	return first ? slot[0] : (uint64_t)slot[0] << 32 | slot[1];
}

/* Is the shorter n-gram at the slot in the others, too? */
static inline int
is_alive(const struct ngrams *g, uint32_t slot)
{
	return slot != NONE && g->old[slot].best;
}

/* The n-grams of the first text. */
static inline void
count_hyp(struct ngrams *g, uint32_t *slot, size_t n, int first, int straight)
{
	int alive = first || is_alive(g, slot[0]);

	for (size_t i = 0; i < n; i++) {
		int begins = alive;
		alive = first || is_alive(g, slot[i + 1]);
		if (!begins || !alive) {
			slot[i] = NONE;
			continue;
		}
		uint64_t key = key_of(slot + i, first);
		size_t at = find(g, key, straight);
		struct gram *m = &g->gram[at];
		if (m->stamp != g->stamp)
			*m = (struct gram){ .key = key, .stamp = g->stamp };
		m->hyp++;
		slot[i] = (uint32_t)at;
	}
}

/* How many matches text number t adds to those of the texts before. */
static inline long
count_ref(struct ngrams *g, uint32_t *slot, size_t n, int first, int straight,
	uint32_t t)
{
	long match = 0;

	for (size_t i = 0; i < n; i++) {
		if (!first && (slot[i] == NONE || slot[i + 1] == NONE)) {
			slot[i] = NONE;
			continue;
		}
		size_t at = find(g, key_of(slot + i, first), straight);
		struct gram *m = &g->gram[at];
		slot[i] = m->stamp == g->stamp ? (uint32_t)at : NONE;
		if (slot[i] == NONE)
			continue;
		m->now = m->seen == t ? m->now + 1 : 1;
		m->seen = t;
		if (m->now > m->best)
			match += ++m->best <= m->hyp;
	}
	return match;
}

/* One order of all texts, which lie one after another in g->slot. The two
 * flags are constants where it is called: the loops are made for each. */
static inline long
count_order(struct ngrams *g, const struct symbols *text, size_t n, size_t k,
	int first, int straight)
{
	size_t at = text[0].n;
	long match = 0;

	next_order(g);
	count_hyp(g, g->slot, at - k, first, straight);
	for (size_t t = 1; t < n; at += text[t++].n)
		if (text[t].n > k)
			match += count_ref(g, g->slot + at, text[t].n - k,
				first, straight, (uint32_t)t);
	return match;
}

void
ngrams_match(struct ngrams *g, const struct symbols *text, size_t n,
	size_t below, int order, long *match)
{
	size_t all = 0, at = 0;

	for (size_t t = 0; t < n; t++)
		all += text[t].n;
	reserve(g, text[0].n, all + 1);
	for (size_t t = 0; t < n; at += text[t++].n)
		if (text[t].n)
			memcpy(g->slot + at, text[t].at,
				text[t].n * sizeof *g->slot);
	g->slot[all] = NONE;
	memset(match, 0, (size_t)order * sizeof *match);
	if (!text[0].n)
		return;
	*match = below && below <= g->slots ?
		count_order(g, text, n, 0, FIRST, STRAIGHT) :
		count_order(g, text, n, 0, FIRST, HASHED);
	for (size_t k = 1; k < (size_t)order && text[0].n > k && match[k - 1];
	    k++)
		match[k] = count_order(g, text, n, k, LATER, HASHED);
}

void
ngrams_free(struct ngrams *g)
{
	free(g->gram);
	free(g->old);
	free(g->slot);
	*g = (struct ngrams){ 0 };
}

static inline uint64_t
load(const char *p, size_t bytes)
{
	uint64_t x = 0;

	memcpy(&x, p, bytes);
	return x;
}

/* Two loads that may overlap hold a short word, which most are; of a long one
 * b is a hash. */
static inline struct lexeme
describe(const char *p, size_t len)
{
	struct lexeme x = { .s = p, .len = len };

	if (len < 4)
		x.a = (uint64_t)(unsigned char)p[0] << 16 |
			(uint64_t)(unsigned char)p[len / 2] << 8 |
			(unsigned char)p[len - 1];
	else if (len < 8)
		x.a = load(p, 4) << 32 | load(p + len - 4, 4);
	else {
		x.a = load(p, 8);
		x.b = load(p + len - 8, 8);
	}
	for (size_t i = 8; i + 8 < len; i += 8)
		x.b = (x.b ^ load(p + i, 8)) * MIX;
	return x;
}

static inline int
is_lexeme(const struct lexeme *x, const struct lexeme *y)
{
	return x->a == y->a && x->b == y->b && x->len == y->len &&
		(x->len <= 16 || !memcmp(x->s, y->s, x->len));
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
	struct lexeme w = describe(s, len);
	uint64_t hash = (w.a ^ w.b ^ len) * MIX;
	size_t i = (hash >> 32) & (x->slots - 1);

	for (; x->slot[i].stamp == x->stamp; i = (i + 1) & (x->slots - 1))
		if (is_lexeme(&x->slot[i], &w))
			return x->slot[i].id;
	w.stamp = x->stamp;
	w.id = (uint32_t)x->n++;
	x->slot[i] = w;
	return w.id;
}

void
lexemes_free(struct lexemes *x)
{
	free(x->slot);
	*x = (struct lexemes){ 0 };
}
