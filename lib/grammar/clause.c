#include "clause.h"

int
clause_arg(const struct clause *c, enum arg_kind kind)
{
	for (int i = 0; i < c->verb->args; i++)
		if (c->verb->arg[i].kind == kind)
			return i;
	return -1;
}

int
np_is_new(const struct np *n)
{
	return n->kind == NP_NOUN && (n->det == DET_NONE ||
		n->det == DET_INDEF || n->det == DET_KEIN ||
		n->det == DET_NUMBER || n->det == DET_SOME ||
		n->det == DET_MANY || n->det == DET_FEW);
}

int
clause_is_past(const struct clause *c)
{
	return c->tense == PRETERITE || c->tense == PERFECT ||
		c->tense == PLUPERFECT;
}

int
verb_has_inner(const struct verb *v)
{
	return v->args && v->arg[v->args - 1].kind >= ARG_ZU;
}

static void
make_known(struct np *n)
{
	if (n && n->kind == NP_NOUN && (n->det > DET_DIES ||
	    n->det == DET_KEIN) && n->det < DET_WHICH)
		n->det = DET_DEF;
}

void
clause_negate(struct clause *c)
{
	c->negative = c->nicht = 1;
	make_known(c->subject);
	for (int i = 0; i < c->verb->args; i++) {
		struct np *n = c->arg[i];
		if (!n || n->kind != NP_NOUN)
			continue;
		make_known(n);
		if (c->verb->arg[i].kind == ARG_ACC && c->nicht &&
		    (n->det == DET_INDEF || n->det == DET_NONE)) {
			n->det = DET_KEIN;
			n->degree = POSITIVE;
			c->nicht = 0;
		}
	}
}
