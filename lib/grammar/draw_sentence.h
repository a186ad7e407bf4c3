/* draw_sentence.h - random sentences. */
#ifndef DRAW_SENTENCE_H
#define DRAW_SENTENCE_H

#include "draw.h"

/* One sentence with its closing mark. -1 where this draw led nowhere: draw
 * again. */
int draw_sentence(struct generator *, struct clause **, char *mark);
/* The same, written in both languages. */
int draw_pair(struct generator *, struct buf *de, struct buf *en);

#endif
