/* The kinds of sentences, and a sentence in both languages. */
#include <string.h>
#include "draw.h"
#include "sentence.h"

static struct clause *
statement(struct generator *d)
{
	struct wish w = { .when = ANY_TIME };
	struct clause *c = chance(d, 12) ? draw_copula(d, &w) :
		draw_clause(d, &w);

	if (c)
		draw_front(d, c);
	return c;
}

/* The clause whose noun phrases a second one may take up: its subject, and an
 * object that cannot be taken for it. */
static void
take_up(struct generator *d, const struct clause *c, struct wish *w)
{
	int acc = clause_arg(c, ARG_ACC);

	if (c->verb->weather)
		return;
	if (chance(d, 62))
		w->subject = np_pronoun(d, c->subject);
	if (acc >= 0 && c->arg[acc] && c->arg[acc]->kind == NP_NOUN &&
	    c->arg[acc]->det != DET_KEIN && c->arg[acc]->det != DET_JED &&
	    w->subject && chance(d, 65))
		w->object = c->arg[acc];
}

static struct clause *
follow(struct generator *d, struct wish *w)
{
	int about = w->subject && !w->object && chance(d, 30);

	return about ? draw_copula(d, w) : draw_clause(d, w);
}

/* Main and subordinate clause, either first. */
static struct clause *
complex(struct generator *d)
{
	const struct lexicon *x = d->lex;
	const struct conjunction *j = one_of(d, x->conjunctions);
	struct wish main = { 0 }, sub = { .sub = 1, .plain = 1 };
	struct wish *first, *second;
	struct clause *a, *b, *m, *s;
	int front = chance(d, 35);

	if (j->kind == CONJ_COORD)
		return NULL;
	main.when = j->kind == CONJ_PAST || j->kind == CONJ_PERFECT ? IN_PAST :
		j->kind == CONJ_PRESENT ? IN_PRESENT : ANY_TIME;
	main.plain = 1;
	sub.firm = j->kind == CONJ_TIME || j->kind == CONJ_PAST ||
		j->kind == CONJ_PERFECT || j->kind == CONJ_CAN;
	front &= j->kind != CONJ_CAN;
	sub.when = main.when;
	first = front ? &sub : &main;
	second = front ? &main : &sub;
	a = draw_clause(d, first);
	if (!a || a->verb->weather)
		return NULL;
	second->when = clause_is_past(a) ? IN_PAST : IN_PRESENT;
	take_up(d, a, second);
	second->nested = chance(d, 60);
	b = j->kind == CONJ_CAN ? draw_clause(d, second) : follow(d, second);
	if (!b)
		return NULL;
	m = front ? b : a;
	s = front ? a : b;
	if (j->kind == CONJ_PERFECT) {
		if (s->predicate || s->gern)
			return NULL;
		s->tense = PLUPERFECT;
	}
	if (j->kind == CONJ_CAN) {
		if (s->predicate || s->gern || s->since ||
		    !classes_meet(&s->subject->classes, &d->lex->person))
			return NULL;
		s->modal = CAN;
		s->tense = clause_is_past(m) ? PRETERITE : PRESENT;
		s->will = 0;
	}
	m->conj = j;
	m->adjunct = s;
	m->adjunct_first = front;
	if (!front)
		draw_front(d, m);
	return m;
}

static const struct conjunction *
coordination(struct generator *d)
{
	const struct conjunction *j;

	for (int i = 0; i < 200; i++) {
		j = one_of(d, d->lex->conjunctions);
		if (j->kind == CONJ_COORD)
			return j;
	}
	return NULL;
}

static struct clause *
coordinated(struct generator *d)
{
	struct wish one = { .plain = 1 }, two = { .plain = 1 };
	const struct conjunction *j = coordination(d);
	struct clause *a = draw_clause(d, &one), *b;

	if (!a || !j || a->verb->weather)
		return NULL;
	two.when = clause_is_past(a) ? IN_PAST : IN_PRESENT;
	take_up(d, a, &two);
	two.nested = chance(d, 50);
	b = follow(d, &two);
	if (!b)
		return NULL;
	draw_front(d, a);
	if (two.subject && a->front == SLOT_SUBJECT && !a->verb->swap &&
	    chance(d, 50) && strcmp(j->de, "denn"))
		b->silent = 1;
	if (!b->silent)
		draw_front(d, b);
	if (b->front == SLOT_SENTENCE) {
		b->front = SLOT_SUBJECT;
		b->adverbial[SLOT_SENTENCE] = NULL;
	}
	a->conj = j;
	a->adjunct = b;
	return a;
}

/* um, ohne, anstatt with zu */
static struct clause *
purpose(struct generator *d)
{
	static const struct conjunction t[] = {
		{ "um", "", CONJ_SUB }, { "ohne", "without", CONJ_SUB },
		{ "anstatt", "instead of", CONJ_SUB } };
	struct wish w = { .plain = 1 };
	struct clause *c = draw_clause(d, &w);

	if (!c || c->verb->weather || c->verb->swap || c->passive ||
	    c->predicate || c->negative ||
	    !classes_meet(&c->subject->classes, &d->lex->person))
		return NULL;
	c->conj = &t[chance(d, 60) ? 0 : 1 + below(d, 2)];
	c->adjunct = draw_infinitive(d, &c->agr, 1);
	if (!c->adjunct || c->adjunct->verb == c->verb)
		return NULL;
	draw_front(d, c);
	return c;
}

static struct clause *
polite_request(struct generator *d)
{
	struct wish w = { .plain = 1, .formal = 1, .firm = 1, .sub = 1,
		.nested = 1, .when = IN_PRESENT };
	struct clause *c = draw_clause(d, &w);

	if (!c || c->predicate)
		return NULL;
	c->polite = 1;
	c->tense = PRESENT;
	c->modal = NO_MODAL;
	c->gern = c->will = c->since = 0;
	c->adverbial[SLOT_FREQUENCY] = NULL;
	c->adverbial[SLOT_TIME] = NULL;
	c->adverbial[SLOT_CAUSE] = NULL;
	return c;
}

/* Es gibt in der Stadt keinen Park. */
static struct clause *
existence(struct generator *d)
{
	const struct lexicon *x = d->lex;
	struct clause *c = clause_new(d, &x->exist);
	struct np *n = draw_np(d, chance(d, 70) ? &x->building : &x->animal,
		NULL, 1);
	struct np *p = draw_np(d, &x->town, NULL, 1);
	static const enum det one[] = { DET_INDEF, DET_INDEF, DET_KEIN };
	static const enum det many[] = { DET_MANY, DET_NUMBER, DET_KEIN,
		DET_FEW, DET_SOME };

	if (!n || !p || !p->noun->loc_de || p->noun == n->noun)
		return NULL;
	n->det = n->agr.plural ? many[below(d, 5)] : one[below(d, 3)];
	if (n->det == DET_NUMBER && n->number < 2)
		n->number = 2 + below(d, 30);
	n->degree = p->degree = POSITIVE;
	if (p->det != DET_POSS)
		p->det = p->agr.plural ? DET_DEF : DET_DIES;
	c->exist = 1;
	c->subject = np_new(d, NP_PRONOUN);
	c->agr = c->subject->agr;
	c->arg[0] = n;
	c->tense = chance(d, 30) ? PRETERITE : chance(d, 12) ? FUTURE : PRESENT;
	struct phrase *at = phrase_new(d, p->noun->loc_de, p->noun->loc_en);
	at->np = p;
	at->gcase = DAT;
	c->adverbial[SLOT_PLACE] = at;
	c->front = chance(d, 60) ? SLOT_PLACE : SLOT_SUBJECT;
	return c;
}

/* Ages, prices and years of birth. */
static struct clause *
measure(struct generator *d)
{
	const struct lexicon *x = d->lex;
	long kind = below(d, 3);
	struct clause *c = clause_new(d, kind == 0 ? &x->be : kind == 1 ?
		&x->cost : &x->bear);
	long n;

	c->tense = kind == 2 || chance(d, 35) ? PRETERITE : PRESENT;
	c->subject = kind == 1 ?
		draw_np(d, chance(d, 65) ? &x->goods : &x->vehicle, NULL, 0) :
		draw_subject(d, kind ? &x->person : &x->adult, 0);
	if (!c->subject || c->subject->det == DET_NONE)
		return c->subject && c->subject->kind != NP_NOUN ?
			measure(d) : NULL;
	c->agr = c->subject->agr;
	if (kind == 2) {
		if (c->agr.person == 2)
			return NULL;
		c->passive = 1;
		c->adverbial[SLOT_TIME] = numbered(d, "im Jahr %s", "in %s",
			chance(d, 85) ? 1900 + below(d, 100) :
			2000 + below(d, 25), de_year, en_year);
		if (chance(d, 40))
			c->front = SLOT_TIME;
		if (chance(d, 60)) {
			struct np *p = np_new(d, NP_PLACE);
			p->place = one_of(d, x->places);
			struct phrase *in = phrase_new(d, "in", "in");
			in->np = p;
			in->gcase = DAT;
			c->adverbial[SLOT_PLACE] = in;
		}
		return c;
	}
	n = kind == 0 ? 18 + below(d, 80) : chance(d, 50) ? 2 + below(d, 98) :
		chance(d, 70) ? 100 + 10 * below(d, 90) + below(d, 4) :
		1000 + 100 * below(d, 90) + 10 * below(d, 5);
	c->predicate = PREDICATE_TEXT;
	c->text = numbered(d, kind ? "%s Euro" : "%s Jahre alt", kind ?
		"%s euros" : "%s years old", n, de_number, en_number);
	if (kind == 0 && chance(d, 12))
		c->negative = c->nicht = 1;
	return c;
}

/* Er ist Arzt; sie will Ärztin werden. */
static struct clause *
profession(struct generator *d)
{
	const struct classes *job = &d->lex->job;
	int become = chance(d, 50);
	struct clause *c = clause_new(d, become ? &d->lex->become :
		&d->lex->be);

	c->predicate = PREDICATE_JOB;
	c->subject = draw_subject(d, &d->lex->person, 0);
	if (!c->subject || classes_meet(&c->subject->classes, job))
		return NULL;
	c->agr = c->subject->agr;
	for (int i = 0; i < 50 && !c->job; i++) {
		c->job = draw_noun(d, job);
		if (c->job && (c->job->gender != (c->agr.plural ? MASC :
		    c->agr.natural) || (c->agr.plural && !c->job->many)))
			c->job = NULL;
	}
	c->tense = chance(d, 30) ? PRETERITE : PRESENT;
	if (become && chance(d, 70))
		c->modal = chance(d, 60) ? WANT : chance(d, 50) ? CAN : MUST;
	if (c->agr.person == 2 && !c->modal)
		c->tense = PRESENT;
	if (chance(d, 35))
		c->adverbial[SLOT_SENTENCE] = phrase_new(d, "leider",
			"unfortunately,");
	if (c->adverbial[SLOT_SENTENCE])
		c->front = SLOT_SENTENCE;
	return c->job ? c : NULL;
}

int
draw_sentence(struct generator *d, struct clause **main, char *mark)
{
	static const struct {
		int weight;
		struct clause *(*draw)(struct generator *);
		char mark;
	} kinds[] = {
		{ 25, statement, '.' }, { 31, complex, '.' },
		{ 12, coordinated, '.' }, { 8, purpose, '.' },
		{ 5, draw_yes_no, '?' }, { 7, draw_wh_question, '?' },
		{ 2, polite_request, '.' }, { 2, existence, '.' },
		{ 5, measure, '.' }, { 3, profession, '.' },
	};
	int i = 0;

	d->relative = draw_relative;
	d->scene->nps = d->scene->phrases = d->scene->clauses = 0;
	for (long r = below(d, 100); r >= kinds[i].weight; i++)
		r -= kinds[i].weight;
	*main = kinds[i].draw(d);
	*mark = kinds[i].mark;
	return *main && d->scene->nps < NPS && d->scene->phrases < PHRASES &&
		d->scene->clauses < CLAUSES ? 0 : -1;
}

int
draw_pair(struct generator *d, struct buf *de, struct buf *en)
{
	struct clause *c;
	char mark;

	if (draw_sentence(d, &c, &mark))
		return -1;
	struct sentence german = { *de, 0, german_relative };
	struct sentence english = { *en, 0, english_relative };
	buf_clear(&german.b);
	buf_clear(&english.b);
	german_clause(&german, c);
	english_clause(&english, c);
	sentence_end(&german, mark);
	sentence_end(&english, mark);
	*de = german.b;
	*en = english.b;
	return 0;
}
