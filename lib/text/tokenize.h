/* tokenize.h - the tokenizers of BLEU.
 *
 * As sacreBLEU has them: "none" splits at white space; "13a" is that of
 * mteval-v13a.pl, WMT's. Input is UTF-8. */
#ifndef TOKENIZE_H
#define TOKENIZE_H

#include <stddef.h>
#include "mem.h"

enum tokenizer { TOKENIZE_NONE, TOKENIZE_13A };

/* A text and what it takes to prepare it. Zero-initialise, tokens_free. */
struct tokens {
	struct buf text, spare;
};

/* Prepare s, then take its tokens one by one with tokens_next. */
void tokens_start(struct tokens *, enum tokenizer, int lowercase,
	const char *s, size_t len);
/* The next token from *at (0 at first), or NULL. */
const char *tokens_next(const struct tokens *, size_t *at, size_t *len);
void tokens_free(struct tokens *);

#endif
