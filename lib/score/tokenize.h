/* tokenize.h - the tokenizers of BLEU and TER.
 *
 * As sacreBLEU has them: "none" splits at white space; "13a" is that of
 * mteval-v13a.pl, WMT's; "intl" that of mteval-v14.pl, which knows all of
 * Unicode's punctuation and symbols; "char" takes every character for itself;
 * "zh" Chinese characters, and the rest like 13a. "tercom" is TER's; that of
 * chrF splits at white space and parts a mark from a word. Input is UTF-8.
 * Classes are those of utf8proc's Unicode. */
#ifndef TOKENIZE_H
#define TOKENIZE_H

#include <stddef.h>
#include "base/mem.h"
#include "lower.h"

enum tokenizer { TOKENIZE_NONE, TOKENIZE_13A, TOKENIZE_INTL, TOKENIZE_CHAR,
	TOKENIZE_ZH, TOKENIZE_TERCOM, TOKENIZE_CHRF };
extern const char *const tokenizer_names[];   /* BLEU's, NULL-ended */

struct tokenize_opts {
	enum tokenizer kind;
	int lowercase;
	int asian;        /* tercom: Chinese characters and marks, too */
	int no_punct;     /* leave . , ? : ; ! " ( ) out of all tokens */
};

/* Zero-initialise, tokens_free. */
struct tokens {
	struct span *at;          /* [n] */
	size_t n, cap;
	struct buf text, joined;
	struct lower lower;
	unsigned char class[256];  /* by the first byte, for made_for */
	int made, made_for;
};

/* Split s into t->at, valid until the next call and as long as s is. */
void tokens_split(struct tokens *t, const struct tokenize_opts *,
	const char *s, size_t len);
/* Split the tokens, joined by spaces, again. */
void tokens_split_again(struct tokens *t, const struct tokenize_opts *);
void tokens_free(struct tokens *);

#endif
