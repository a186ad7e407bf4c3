/* corpus.h - distinct pairs of sentences, in parts of which the held-out ones
 * use only words of the first. */
#ifndef CORPUS_H
#define CORPUS_H

#include "draw_sentence.h"

/* A set of strings, by hash: open addressing, doubled at half full. A
 * collision of 64 bits would only cost a sentence. */
struct hashes {
	uint64_t *at;
	size_t n, cap;
};

/* Zero-initialise but for draw, corpus_free. */
struct corpus {
	struct generator draw;
	struct hashes sources, targets;   /* sentences that are taken */
	struct hashes words;              /* of the training part */
	struct buf de, en;
};

/* Append n pairs, "german TAB english" lines; train: their words become known,
 * else they have known words only. -1 with a reason where there seem to be no
 * more. */
int corpus_add(struct corpus *, struct buf *to, long n, int train,
	struct why *);
void corpus_free(struct corpus *);

#endif
