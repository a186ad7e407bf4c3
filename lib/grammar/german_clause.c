/* German clauses: where the verbs stand, and what stands between them. */
#include <string.h>
#include "sentence.h"

enum order { SECOND, FIRST, LAST, INFINITIVE };

/* The two ends of the verb bracket. */
struct de_verbs {
	struct sentence finite, rest;
};

static void
say_infinitive(struct sentence *t, const struct clause *c)
{
	const struct de_verb *v = &c->verb->de;

	if (c->passive)
		sentence_say(t, "%s%s werden", v->prefix, v->part);
	else
		sentence_say(t, "%s%s", v->prefix, v->inf);
}

static void
say_finite(struct sentence *t, const struct de_verb *v, const struct clause *c,
	int past)
{
	struct buf b = { 0 };

	de_verb_finite(&b, v, &c->agr, past);
	sentence_say(t, "%s", b.data);
	buf_free(&b);
}

static void
verbs_fill(struct de_verbs *w, const struct clause *c, enum order o)
{
	const struct de_verb *v = &c->verb->de;
	int past = c->tense == PRETERITE || c->tense == PLUPERFECT;

	if (o == INFINITIVE) {
		sentence_say(&w->rest, *v->prefix ? "%szu%s" : "%szu %s",
			v->prefix, v->inf);
	} else if (c->modal) {
		say_finite(&w->finite, &de_aux[DE_CAN + c->modal - CAN], c,
			past);
		say_infinitive(&w->rest, c);
	} else if (c->tense == FUTURE) {
		say_finite(&w->finite, &de_aux[DE_WERDEN], c, 0);
		say_infinitive(&w->rest, c);
	} else if (c->tense == PERFECT || c->tense == PLUPERFECT) {
		say_finite(&w->finite, &de_aux[v->sein || c->passive ?
			DE_SEIN : DE_HABEN], c, past);
		sentence_say(&w->rest, "%s%s%s", v->prefix, v->part,
			c->passive ? " worden" : "");
	} else if (c->passive) {
		say_finite(&w->finite, &de_aux[DE_WERDEN], c, past);
		sentence_say(&w->rest, "%s%s", v->prefix, v->part);
	} else if (o == LAST) {
		struct buf b = { 0 };
		de_verb_finite(&b, v, &c->agr, past);
		sentence_say(&w->finite, "%s%s", v->prefix, b.data);
		buf_free(&b);
	} else {
		say_finite(&w->finite, v, c, past);
		sentence_say(&w->rest, "%s", v->prefix);
	}
}

static void
say_arg(struct sentence *t, const struct clause *c, int i)
{
	const struct arg *a = &c->verb->arg[i];
	const struct np *n = c->arg[i];

	if (!n)
		return;
	if (a->kind == ARG_PREP)
		german_prep(t, a->de, n, a->gcase);
	else if (n->kind == NP_ADVERB)
		german_np(t, n, ACC);
	else if (a->kind == ARG_LOC && n->kind == NP_PLACE)
		german_prep(t, "in", n, DAT);
	else if (a->kind == ARG_DIR && n->kind == NP_PLACE)
		german_prep(t, n->place->article ? "in" : "nach", n, ACC);
	else if (a->kind == ARG_LOC)
		german_prep(t, n->noun->loc_de, n, DAT);
	else if (a->kind == ARG_DIR)
		german_prep(t, n->noun->dir_de, n, strcmp(n->noun->dir_de,
			"zu") ? ACC : DAT);
	else
		german_np(t, n, a->gcase);
}

/* Arguments of one kind: pronouns only, or new ones only, or the others. */
static void
say_args(struct sentence *t, const struct clause *c, enum arg_kind kind,
	enum slot s)
{
	for (int i = 0; i < c->verb->args; i++) {
		const struct np *n = c->arg[i];
		enum slot own = SLOT_NONE;
		if (c->verb->arg[i].kind != kind || !n)
			continue;
		if (kind == ARG_ACC || kind == ARG_DAT)
			own = n->kind == NP_PRONOUN ? SLOT_PRONOUNS :
				kind == ARG_DAT ? SLOT_DAT : np_is_new(n) ?
				SLOT_NEW : SLOT_ACC;
		if (own == SLOT_NONE || own == s)
			say_arg(t, c, i);
	}
}

static void
say_predicate(struct sentence *t, const struct clause *c)
{
	const struct adjective *a = c->adj;

	if (c->predicate == PREDICATE_JOB)
		sentence_say(t, "%s", c->agr.plural ? c->job->many :
			c->job->de);
	if (c->predicate == PREDICATE_TEXT)
		german_phrase(t, c->text);
	if (c->predicate != PREDICATE_ADJECTIVE)
		return;
	if (c->degree == COMPARATIVE)
		sentence_say(t, "%s", a->more);
	else if (c->degree == SUPERLATIVE)
		sentence_say(t, "am %sen", a->most);
	else
		sentence_say(t, "%s%s", c->degree == VERY ? "sehr " :
			c->degree == EQUAL ? "so " : "", a->de);
}

static void
say_slot(struct sentence *t, const struct clause *c, enum slot s)
{
	switch (s) {
	case SLOT_SUBJECT:
		if (c->subject && !c->silent)
			german_np(t, c->subject, NOM);
		break;
	case SLOT_REFLEXIVE:
		if (c->verb->reflexive)
			sentence_say(t, "%s", de_reflexive(&c->agr));
		break;
	case SLOT_PRONOUNS: case SLOT_ACC: case SLOT_NEW:
		say_args(t, c, ARG_ACC, s);
		if (s == SLOT_PRONOUNS)
			say_args(t, c, ARG_DAT, s);
		break;
	case SLOT_DAT: say_args(t, c, ARG_DAT, s); break;
	case SLOT_PREP: say_args(t, c, ARG_PREP, s); break;
	case SLOT_WHERE:
		say_args(t, c, ARG_LOC, s);
		say_args(t, c, ARG_DIR, s);
		break;
	case SLOT_AGENT:
		if (c->agent)
			german_prep(t, "von", c->agent, DAT);
		break;
	case SLOT_NOT:
		sentence_say(t, "%s", c->nicht ? "nicht" : "");
		break;
	case SLOT_PREDICATE: say_predicate(t, c); break;
	default:
		if (s == SLOT_MANNER && c->gern)
			sentence_say(t, "gern");
		if (c->adverbial[s])
			german_phrase(t, c->adverbial[s]);
	}
}

static void
say_middle(struct sentence *t, const struct clause *c, enum slot skip,
	enum order o)
{
	int early = c->verb->reflexive && o != LAST && c->subject &&
		c->subject->kind != NP_PRONOUN && skip != SLOT_SUBJECT;

	/* "Gefällt dir das Buch?": the dative is who feels it */
	int dative = c->verb->swap && skip != SLOT_SUBJECT &&
		c->subject->kind == NP_NOUN;

	if (early)
		say_slot(t, c, SLOT_REFLEXIVE);
	if (dative)
		say_slot(t, c, SLOT_PRONOUNS);
	for (enum slot s = SLOT_SUBJECT; s < SLOT_SENTENCE; s++)
		if (s != skip && !(early && s == SLOT_REFLEXIVE) &&
		    !(dative && s == SLOT_PRONOUNS))
			say_slot(t, c, s);
}

static void say_inner(struct sentence *, const struct clause *);

/* Verbs and what is between them; the front, if any, has been said. */
static void
say_body(struct sentence *t, const struct clause *c, enum slot skip,
	enum order o)
{
	struct de_verbs w = { 0 };

	verbs_fill(&w, c, o);
	if (o == FIRST || o == SECOND)
		sentence_say(t, "%s", w.finite.b.data);
	say_middle(t, c, skip, o);
	sentence_say(t, "%s", w.rest.b.data ? w.rest.b.data : "");
	if (o == LAST)
		sentence_say(t, "%s", w.finite.b.data);
	if (c->predicate == PREDICATE_ADJECTIVE && c->than) {
		sentence_say(t, c->degree == EQUAL ? "wie" : "als");
		german_np(t, c->than, NOM);
	}
	buf_free(&w.finite.b);
	buf_free(&w.rest.b);
	if (c->inner)
		say_inner(t, c);
}

/* A clause that depends on another, between commas. */
static void
say_dependent(struct sentence *t, const char *word, const struct clause *c,
	enum order o)
{
	sentence_comma(t);
	sentence_say(t, "%s", word);
	say_body(t, c, SLOT_NONE, o);
	sentence_comma(t);
}

static void
say_inner(struct sentence *t, const struct clause *c)
{
	if (!c->inner->subject)
		say_dependent(t, "", c->inner, INFINITIVE);
	else
		say_dependent(t, clause_arg(c, ARG_OB) >= 0 ? "ob" : "dass",
			c->inner, LAST);
}

void
german_relative(struct sentence *t, const struct clause *c)
{
	int i = 0;

	sentence_comma(t);
	while (i < c->verb->args && (!c->arg[i] ||
	    c->arg[i]->kind != NP_RELATIVE))
		i++;
	if (i == c->verb->args) {
		say_body(t, c, SLOT_NONE, LAST);
	} else {
		struct clause rest = *c;
		say_arg(t, c, i);
		rest.arg[i] = NULL;
		say_body(t, &rest, SLOT_NONE, LAST);
	}
	sentence_comma(t);
}

static void
say_question(struct sentence *t, const struct clause *c)
{
	struct clause rest = *c;

	if (c->question == YES_NO) {
		say_body(t, c, SLOT_NONE, FIRST);
		return;
	}
	if (c->question == ASK_SUBJECT)
		german_np(t, c->subject, NOM);
	else if (c->question == ASK_ADVERB)
		sentence_say(t, "%s", c->ask_de);
	else
		for (int i = 0; i < c->verb->args; i++)
			if (c->arg[i] && (c->arg[i]->kind == NP_ASKED ||
			    c->arg[i]->det == DET_WHICH ||
			    c->arg[i]->det == DET_HOW_MANY)) {
				say_arg(t, c, i);
				rest.arg[i] = NULL;
			}
	say_body(t, &rest, c->question == ASK_SUBJECT ? SLOT_SUBJECT :
		SLOT_NONE, SECOND);
}

static void
say_main(struct sentence *t, const struct clause *c)
{
	if (c->question) {
		say_question(t, c);
		return;
	}
	if (c->polite) {
		sentence_say(t, "bitte");
		say_body(t, c, SLOT_NONE, FIRST);
		return;
	}
	if (c->silent) {
		say_body(t, c, SLOT_NONE, FIRST);
		return;
	}
	if (c->adjunct && c->adjunct_first) {
		say_dependent(t, c->conj->de, c->adjunct, LAST);
		say_body(t, c, SLOT_NONE, SECOND);
		return;
	}
	say_slot(t, c, c->front);
	say_body(t, c, c->front, SECOND);
}

void
german_clause(struct sentence *t, const struct clause *c)
{
	say_main(t, c);
	if (!c->adjunct || c->adjunct_first)
		return;
	if (c->conj->kind != CONJ_COORD) {
		say_dependent(t, c->conj->de, c->adjunct,
			c->adjunct->subject ? LAST : INFINITIVE);
		return;
	}
	if (strcmp(c->conj->de, "und"))
		sentence_comma(t);
	sentence_say(t, "%s", c->conj->de);
	german_clause(t, c->adjunct);
}
