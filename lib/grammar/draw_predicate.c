/* Drawing predicates: is old, becomes older than .. */
#include "draw.h"

static const struct adjective *
any_adjective(struct generator *d)
{
	return one_of(d, d->lex->adjectives);
}

static void
draw_comparison(struct generator *d, struct clause *c)
{
	struct classes both = { {
		c->adj->classes.bits[0] & c->subject->classes.bits[0],
		c->adj->classes.bits[1] & c->subject->classes.bits[1] } };
	long r = below(d, 100);

	if (r < 45)
		return;
	if (r < 67)
		c->degree = VERY;
	else if (r < 73 && c->adj->most)
		c->degree = SUPERLATIVE;
	else {
		c->degree = r < 91 ? COMPARATIVE : EQUAL;
		c->than = draw_np(d, &both, NULL, 1);
		if (c->than && (c->than->noun == c->subject->noun ||
		    c->than->det == DET_FEW || c->than->det == DET_NONE))
			c->than->det = c->subject->det == DET_DIES ? DET_DEF :
				DET_DIES;
		if (c->than) {
			c->than->adj = NULL;
			c->than->degree = POSITIVE;
		}
		if (!c->than)
			c->degree = POSITIVE;
	}
}

struct clause *
draw_copula(struct generator *d, const struct wish *w)
{
	const struct lexicon *x = d->lex;
	int become = chance(d, 10);
	struct clause *c = clause_new(d, become ? &x->become : &x->be);
	int past = w->when == IN_PAST || (w->when == ANY_TIME && chance(d, 40));

	c->predicate = PREDICATE_ADJECTIVE;
	c->subject = w->subject;
	c->adj = c->subject ? draw_adjective(d, &c->subject->classes) :
		any_adjective(d);
	if (!c->adj)
		return NULL;
	if (!c->subject)
		c->subject = draw_subject(d, &c->adj->classes, w->nested);
	if (!c->subject)
		return NULL;
	if (!w->subject && c->subject->kind == NP_NOUN) {
		c->subject->adj = NULL;
		c->subject->degree = POSITIVE;
	}
	c->agr = c->subject->agr;
	c->tense = past ? become && chance(d, 50) && c->agr.person != 2 ?
		PERFECT : PRETERITE : !w->sub && chance(d, 8) ? FUTURE :
		PRESENT;
	if (!become && c->subject->kind != NP_ASKED)
		draw_comparison(d, c);
	if (!w->firm && c->degree != SUPERLATIVE && chance(d, 14))
		clause_negate(c);
	return c;
}
