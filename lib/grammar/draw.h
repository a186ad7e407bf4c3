/* draw.h - random sentences of the bilingual grammar: what drawing them is made
 * of. Each draw_*.h is about a part; each includes only those before it: np,
 * adverbial, predicate, clause, relative, question, sentence. */
#ifndef DRAW_H
#define DRAW_H

#include "base/rng.h"
#include "clause.h"

struct generator {
	const struct lexicon *lex;
	struct rng rng;
	struct scene *scene;
	/* draw_relative: draw_sentence sets it. Noun phrases have relative
	 * clauses, and those noun phrases. */
	void (*relative)(struct generator *, struct np *head);
};

/* What draw_clause has to respect. */
enum when { ANY_TIME, IN_PAST, IN_PRESENT };
struct wish {
	struct np *subject;        /* NULL: a new one */
	const struct np *object;   /* what a pronoun may stand for, or NULL */
	enum when when;
	int plain;                 /* no inner clause */
	int nested;                /* no clause inside a noun phrase */
	int sub;                   /* a subordinate clause: no future */
	int formal;                /* the subject is Sie */
	int firm;                  /* no negation, no modal */
};

int chance(struct generator *, int percent);
long below(struct generator *, long n);
struct np *np_new(struct generator *, enum np_kind);
struct np *np_noun(struct generator *, const struct noun *);   /* singular */
struct clause *clause_new(struct generator *, const struct verb *);
struct phrase *phrase_new(struct generator *, const char *de, const char *en);
/* A word of the same person and gender. */
struct np *np_pronoun(struct generator *, const struct np *of);
struct np *np_asked(struct generator *, int thing);   /* who, what */

#endif
