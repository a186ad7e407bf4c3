/* corpus.h - distinct pairs of sentences, in parts of which the held-out ones
 * use only words of the first. */
#ifndef CORPUS_H
#define CORPUS_H

#include "draw.h"
#include "text/words.h"

/* Zero-initialise but for draw, corpus_free. */
struct corpus {
	struct generator draw;
	struct words sources, targets;    /* sentences that are taken */
	struct words words[2];            /* of the training part's sides */
	struct buf de, en;
};

/* Append n pairs, "german TAB english" lines; train: their words become known,
 * else they have known words only. -1 with a reason where there seem to be no
 * more. */
int corpus_add(struct corpus *, struct buf *to, long n, int train,
	struct why *);
void corpus_free(struct corpus *);

#endif
