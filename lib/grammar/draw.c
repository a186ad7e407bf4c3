/* What all drawing is made of: chance, and new parts of a sentence. */
#include "draw.h"

int
chance(struct generator *d, int percent)
{
	return rng_below(&d->rng, 100) < (uint64_t)percent;
}

long
below(struct generator *d, long n)
{
	return (long)rng_below(&d->rng, (uint64_t)n);
}

struct np *
np_new(struct generator *d, enum np_kind kind)
{
	struct scene *s = d->scene;
	struct np *n = &s->np[s->nps < NPS ? s->nps++ : NPS - 1];

	*n = (struct np){ .kind = kind, .agr = { .person = 3, .gender = NEUT,
		.natural = NEUT } };
	return n;
}

struct np *
np_noun(struct generator *d, const struct noun *x)
{
	struct np *n = np_new(d, NP_NOUN);

	n->noun = x;
	n->life = x->life;
	n->classes = x->classes;
	n->agr.gender = x->gender == MANY ? NEUT : x->gender;
	n->agr.natural = x->natural;
	return n;
}

/* A word of the same person and gender; of things, the classes stay. */
struct np *
np_pronoun(struct generator *d, const struct np *of)
{
	struct np *n = np_new(d, NP_PRONOUN);

	n->agr = of->agr;
	n->classes = of->classes;
	n->life = of->life;
	if (of->kind == NP_NOUN && of->noun->mass)
		n->agr.plural = 1;
	return n;
}

struct np *
np_asked(struct generator *d, int thing)
{
	struct np *n = np_new(d, NP_ASKED);

	n->agr.gender = n->agr.natural = thing ? NEUT : MASC;
	n->life = thing ? THING : HUMAN;
	return n;
}

struct clause *
clause_new(struct generator *d, const struct verb *v)
{
	struct scene *s = d->scene;
	struct clause *c = &s->clause[s->clauses < CLAUSES ? s->clauses++ :
		CLAUSES - 1];

	*c = (struct clause){ .verb = v, .front = SLOT_SUBJECT };
	return c;
}

struct phrase *
phrase_new(struct generator *d, const char *de, const char *en)
{
	struct scene *s = d->scene;
	struct phrase *p = &s->phrase[s->phrases < PHRASES ? s->phrases++ :
		PHRASES - 1];

	*p = (struct phrase){ .de = de, .en = en };
	return p;
}
