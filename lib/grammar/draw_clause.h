/* draw_clause.h - random clauses; NULL or -1: draw again. */
#ifndef DRAW_CLAUSE_H
#define DRAW_CLAUSE_H

#include "draw.h"

/* The verb's arguments, tense, negation and adverbials. */
struct clause *draw_clause(struct generator *, const struct wish *);
struct clause *draw_infinitive(struct generator *, const struct agr *controller,
	int own);
int draw_args(struct generator *, struct clause *, const struct wish *);
void draw_tense(struct generator *, struct clause *, const struct wish *);

#endif
