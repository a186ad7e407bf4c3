/* draw_adverbial.h - random adverbials: when, where, how; and what opens the
 * sentence. */
#ifndef DRAW_ADVERBIAL_H
#define DRAW_ADVERBIAL_H

#include "draw.h"

void draw_adverbials(struct generator *, struct clause *, const struct wish *);
void draw_front(struct generator *, struct clause *);
struct phrase *numbered(struct generator *, const char *de, const char *en,
	long n, void (*print_de)(struct buf *, long),
	void (*print_en)(struct buf *, long));

#endif
