/* draw_predicate.h - random predicates. */
#ifndef DRAW_PREDICATE_H
#define DRAW_PREDICATE_H

#include "draw.h"

/* is old, becomes older than the house; NULL: draw again. */
struct clause *draw_copula(struct generator *, const struct wish *);

#endif
