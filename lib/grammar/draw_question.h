/* draw_question.h - random questions; NULL: draw again. */
#ifndef DRAW_QUESTION_H
#define DRAW_QUESTION_H

#include "draw.h"

struct clause *draw_yes_no(struct generator *);
struct clause *draw_wh_question(struct generator *);

#endif
