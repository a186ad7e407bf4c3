/* ngrams.h - which n-grams of a text are in other texts.
 *
 * Order by order: an n-gram can only match where the shorter ones that it
 * begins and ends with do, so little is looked up where little matches. All
 * memory is that of the longest sentence. */
#ifndef NGRAMS_H
#define NGRAMS_H

#include <stddef.h>
#include <stdint.h>

enum { NGRAMS_ORDER_MAX = 1000 };

struct symbols {
	const uint32_t *at;   /* [n] words or characters, by number */
	size_t n;
};

/* Memory for counting. Zero-initialise, ngrams_free. */
struct ngrams {
	struct gram *gram, *old;  /* [slots] hash tables of one order and of
	                             that before; 0 or a power of two */
	size_t slots;
	uint32_t stamp;           /* slots of another stamp are empty */
	uint32_t *slot;           /* [cap] all texts: where the gram stands that
	                             begins here, or none */
	size_t cap;
};

/* match[k], for each order k + 1: the sum over the different n-grams of the
 * first text of min(how often there, how often in the text of the n - 1
 * others that has most of it). All ids are less than below; 0: not known. */
void ngrams_match(struct ngrams *, const struct symbols *text, size_t n,
	size_t below, int order, long *match);
void ngrams_free(struct ngrams *);

/* Numbers for words of one sentence pair. Zero-initialise, lexemes_free. */
struct lexemes {
	struct lexeme *slot;      /* [slots] */
	size_t slots, n;
	uint32_t stamp;
};
/* Forget all words; there will be at most so many. */
void lexemes_start(struct lexemes *, size_t most);
/* The number of a word, whose bytes must stay until the next start. */
uint32_t lexemes_id(struct lexemes *, const char *s, size_t len);
void lexemes_free(struct lexemes *);

#endif
