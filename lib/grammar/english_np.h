/* english_np.h - English noun phrases. */
#ifndef ENGLISH_NP_H
#define ENGLISH_NP_H

#include "clause.h"
#include "sentence.h"

void english_np(struct sentence *, const struct np *, int object);
void english_phrase(struct sentence *, const struct phrase *);

#endif
