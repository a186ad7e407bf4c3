/* german.h - German word forms: articles, endings, pronouns, verbs, numbers.
 *
 * Tables and rules of the standard language, independent of the lexicon.
 * Strings that are returned are constant. */
#ifndef GERMAN_H
#define GERMAN_H

#include "base/mem.h"

enum gender { MASC, FEM, NEUT, MANY };       /* the plural is a fourth gender */
enum gcase { NOM, ACC, DAT, GEN };
enum declension { STRONG, WEAK, MIXED };

/* Who a verb or a pronoun agrees with. */
struct agr {
	int person;              /* 1, 2, 3 */
	int plural, formal;      /* formal: Sie, with person 3 and plural */
	enum gender gender;      /* grammatical, of the singular */
	enum gender natural;     /* what English calls it: he, she, it */
};

enum { FORM = 40 };   /* bytes of a word form */

struct de_verb {
	char prefix[FORM];       /* separable, or "" */
	char inf[FORM];          /* all forms without the prefix */
	char pres[6][FORM];      /* ich du er wir ihr sie */
	char pret[FORM];         /* 1st and 3rd singular */
	char part[FORM];
	int sein;                /* perfect with sein, not haben */
};

enum de_aux { DE_HABEN, DE_SEIN, DE_WERDEN, DE_GEBEN,
	DE_CAN, DE_MUST, DE_WANT, DE_SHALL, DE_MAY, DE_LIKE, DE_AUXES };
extern const struct de_verb de_aux[DE_AUXES];

const char *de_definite(enum gender, enum gcase);            /* der die das */
const char *de_relative(enum gender, enum gcase);            /* den, dessen */
const char *de_indefinite_ending(enum gender, enum gcase);   /* ein, mein */
const char *de_determiner_ending(enum gender, enum gcase);   /* dies, jed */
const char *de_adjective_ending(enum declension, enum gender, enum gcase);
const char *de_pronoun(const struct agr *, enum gcase);      /* not GEN */
const char *de_reflexive(const struct agr *);                /* accusative */
const char *de_possessive(const struct agr *, int ending);   /* the stem */
/* "im" for in and dem, or NULL where the two stay apart. */
const char *de_contraction(const char *prep, enum gender, enum gcase);

/* inf has a | behind a separable prefix. third is "hält" or "hält,hältst".
 * third, pret and part NULL: a weak verb. 0, or -1: no infinitive, or a form
 * that is too long. */
int de_verb_init(struct de_verb *, const char *inf, const char *third,
	const char *pret, const char *part, int sein);
void de_verb_finite(struct buf *, const struct de_verb *, const struct agr *,
	int past);

void de_number(struct buf *, long n);   /* 0 .. 999999, in one word */
void de_year(struct buf *, long n);     /* 1000 .. 2099 */

/* --- sentences: german_np.c, german_clause.c --- */

struct sentence;
struct clause;
struct np;
struct phrase;
/* A main clause, with what hangs on it; the relative clause of the noun that
 * was said last; parts of them. */
void german_clause(struct sentence *, const struct clause *);
void german_relative(struct sentence *, const struct clause *);
void german_np(struct sentence *, const struct np *, enum gcase);
void german_prep(struct sentence *, const char *prep, const struct np *,
	enum gcase);
void german_phrase(struct sentence *, const struct phrase *);

#endif
