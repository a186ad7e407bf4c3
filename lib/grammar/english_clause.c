/* English clauses: subject, verbs, objects, and what follows. */
#include <stdio.h>
#include <string.h>
#include "sentence.h"

/* "is", "not", "read": the finite verb, and what follows a subject that it
 * changed places with. */
struct en_verbs {
	char finite[FORM];
	char rest[4 * FORM];
	int aux;             /* not and the adverb of frequency follow it */
};

/* Whom the English verb agrees with. */
static struct agr
english_agr(const struct clause *c)
{
	const struct np *n = c->subject;
	struct agr a = c->agr;

	if (c->verb->swap)
		n = c->arg[0];
	if (c->exist)
		n = c->arg[0];
	if (n)
		a = n->agr;
	if (a.formal)
		a = (struct agr){ .person = 2, .plural = 1 };
	if (n && n->kind == NP_NOUN && n->noun->mass)
		a.plural = 0;
	return a;
}

/* The words of a modal: the finite one and what stands between it and the
 * infinitive. lexical: it takes do in questions and negations. */
struct modal_words {
	const char *finite, *rest;
	const struct en_verb *lexical;
};

static struct modal_words
modal_words(const struct clause *c)
{
	static const struct en_verb *have = &en_aux[EN_HAVE];
	static const struct en_verb *want = &en_aux[EN_WANT];
	static const struct en_verb *be = &en_aux[EN_BE];
	int past = clause_is_past(c);

	switch (c->modal) {
	case CAN:
		return (struct modal_words){ past ? "could" : "can", "",
			NULL };
	case MUST:
		if (past || c->negative)
			return (struct modal_words){ NULL, "to ", have };
		return (struct modal_words){ "must", "", NULL };
	case WANT:
		return (struct modal_words){ NULL, "to ", want };
	case SHALL:
		if (past)
			return (struct modal_words){ NULL, "supposed to ",
				be };
		return (struct modal_words){ "should", "", NULL };
	case MAY:
		if (past)
			return (struct modal_words){ NULL, "allowed to ", be };
		return (struct modal_words){ c->negative ? "must" : "may", "",
			NULL };
	default:
		return (struct modal_words){ "would", "like to ", NULL };
	}
}

/* A lexical verb becomes finite, or gives its place to do. */
static void
make_finite(struct en_verbs *w, const struct clause *c, const struct en_verb *v,
	int invert, const char *rest)
{
	struct agr a = english_agr(c);
	int past = clause_is_past(c);

	w->aux = v->be || c->negative || invert;
	if (!v->be && w->aux) {
		snprintf(w->finite, FORM, "%s", en_verb_finite(&en_aux[EN_DO],
			&a, past));
		snprintf(w->rest, sizeof w->rest, "%s %s", v->base, rest);
		return;
	}
	snprintf(w->finite, FORM, "%s", en_verb_finite(v, &a, past));
	snprintf(w->rest, sizeof w->rest, "%s", rest);
}

static void
verbs_fill(struct en_verbs *w, const struct clause *c, int invert)
{
	const struct en_verb *v = c->passive ? &en_aux[EN_BE] : &c->verb->en;
	const char *part = c->passive ? c->verb->en.part : "";
	struct agr a = english_agr(c);
	char rest[3 * FORM];

	*w = (struct en_verbs){ .aux = 1 };
	if (c->modal) {
		struct modal_words m = modal_words(c);
		snprintf(rest, sizeof rest, "%s%s %s", m.rest, v->base, part);
		if (m.lexical)
			make_finite(w, c, m.lexical, invert, rest);
		else {
			strcpy(w->finite, m.finite);
			strcpy(w->rest, rest);
		}
	} else if (c->gern) {
		snprintf(rest, sizeof rest, "to %s %s", v->base, part);
		make_finite(w, c, &en_aux[EN_LIKE], invert, rest);
	} else if (c->tense == FUTURE || c->will) {
		strcpy(w->finite, "will");
		snprintf(w->rest, sizeof w->rest, "%s %s", v->base, part);
	} else if (c->tense == PLUPERFECT || c->since) {
		strcpy(w->finite, en_verb_finite(&en_aux[EN_HAVE], &a,
			!c->since));
		snprintf(w->rest, sizeof w->rest, "%s %s", v->part, part);
	} else
		make_finite(w, c, v, invert, part);
}

static void
trim(char *s)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == ' ')
		s[--n] = 0;
}

static const char *
arg_prep(const struct clause *c, int i)
{
	const struct arg *a = &c->verb->arg[i];
	const struct np *n = c->arg[i];

	if (a->kind != ARG_LOC && a->kind != ARG_DIR)
		return a->en;
	if (n->kind == NP_ADVERB)
		return "";
	if (n->kind == NP_PLACE)
		return a->kind == ARG_LOC ? "in" : "to";
	return a->kind == ARG_LOC ? n->noun->loc_en : n->noun->dir_en;
}

static void
say_arg(struct sentence *t, const struct clause *c, int i)
{
	sentence_say(t, "%s", arg_prep(c, i));
	/* "there is no park", but "does not see a park" */
	english_np(t, c->arg[i], !c->exist);
}

/* Objects, each with its preposition; those with one come after those
 * without. Asked ones leave their preposition behind. */
static void
say_objects(struct sentence *t, const struct clause *c)
{
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < c->verb->args; i++) {
			const struct np *n = c->arg[i];
			if (!n)
				continue;
			if ((*arg_prep(c, i) != 0) != pass)
				continue;
			if (n->kind == NP_RELATIVE || n->kind == NP_ASKED ||
			    n->det == DET_WHICH || n->det == DET_HOW_MANY)
				sentence_say(t, "%s", arg_prep(c, i));
			else
				say_arg(t, c, i);
		}
}

static void
say_predicate(struct sentence *t, const struct clause *c)
{
	if (c->predicate == PREDICATE_JOB) {
		if (c->agr.plural && !c->agr.formal)
			sentence_say(t, "%s", c->job->en_many);
		else
			sentence_say(t, "a %s", c->job->en);
	}
	if (c->predicate == PREDICATE_TEXT)
		english_phrase(t, c->text);
	if (c->predicate != PREDICATE_ADJECTIVE)
		return;
	english_compared(t, c->adj, c->degree, c->degree == SUPERLATIVE ?
		"the " : c->degree == VERY ? "very " : c->degree == EQUAL ?
		"as " : "");
	if (c->than) {
		sentence_say(t, c->degree == EQUAL ? "as" : "than");
		english_np(t, c->than, 1);
	}
}

static void say_inner(struct sentence *, const struct clause *);

/* All that follows the verbs. */
static void
say_rest(struct sentence *t, const struct clause *c)
{
	static const enum slot order[] = { SLOT_MANNER, SLOT_WITH, SLOT_PLACE,
		SLOT_TIME, SLOT_CAUSE };
	const char *particle = c->passive || c->verb->en.particle[0] ?
		c->verb->en.particle : "";
	struct clause rest = *c;

	if (c->verb->en.split && !c->passive && c->arg[0] &&
	    c->arg[0]->kind == NP_PRONOUN) {
		english_np(t, c->arg[0], 1);
		rest.arg[0] = NULL;
	}
	sentence_say(t, "%s", particle);
	if (c->verb->swap) {
		if (c->subject->kind != NP_RELATIVE)
			english_np(t, c->subject, 1);
	} else
		say_objects(t, &rest);
	say_predicate(t, c);
	if (c->agent) {
		sentence_say(t, "by");
		english_np(t, c->agent, 1);
	}
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (c->adverbial[order[i]])
			english_phrase(t, c->adverbial[order[i]]);
	if (c->inner)
		say_inner(t, c);
}

static void
say_subject(struct sentence *t, const struct clause *c)
{
	if (c->silent || !c->subject)
		return;
	if (c->exist)
		sentence_say(t, "there");
	else if (c->verb->swap)
		english_np(t, c->arg[0], 0);
	else if (c->subject->kind != NP_RELATIVE)
		english_np(t, c->subject, 0);
}

static void
say_body(struct sentence *t, const struct clause *c, int invert)
{
	struct en_verbs w;
	const struct phrase *often = c->adverbial[SLOT_FREQUENCY];

	verbs_fill(&w, c, invert);
	trim(w.rest);
	if (!invert)
		say_subject(t, c);
	if (often && !w.aux)
		english_phrase(t, often);
	sentence_say(t, "%s", w.finite);
	if (c->negative && !strcmp(w.finite, "can"))
		buf_str(&t->b, "not");
	else if (c->negative && !invert)
		sentence_say(t, "not");
	if (invert) {
		say_subject(t, c);
		if (c->negative)
			sentence_say(t, "not");
	}
	if (often && w.aux)
		english_phrase(t, often);
	sentence_say(t, "%s", w.rest);
	say_rest(t, c);
}

/* An infinitive (form base) or a gerund, with all that follows. */
static void
say_nonfinite(struct sentence *t, const struct clause *c, int ing)
{
	const struct en_verb *v = &c->verb->en;

	sentence_say(t, ing ? "%s" : "to %s", ing ? v->ing : v->base);
	say_rest(t, c);
}

static void
say_inner(struct sentence *t, const struct clause *c)
{
	int zu = clause_arg(c, ARG_ZU);

	if (zu >= 0) {
		say_nonfinite(t, c->inner, !strcmp(c->verb->arg[zu].en,
			"ing"));
		return;
	}
	sentence_say(t, clause_arg(c, ARG_OB) >= 0 ? "whether" : "that");
	say_body(t, c->inner, 0);
}

void
english_relative(struct sentence *t, const struct clause *c)
{
	for (int i = 0; i < c->verb->args; i++)
		if (c->arg[i] && c->arg[i]->kind == NP_RELATIVE)
			english_np(t, c->arg[i], 1);
	if (c->subject->kind == NP_RELATIVE)
		english_np(t, c->subject, 0);
	say_body(t, c, 0);
}

static void
say_question(struct sentence *t, const struct clause *c)
{
	int invert = c->question != ASK_SUBJECT;

	if (c->question == ASK_ADVERB)
		sentence_say(t, "%s", c->ask_en);
	if (c->question == ASK_ARG)
		for (int i = 0; i < c->verb->args; i++)
			if (c->arg[i] && (c->arg[i]->kind == NP_ASKED ||
			    c->arg[i]->det == DET_WHICH ||
			    c->arg[i]->det == DET_HOW_MANY))
				english_np(t, c->arg[i], 1);
	say_body(t, c, invert);
}

static void
say_main(struct sentence *t, const struct clause *c)
{
	const struct phrase *first = c->adverbial[SLOT_SENTENCE];

	if (c->question) {
		say_question(t, c);
		return;
	}
	if (c->polite) {
		sentence_say(t, "please %s", c->verb->en.base);
		say_rest(t, c);
		return;
	}
	if (first)
		english_phrase(t, first);
	say_body(t, c, 0);
}

void
english_clause(struct sentence *t, const struct clause *c)
{
	const struct clause *a = c->adjunct;
	int coord = a && c->conj->kind == CONJ_COORD;

	if (a && c->adjunct_first) {
		sentence_say(t, "%s", c->conj->en);
		say_body(t, a, 0);
		sentence_comma(t);
		say_main(t, c);
		return;
	}
	say_main(t, c);
	if (!a)
		return;
	if (coord && strcmp(c->conj->de, "und"))
		sentence_comma(t);
	if (!a->subject) {   /* um, ohne, anstatt zu */
		sentence_say(t, "%s", c->conj->en);
		say_nonfinite(t, a, *c->conj->en != 0);
		return;
	}
	sentence_say(t, "%s", c->conj->en);
	if (coord)
		english_clause(t, a);
	else
		say_body(t, a, 0);
}
