/* lexicon.h - the words of the shipped corpus, read from a folder of TSV
 * files.
 *
 * Each file opens with a comment that names its columns; # starts a comment,
 * - stands for an empty or regular field.  Nouns have classes (person, food);
 * what a verb, an adjective or a preposition goes with is a set of classes, so
 * that sentences make sense and homonyms are told apart. */
#ifndef LEXICON_H
#define LEXICON_H

#include <stdint.h>
#include "base/die.h"
#include "english.h"
#include "german.h"

/* A set of noun classes (person, food): what goes with what. */
struct classes { uint64_t bits[2]; };
static inline int
classes_meet(const struct classes *a, const struct classes *b)
{
	return (a->bits[0] & b->bits[0]) || (a->bits[1] & b->bits[1]);
}
void classes_add(struct classes *, int number);

/* who or that, auf ihn or darauf */
enum life { THING, ANIMAL, HUMAN };

struct noun {
	const char *de, *gen, *many;   /* many NULL: a mass noun */
	const char *en;
	char en_many[FORM];
	enum gender gender;            /* MANY: plural only */
	enum gender natural;           /* he, she, it */
	enum life life;
	int weak;                      /* den Studenten */
	int mass;                      /* no English plural: homework */
	int unique;                    /* only with the definite article */
	struct classes classes;
	/* im Park, in the park, in den Park, to the park; NULL: no place */
	const char *loc_de, *loc_en, *dir_de, *dir_en;
};

enum arg_kind { ARG_ACC, ARG_DAT, ARG_PREP, ARG_DIR, ARG_LOC, ARG_ZU, ARG_DASS,
	ARG_OB };
enum { ARGS_MAX = 3 };

struct arg {
	enum arg_kind kind;
	enum gcase gcase;
	const char *de, *en;   /* prepositions, or ""; en: "ing" after ARG_ZU */
	struct classes classes;
};

struct verb {
	struct de_verb de;
	struct en_verb en;
	struct classes subject;
	struct arg arg[ARGS_MAX];
	int args;
	int reflexive, swap, weather;
	int manner, passive, since;   /* what it goes with */
	int shared;                   /* another verb has the same infinitive */
};

struct adjective {
	const char *de, *stem, *more, *most;       /* most NULL: none */
	const char *en, *en_more, *en_most;        /* NULL: "more", "most" */
	struct classes classes;
};

enum adverb_kind { ADV_PAST, ADV_PRESENT, ADV_FUTURE, ADV_NOW, ADV_FREQUENCY,
	ADV_MANNER, ADV_PLACE, ADV_WHITHER, ADV_SENTENCE, ADV_KINDS };
struct adverb {
	const char *de, *en;
	enum adverb_kind kind;
};

enum prep_kind { PREP_WITH, PREP_CAUSE, PREP_TIME, PREP_WHERE, PREP_KINDS };
struct preposition {
	const char *de, *en;
	enum gcase gcase;
	enum prep_kind kind;
	struct classes classes;
};

enum conj_kind { CONJ_COORD, CONJ_SUB, CONJ_TIME, CONJ_PAST, CONJ_PERFECT,
	CONJ_PRESENT, CONJ_CAN, CONJ_KINDS };
struct conjunction {
	const char *de, *en;
	enum conj_kind kind;
};

struct name {
	const char *name;
	enum gender gender;
};

struct place {
	const char *de, *en;
	int article;           /* die Schweiz: in der Schweiz */
};

/* Classes that the drawing asks for; empty where the files have none. */
#define LEXICON_CLASSES(CLASS) CLASS(person) CLASS(adult) CLASS(young) \
	CLASS(city) CLASS(town) CLASS(place) CLASS(building) CLASS(water) \
	CLASS(worn) CLASS(goods) CLASS(vehicle) CLASS(animal) CLASS(kin) \
	CLASS(job)

#define LEXICON_TABLE(type) struct { struct type *at; size_t n; }
#define LEXICON_CLASS(name) struct classes name;
struct lexicon {
	LEXICON_TABLE(noun) nouns;
	LEXICON_TABLE(verb) verbs;
	LEXICON_TABLE(adjective) adjectives;
	LEXICON_TABLE(adverb) adverbs;
	LEXICON_TABLE(preposition) prepositions;
	LEXICON_TABLE(conjunction) conjunctions;
	LEXICON_TABLE(name) names;
	LEXICON_TABLE(place) places;
	LEXICON_TABLE(en_irregular) irregular;
	const char *class_name[128];
	size_t n_classes;
	LEXICON_CLASSES(LEXICON_CLASS)
	/* sein, werden, kosten with a predicate; es gibt; geboren werden */
	struct verb be, become, cost, exist, bear;
	char **lines;              /* owns every string above */
	size_t n_lines;
};

/* Read all files of the folder: 0, or -1 with "FILE:LINE: reason". A file that
 * cannot be read ends the program, as everywhere in rec. */
int lexicon_load(struct lexicon *, const char *folder, struct why *);
void lexicon_free(struct lexicon *);
/* The number of the class of that name, or -1. */
int lexicon_class_number(const struct lexicon *, const char *name);

#endif
