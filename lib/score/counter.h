/* counter.h - what it takes to count one sentence for any metric.
 *
 * A metric reduces a hypothesis and its references to a row of sums that add
 * up over sentences; a score comes from added rows. No memory here grows with
 * the text: only with the longest sentence. */
#ifndef COUNTER_H
#define COUNTER_H

#include <stddef.h>
#include <stdint.h>
#include "ngrams.h"
#include "tokenize.h"

/* How scores are computed from sums, where it shows: exactly, as for a corpus;
 * in single precision, as sacreBLEU's bootstrap does under NumPy 2; with sums
 * that stay whole, as its approximate randomisation does. */
enum arithmetic { EXACT, SINGLE, WHOLE };

/* x as the arithmetic has it. Of one operation on two singles this is what
 * single precision gives. */
static inline double
rounded(enum arithmetic a, double x)
{
	return a == SINGLE ? (float)x : x;
}

/* Zero-initialise, counter_free. */
struct counter {
	struct tokens *tokens;    /* [texts] */
	struct symbols *ids;      /* [texts] of the text's words or
	                             characters, in id */
	size_t texts;
	uint32_t *id;             /* [cap] */
	size_t cap;
	size_t below;             /* all ids are less than that */
	struct lexemes lexemes;
	struct ngrams ngrams;
	struct ter_table *ter;
};

/* Split n texts into words: c->tokens[0 .. n). */
void counter_split(struct counter *c, const struct tokenize_opts *,
	const struct span *, size_t n);
/* Number them: c->ids[0 .. n). */
void counter_number(struct counter *c, size_t n);
/* Both. */
void counter_words(struct counter *c, const struct tokenize_opts *,
	const struct span *, size_t n);
/* Number their characters, white space only if wanted. */
void counter_chars(struct counter *c, int lowercase, int whitespace,
	const struct span *, size_t n);
void counter_free(struct counter *);

#endif
