/* soft.h - soft targets: what a teacher expects at the target tokens of pairs.
 *
 * At each token some words, all different, and how likely they are in parts
 * of 10,000: those of a token sum up to 10,000 at most (but for rounding, in
 * files of older versions). At a token without words the teacher is silent.
 * Nothing here prints or exits. */
#ifndef SOFT_H
#define SOFT_H

#include <stddef.h>
#include <stdint.h>
#include "base/die.h"

enum { SOFT_PARTS = 10000, SOFT_WORDS_MAX = 100 /* of a token */ };

/* Zero-initialise; soft_free. */
struct soft {
	int most;              /* words of a token; 0: no pair has any */
	long pairs;            /* that have soft targets */
	int begun;             /* pairs from this one on have none yet */
	size_t *at;            /* [begun] the first word of each pair */
	unsigned char *words;  /* [tokens] how many words of each token */
	int *ids;              /* [n] */
	uint16_t *parts;       /* [n] */
	size_t n, tokens, at_cap, n_cap, tokens_cap;
};

/* What is added next are the tokens of that pair, the first of which is that
 * target token of the corpus. Those that were left out have no words. */
void soft_begin(struct soft *, int pair, size_t token);
/* The words of the next token, ids below vocab (0: any). -1 with a reason. */
int soft_add(struct soft *, const int *ids, const int *parts, int n, int vocab,
	struct why *);
/* Copy those of a pair's tokens, first to first + n - 1 of the corpus: token i
 * of them gets words at[i] .. at[i + 1] - 1, at[0] being there already. */
void soft_take(const struct soft *, int pair, size_t first, int n, int *at,
	int *ids, int *parts);
void soft_free(struct soft *);

#endif
