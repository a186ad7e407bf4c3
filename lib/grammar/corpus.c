#include <string.h>
#include "corpus.h"

#ifndef CORPUS_TRIES   /* fuzzing gives up sooner */
#define CORPUS_TRIES 200000
#endif
enum { TRIES = CORPUS_TRIES,    /* draws in a row that may all be refused */
	WORDS_MAX = 30, WORDS_MIN = 3 };

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

static int
knows_words(const struct words *words, const char *s)
{
	for (size_t k; (k = next_word(&s)); s += k)
		if (words_find(words, s, k) < 0)
			return 0;
	return 1;
}

static int
add_words(struct words *words, const char *s, struct why *why)
{
	for (size_t k; (k = next_word(&s)); s += k)
		if (words_add(words, s, k, why) < 0)
			return -1;
	return 0;
}

static int
add_sentences(struct corpus *c, struct why *why)
{
	return words_add(&c->sources, c->de.data, c->de.len, why) < 0 ||
		words_add(&c->targets, c->en.data, c->en.len, why) < 0 ? -1 : 0;
}

/* A pair of which neither side was there before; words: only such as the
 * training part has. */
static int
next_pair(struct corpus *c, int words, struct why *why)
{
	for (long i = 0; i < TRIES; i++) {
		if (draw_pair(&c->draw, &c->de, &c->en))
			continue;
		long a = count_words(c->de.data), b = count_words(c->en.data);
		if (a < WORDS_MIN || a > WORDS_MAX || b > WORDS_MAX ||
		    words_find(&c->sources, c->de.data, c->de.len) >= 0 ||
		    words_find(&c->targets, c->en.data, c->en.len) >= 0)
			continue;
		if (words && !(knows_words(&c->words[0], c->de.data) &&
		    knows_words(&c->words[1], c->en.data)))
			continue;
		return add_sentences(c, why);
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
		if (train && (add_words(&c->words[0], c->de.data, why) ||
		    add_words(&c->words[1], c->en.data, why)))
			return -1;
		buf_printf(to, "%s\t%s\n", c->de.data, c->en.data);
	}
	return 0;
}

void
corpus_free(struct corpus *c)
{
	words_free(&c->sources);
	words_free(&c->targets);
	words_free(&c->words[0]);
	words_free(&c->words[1]);
	buf_free(&c->de);
	buf_free(&c->en);
}
