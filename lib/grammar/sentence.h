/* sentence.h - a sentence being written, in either language: words, with a
 * comma due before the next one. */
#ifndef SENTENCE_H
#define SENTENCE_H

#include "clause.h"

struct sentence {
	struct buf b;
	int comma;
	/* How its language writes the relative clause of a noun. */
	void (*relative)(struct sentence *, const struct clause *);
};
void sentence_say(struct sentence *, const char *fmt, ...) PRINTF(2, 3);
void sentence_comma(struct sentence *);
void sentence_end(struct sentence *, char mark);   /* capital letter, mark */

#endif
