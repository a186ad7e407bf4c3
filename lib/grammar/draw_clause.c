/* Drawing clauses: a verb, who does what to whom, when, where and how. */
#include "draw.h"

enum { TRIES = 400 };

static int
is_person(const struct generator *d, const struct np *n)
{
	return n && classes_meet(&n->classes, &d->lex->person);
}

/* --- tense --- */

void
draw_tense(struct generator *d, struct clause *c, const struct wish *w)
{
	int past = w->when == IN_PAST || (w->when == ANY_TIME && chance(d, 45));
	int you = c->agr.person == 2;

	if (!w->firm && is_person(d, c->subject) && !c->verb->swap &&
	    c->subject->kind != NP_RELATIVE && chance(d, 17)) {
		c->modal = (enum modal)(CAN + below(d, past ? 5 : 6));
		c->tense = past ? PRETERITE : PRESENT;
		return;
	}
	if (past)
		c->tense = !you && chance(d, 40) ? PRETERITE : PERFECT;
	else
		c->tense = !w->sub && chance(d, 13) ? FUTURE : PRESENT;
	if (c->tense == PRESENT && c->verb->manner && !c->passive &&
	    is_person(d, c->subject) && chance(d, 7))
		c->gern = 1;
}

/* --- arguments --- */

/* A pronoun without an antecedent: never the plural, whose accusative looks
 * like the feminine. */
static struct np *
lone_pronoun(struct generator *d, const struct clause *c, int third)
{
	static const struct agr t[] = {
		{ 1, 0, 0, MASC, MASC }, { 2, 0, 0, MASC, MASC },
		{ 1, 1, 0, MASC, MASC }, { 2, 1, 0, MASC, MASC },
		{ 3, 0, 0, MASC, MASC }, { 3, 0, 0, FEM, FEM } };
	struct np *n = np_new(d, NP_PRONOUN);

	do
		n->agr = t[below(d, third ? 6 : 4)];
	while (n->agr.person < 3 && n->agr.person == (c->agr.formal ? 2 :
		c->agr.person));
	n->life = HUMAN;
	n->classes = d->lex->person;
	return n;
}

static struct np *
draw_object(struct generator *d, const struct clause *c, const struct arg *a,
	const struct wish *w, const struct agr *owner)
{
	int person = classes_meet(&a->classes, &d->lex->person);
	int more = c->verb->args > 1 && a->kind == ARG_ACC;
	const struct np *s = c->subject;
	struct np *n = NULL;

	if (w->object && classes_meet(&a->classes, &w->object->classes) &&
	    !(more && c->arg[0]) && chance(d, 75) &&
	    !(a->kind == ARG_PREP && (w->object->life == THING ?
	    w->object->agr.plural : w->object->agr.gender == NEUT)))
		return np_pronoun(d, w->object);
	if (person && !more && chance(d, 16) && !(s && s->kind == NP_RELATIVE))
		return lone_pronoun(d, c, !w->subject && !w->nested && !w->sub);
	if (person && chance(d, 9))
		n = draw_name(d);
	if (n && (!s || n->name != s->name))
		return n;
	for (int i = 0; i < 5; i++) {
		n = draw_np(d, &a->classes, owner, w->nested);
		if (!n || !s || s->kind != NP_NOUN || s->noun != n->noun)
			break;
	}
	return n;
}

static int
draw_inner(struct generator *d, struct clause *c, const struct arg *a,
	const struct wish *w)
{
	struct wish inner = { .when = clause_is_past(c) ? IN_PAST : ANY_TIME,
		.plain = 1, .nested = w->nested, .sub = 1 };

	if (a->kind == ARG_ZU) {
		c->inner = draw_infinitive(d, &c->agr, !c->arg[0]);
		return c->inner ? 0 : -1;
	}
	if (c->subject && chance(d, 40) && c->subject->kind != NP_ASKED)
		inner.subject = np_pronoun(d, c->subject);
	c->inner = inner.subject && chance(d, 25) ? draw_copula(d, &inner) :
		draw_clause(d, &inner);
	return c->inner ? 0 : -1;
}

int
draw_args(struct generator *d, struct clause *c, const struct wish *w)
{
	const struct np *s = c->subject;
	int owns = s && (s->kind == NP_PAIR || is_person(d, s)) &&
		s->kind != NP_ASKED;
	const struct agr *owner = owns && !c->verb->swap ? &s->agr : NULL;

	for (int i = 0; i < c->verb->args; i++) {
		const struct arg *a = &c->verb->arg[i];
		if (c->arg[i])
			continue;
		if (a->kind >= ARG_ZU) {
			if (draw_inner(d, c, a, w))
				return -1;
			continue;
		}
		if (a->kind == ARG_LOC || a->kind == ARG_DIR ||
		    classes_meet(&a->classes, &d->lex->city))
			c->arg[i] = draw_place(d, &a->classes, owner, a->kind);
		else
			c->arg[i] = draw_object(d, c, a, w, owner);
		if (!c->arg[i])
			return -1;
	}
	return 0;
}

/* --- infinitives --- */

/* A verb that its subject can decide on. */
static int
is_deed(const struct generator *d, const struct verb *v)
{
	return classes_meet(&v->subject, &d->lex->person) && !v->swap &&
		!verb_has_inner(v) && (v->manner || v->passive);
}

/* own: the controller is the subject of the main clause, so that what it owns
 * can be named. */
struct clause *
draw_infinitive(struct generator *d, const struct agr *controller, int own)
{
	struct wish w = { .nested = 1, .sub = 1 };

	for (int i = 0; i < TRIES; i++) {
		const struct verb *v = one_of(d, d->lex->verbs);
		if (!is_deed(d, v) || (v->reflexive && !own))
			continue;
		struct clause *c = clause_new(d, v);
		c->agr = *controller;
		return draw_args(d, c, &w) ? NULL : c;
	}
	return NULL;
}

/* --- whole clauses --- */

static struct clause *
draw_passive(struct generator *d, const struct verb *v, const struct wish *w)
{
	struct clause *c = clause_new(d, v);

	c->passive = 1;
	c->subject = draw_np(d, &v->arg[0].classes, NULL, w->nested);
	if (!c->subject)
		return NULL;
	c->agr = c->subject->agr;
	draw_tense(d, c, w);
	if (chance(d, 55)) {
		c->agent = chance(d, 20) ? draw_name(d) :
			draw_np(d, &v->subject, NULL, 1);
		if (!c->agent)
			return NULL;
	}
	return c;
}

static const struct verb *
draw_verb(struct generator *d, const struct wish *w)
{
	const struct lexicon *x = d->lex;

	for (int i = 0; i < TRIES; i++) {
		const struct verb *v = one_of(d, x->verbs);
		if (verb_has_inner(v) && w->plain)
			continue;
		if (w->formal && !is_deed(d, v))
			continue;
		if (!w->subject)
			return v;
		if (v->weather || v->swap ||
		    !classes_meet(&v->subject, &w->subject->classes))
			continue;
		/* look a while for one that takes the known object, too */
		if (w->object && i < TRIES / 2 && (!v->args ||
		    v->arg[0].kind > ARG_PREP || !classes_meet(
		    &v->arg[0].classes, &w->object->classes)))
			continue;
		return v;
	}
	return NULL;
}

static void
take_subject(struct generator *d, struct clause *c, const struct wish *w)
{
	c->subject = w->subject;
	if (w->formal) {
		c->subject = np_new(d, NP_PRONOUN);
		c->subject->agr = (struct agr){ 3, 1, 1, MASC, MASC };
		c->subject->classes = d->lex->person;
		c->subject->life = HUMAN;
	} else if (c->verb->weather)
		c->subject = np_new(d, NP_PRONOUN);
	else if (!c->subject)
		c->subject = draw_subject(d, &c->verb->subject, w->nested);
	if (c->subject)
		c->agr = c->subject->agr;
}

struct clause *
draw_clause(struct generator *d, const struct wish *w)
{
	const struct verb *v = draw_verb(d, w);
	struct clause *c;

	if (!v)
		return draw_copula(d, w);
	if (v->passive && !w->subject && !w->formal && chance(d, 25)) {
		c = draw_passive(d, v, w);
		if (!c)
			return NULL;
	} else {
		c = clause_new(d, v);
		take_subject(d, c, w);
		if (!c->subject)
			return NULL;
		draw_tense(d, c, w);
		if (draw_args(d, c, w))
			return NULL;
	}
	if (!w->firm && !v->weather && chance(d, 13))
		clause_negate(c);
	draw_adverbials(d, c, w);
	return c;
}
