/* Drawing questions. */
#include "draw.h"

struct clause *
draw_yes_no(struct generator *d)
{
	struct wish w = { .plain = 1, .formal = chance(d, 35) };
	struct clause *c = chance(d, 12) && !w.formal ? draw_copula(d, &w) :
		draw_clause(d, &w);

	if (c)
		c->question = YES_NO;
	return c;
}

/* Ask for an argument of the verb: whom, what, which book, how many books. */
static struct clause *
ask_argument(struct generator *d, const struct verb *v, struct wish *w)
{
	const struct arg *a = &v->arg[0];
	int person = classes_meet(&a->classes, &d->lex->person);
	struct clause *c = clause_new(d, v);
	struct np *n;

	if (!v->args || a->kind > ARG_PREP || v->swap ||
	    v->arg[v->args - 1].kind >= ARG_ZU)
		return NULL;
	c->subject = draw_subject(d, &v->subject, 1);
	if (!c->subject)
		return NULL;
	c->agr = c->subject->agr;
	if (a->kind == ARG_DAT || !chance(d, 45)) {
		if (!person && (a->kind == ARG_DAT || v->shared))
			return NULL;
		n = np_asked(d, !person);
	} else {
		n = draw_np(d, &a->classes, NULL, 1);
		if (!n || n->noun->unique)
			return NULL;
		n->degree = POSITIVE;
		n->adj = NULL;
		n->det = n->agr.plural && !n->noun->mass && chance(d, 60) ?
			DET_HOW_MANY : DET_WHICH;
		if (!n->noun->many || a->kind == ARG_PREP)
			return NULL;
		/* "Welche Frau sieht das Kind?" can be read both ways */
		if (!np_is_marked(c->subject) && !np_is_marked(n) &&
		    classes_meet(&n->classes, &v->subject))
			return NULL;
	}
	c->arg[0] = n;
	draw_tense(d, c, w);
	c->gern = 0;
	return draw_args(d, c, w) ? NULL : c;
}

struct clause *
draw_wh_question(struct generator *d)
{
	static const char *const ask[][2] = { { "warum", "why" },
		{ "wann", "when" }, { "wo", "where" },
		{ "wie lange", "how long" }, { "wie oft", "how often" } };
	const struct verb *v = one_of(d, d->lex->verbs);
	struct wish w = { .plain = 1, .sub = 1, .firm = chance(d, 70),
		.nested = 1 };
	struct clause *c;
	long kind = below(d, 100);

	if (kind < 30) {
		w.subject = np_asked(d, 0);
		w.subject->classes = d->lex->person;
		c = chance(d, 12) ? draw_copula(d, &w) : draw_clause(d, &w);
		if (c)
			c->question = ASK_SUBJECT;
		return c;
	}
	if (kind < 65) {
		c = ask_argument(d, v, &w);
		if (!c)
			return NULL;
		c->question = ASK_ARG;
		draw_adverbials(d, c, &w);
		return c->since ? NULL : c;
	}
	c = draw_clause(d, &w);
	if (!c || c->since || c->predicate || c->verb->weather)
		return NULL;
	c->adverbial[SLOT_FREQUENCY] = NULL;
	int n = !c->verb->manner ? 1 : clause_arg(c, ARG_LOC) >= 0 ||
		clause_arg(c, ARG_DIR) >= 0 || c->adverbial[SLOT_PLACE] ||
		c->adverbial[SLOT_TIME] ? 2 : 5;
	long i = below(d, n);
	if (i != 0 && c->adverbial[SLOT_TIME])
		i = 0;
	c->question = ASK_ADVERB;
	c->ask_de = ask[i][0];
	c->ask_en = ask[i][1];
	return c;
}
