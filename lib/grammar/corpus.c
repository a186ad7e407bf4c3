#include <stdlib.h>
#include <string.h>
#include "corpus.h"

#ifndef CORPUS_TRIES   /* fuzzing gives up sooner */
#define CORPUS_TRIES 200000
#endif
enum { TRIES = CORPUS_TRIES,    /* draws in a row that may all be refused */
	WORDS_MAX = 30, WORDS_MIN = 3 };

static uint64_t
hash(const char *s, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;   /* FNV-1a */

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	h = rng_mix(h);
	return h ? h : 1;
}

static int
hashes_has(const struct hashes *s, uint64_t h)
{
	size_t i = s->cap ? h % s->cap : 0;

	if (!s->cap)
		return 0;
	for (; s->at[i]; i = (i + 1) % s->cap)
		if (s->at[i] == h)
			return 1;
	return 0;
}

static void
hashes_add(struct hashes *s, uint64_t h)
{
	if (s->n * 2 >= s->cap) {
		struct hashes big = { NULL, 0, s->cap ? s->cap * 2 : 1 << 12 };
		big.at = xcalloc(big.cap, sizeof *big.at);
		for (size_t i = 0; i < s->cap; i++)
			if (s->at[i])
				hashes_add(&big, s->at[i]);
		free(s->at);
		*s = big;
	}
	size_t i = h % s->cap;
	for (; s->at[i]; i = (i + 1) % s->cap)
		if (s->at[i] == h)
			return;
	s->at[i] = h;
	s->n++;
}

/* The next word of *p without punctuation, its length, or 0 at the end. */
static size_t
next_word(const char **p)
{
	*p += strspn(*p, " ,.?");
	return strcspn(*p, " ,.?");
}

static long
count_words(const char *s)
{
	long n = 0;

	for (size_t k; (k = next_word(&s)); s += k)
		n++;
	return n;
}

/* The two sides have separate words, so the side is mixed into the hash. */
static int
knows_words(const struct hashes *words, const char *s, uint64_t side)
{
	for (size_t k; (k = next_word(&s)); s += k)
		if (!hashes_has(words, hash(s, k) ^ side))
			return 0;
	return 1;
}

static void
add_words(struct hashes *words, const char *s, uint64_t side)
{
	for (size_t k; (k = next_word(&s)); s += k)
		hashes_add(words, hash(s, k) ^ side);
}

/* A pair of which neither side was there before; words: only such as the
 * training part has. */
static int
next_pair(struct corpus *c, int words, struct why *why)
{
	for (long i = 0; i < TRIES; i++) {
		if (draw_pair(&c->draw, &c->de, &c->en))
			continue;
		uint64_t s = hash(c->de.data, c->de.len);
		uint64_t t = hash(c->en.data, c->en.len);
		long a = count_words(c->de.data), b = count_words(c->en.data);
		if (a < WORDS_MIN || a > WORDS_MAX || b > WORDS_MAX ||
		    hashes_has(&c->sources, s) || hashes_has(&c->targets, t))
			continue;
		if (words && !(knows_words(&c->words, c->de.data, 0) &&
		    knows_words(&c->words, c->en.data, 1)))
			continue;
		hashes_add(&c->sources, s);
		hashes_add(&c->targets, t);
		return 0;
	}
	return why_set(why, "no further pair in %d draws%s", TRIES, words ?
		" that uses only words of the training part: try a bigger "
		"--count" : "");
}

int
corpus_add(struct corpus *c, struct buf *to, long n, int train,
	struct why *why)
{
	while (n-- > 0) {
		if (next_pair(c, !train, why))
			return -1;
		if (train) {
			add_words(&c->words, c->de.data, 0);
			add_words(&c->words, c->en.data, 1);
		}
		buf_printf(to, "%s\t%s\n", c->de.data, c->en.data);
	}
	return 0;
}

void
corpus_free(struct corpus *c)
{
	free(c->sources.at);
	free(c->targets.at);
	free(c->words.at);
	buf_free(&c->de);
	buf_free(&c->en);
}
