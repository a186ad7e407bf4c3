/* draw.h - random sentences of the bilingual grammar, a file for each part.
 * What is drawn is NULL or -1 where that led nowhere, such as where the lexicon
 * has no noun of these classes: draw again. */
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
/* One of a table of the lexicon. */
#define one_of(d, table) (&(table).at[below(d, (long)(table).n)])

/* noun phrases */
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

/* when, where, how; and what opens the sentence */
void draw_adverbials(struct generator *, struct clause *, const struct wish *);
void draw_front(struct generator *, struct clause *);
struct phrase *numbered(struct generator *, const char *de, const char *en,
	long n, void (*print_de)(struct buf *, long),
	void (*print_en)(struct buf *, long));

/* clauses: the verb's arguments, tense, negation and adverbials */
struct clause *draw_clause(struct generator *, const struct wish *);
struct clause *draw_infinitive(struct generator *, const struct agr *controller,
	int own);
int draw_args(struct generator *, struct clause *, const struct wish *);
void draw_tense(struct generator *, struct clause *, const struct wish *);
/* is old, becomes older than the house */
struct clause *draw_copula(struct generator *, const struct wish *);
/* Of the head, if one is found. */
void draw_relative(struct generator *, struct np *head);
struct clause *draw_yes_no(struct generator *);
struct clause *draw_wh_question(struct generator *);

/* One sentence with its closing mark. */
int draw_sentence(struct generator *, struct clause **, char *mark);
/* The same, written in both languages. */
int draw_pair(struct generator *, struct buf *de, struct buf *en);

#endif
