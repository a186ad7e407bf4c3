/* clause.h - what a sentence says, before either language puts it in order.
 *
 * A clause tree is drawn once (draw.h) and written twice (sentence.h). All of
 * its parts live in a struct scene that the caller owns and that is emptied for
 * each sentence; pointers are into it or into the lexicon. */
#ifndef CLAUSE_H
#define CLAUSE_H

#include "lexicon.h"

enum det { DET_NONE, DET_DEF, DET_INDEF, DET_KEIN, DET_POSS, DET_DIES, DET_JED,
	DET_ALL, DET_NUMBER, DET_MANY, DET_SOME, DET_FEW, DET_WHICH,
	DET_HOW_MANY, DET_WHOSE };
enum degree { POSITIVE, VERY, COMPARATIVE, EQUAL, SUPERLATIVE };
enum np_kind { NP_NOUN, NP_PRONOUN, NP_NAME, NP_PLACE, NP_ADVERB, NP_PAIR,
	NP_ASKED, NP_RELATIVE };

struct np {
	enum np_kind kind;
	struct agr agr;
	struct classes classes;
	enum life life;
	enum det det;
	const struct noun *noun;
	const struct name *name;
	const struct place *place;
	const struct adverb *adverb;
	const struct adjective *adj;
	enum degree degree;            /* of adj */
	long number;                   /* DET_NUMBER */
	struct agr owner;              /* DET_POSS */
	struct np *genitive;           /* the teacher's, of the house */
	struct np *first, *other;      /* NP_PAIR */
	struct phrase *detail;         /* with the hat */
	struct clause *relative;
};

/* An adverbial: fixed words, or a preposition before a noun phrase. */
struct phrase {
	const char *de, *en;
	struct np *np;
	enum gcase gcase;
	char de_text[64], en_text[64];   /* fixed words with numbers in them */
};

enum tense { PRESENT, PRETERITE, PERFECT, PLUPERFECT, FUTURE };
enum modal { NO_MODAL, CAN, MUST, WANT, SHALL, MAY, LIKE };

/* The parts of a German clause between the verbs, in their order. */
enum slot { SLOT_NONE, SLOT_SUBJECT, SLOT_REFLEXIVE, SLOT_PRONOUNS, SLOT_TIME,
	SLOT_CAUSE, SLOT_FREQUENCY, SLOT_DAT, SLOT_ACC, SLOT_AGENT, SLOT_NOT,
	SLOT_WITH, SLOT_MANNER, SLOT_PLACE, SLOT_NEW, SLOT_PREP, SLOT_WHERE,
	SLOT_PREDICATE, SLOT_SENTENCE, SLOTS };

enum question { NO_QUESTION, YES_NO, ASK_SUBJECT, ASK_ARG, ASK_ADVERB };
enum predicate { NO_PREDICATE, PREDICATE_ADJECTIVE, PREDICATE_JOB,
	PREDICATE_TEXT };

struct clause {
	const struct verb *verb;
	struct np *subject;             /* NULL: an infinitive */
	int silent;                     /* the subject is left out: und liest */
	struct agr agr;                 /* the subject's or the controller's */
	struct np *arg[ARGS_MAX];       /* as in verb->arg */
	struct clause *inner;           /* the zu, dass or ob clause */
	enum tense tense;
	enum modal modal;
	int passive;
	struct np *agent;
	int nicht, negative;            /* German nicht; English not */
	int will, since, gern;          /* English will, has .., likes to .. */
	int exist;                      /* es gibt, there is */
	int polite;                     /* Bitte öffnen Sie */
	struct phrase *adverbial[SLOTS];
	enum predicate predicate;
	const struct adjective *adj;
	enum degree degree;
	struct np *than;
	const struct noun *job;
	struct phrase *text;
	enum slot front;                /* before the finite verb */
	enum question question;
	const char *ask_de, *ask_en;    /* ASK_ADVERB: warum, why */
	const struct conjunction *conj; /* joins adjunct */
	struct clause *adjunct;
	int adjunct_first;
};

enum { NPS = 64, PHRASES = 48, CLAUSES = 16 };
struct scene {
	struct np np[NPS];
	struct phrase phrase[PHRASES];
	struct clause clause[CLAUSES];
	int nps, phrases, clauses;
};

/* Where the argument of a kind stands in the clause, -1 if nowhere. */
int clause_arg(const struct clause *, enum arg_kind);
int np_is_new(const struct np *);          /* not known to the listener yet */
int clause_is_past(const struct clause *);
int verb_has_inner(const struct verb *);   /* a zu, dass or ob clause */
void clause_negate(struct clause *);

#endif
