/* draw_np.h - random noun phrases; NULL where the lexicon has no noun of
 * these classes. */
#ifndef DRAW_NP_H
#define DRAW_NP_H

#include "draw.h"

const struct noun *draw_noun(struct generator *, const struct classes *);
struct np *draw_np(struct generator *, const struct classes *,
	const struct agr *owner, int nested);
struct np *draw_subject(struct generator *, const struct classes *, int nested);
struct np *draw_place(struct generator *, const struct classes *,
	const struct agr *owner, enum arg_kind);
const struct adjective *draw_adjective(struct generator *,
	const struct classes *);
const struct adverb *draw_adverb(struct generator *, int kinds);
struct np *draw_name(struct generator *);
int np_is_marked(const struct np *);   /* nominative and accusative differ */

#endif
