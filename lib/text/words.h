/* words.h - a set of byte strings, numbered in the order they came.
 *
 * One block of bytes, one table of offsets, one hash index. Zero-initialise,
 * words_free. Pointers into it last until the next words_add. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>
#include <stdint.h>
#include "base/die.h"

struct word {
	size_t at, len;       /* in bytes; a NUL follows */
};

struct words {
	char *bytes;
	size_t used, cap;
	struct word *word;    /* [n] */
	size_t word_cap;
	int n;
	int *slot;            /* [slots] number of a word or -1 */
	size_t slots;         /* a power of two, at least 2 n */
};

/* The number of the word, which is new if n grew; -1 with a reason where there
 * are too many. */
int words_add(struct words *, const char *bytes, size_t len, struct why *);
/* A new number in any case: what is there already is found no more. */
int words_add_again(struct words *, const char *bytes, size_t len,
	struct why *);
int words_find(const struct words *, const char *bytes, size_t len); /* or -1 */
const char *words_text(const struct words *, int id);
void words_free(struct words *);

#endif
