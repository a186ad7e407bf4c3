/* draw_relative.h - random relative clauses. */
#ifndef DRAW_RELATIVE_H
#define DRAW_RELATIVE_H

#include "draw.h"

/* Of the head, if one is found. */
void draw_relative(struct generator *, struct np *head);

#endif
