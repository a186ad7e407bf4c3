/* german_np.h - German noun phrases. */
#ifndef GERMAN_NP_H
#define GERMAN_NP_H

#include "clause.h"
#include "sentence.h"

void german_np(struct sentence *, const struct np *, enum gcase);
void german_prep(struct sentence *, const char *prep, const struct np *,
	enum gcase);
void german_phrase(struct sentence *, const struct phrase *);

#endif
