/* english.h - English word forms: verbs, plurals, pronouns, numbers. */
#ifndef ENGLISH_H
#define ENGLISH_H

#include "german.h"

struct en_verb {
	char base[FORM], third[FORM], past[FORM], part[FORM], ing[FORM];
	char particle[FORM];   /* words that follow: "up", "interested" */
	int split;             /* a pronoun precedes the particle: put it on */
	int be;                /* the verb is be */
};

/* English forms of the irregular verbs, found by their base. */
struct en_irregular {
	const char *base, *past, *part, *ing;   /* ing NULL: regular */
};

enum en_aux { EN_BE, EN_HAVE, EN_DO, EN_LIKE, EN_WANT, EN_AUXES };
extern const struct en_verb en_aux[EN_AUXES];

/* text: "look for", "put|on". 0, or -1 where a form is too long. */
int en_verb_init(struct en_verb *, const char *text,
	const struct en_irregular *, size_t n);
/* The finite form; past: was or were for be. */
const char *en_verb_finite(const struct en_verb *, const struct agr *,
	int past);
void en_plural(struct buf *, const char *noun);
const char *en_pronoun(const struct agr *, int object);
const char *en_possessive(const struct agr *);
int en_wants_an(const char *word);      /* an hour, a university */

void en_number(struct buf *, long n);   /* 0 .. 999999 */
void en_year(struct buf *, long n);     /* 1000 .. 2099 */

/* --- sentences: english_np.c, english_clause.c --- */

struct sentence;
struct clause;
struct np;
struct phrase;
struct adjective;
/* A main clause, with what hangs on it; the relative clause of the noun that
 * was said last; parts of them. */
void english_clause(struct sentence *, const struct clause *);
void english_relative(struct sentence *, const struct clause *);
void english_np(struct sentence *, const struct np *, int object);
void english_phrase(struct sentence *, const struct phrase *);
/* Words, then the adjective in this degree. */
void english_compared(struct sentence *, const struct adjective *, int degree,
	const char *words);

#endif
