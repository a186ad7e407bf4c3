/* Drawing noun phrases: the noun, what determines it and what describes it. */
#include "draw.h"

/* One of n things of size bytes whose classes, at bytes into it, meet c. */
static const void *
draw_one(struct generator *d, const void *all, size_t n, size_t size,
	size_t at, const struct classes *c)
{
	const char *p = all;
	long meet = 0;

	for (size_t i = 0; i < n; i++)
		meet += classes_meet((const void *)(p + i * size + at), c);
	if (!meet)
		return NULL;
	meet = below(d, meet);
	for (;; p += size)
		if (classes_meet((const void *)(p + at), c) && !meet--)
			return p;
}

const struct noun *
draw_noun(struct generator *d, const struct classes *c)
{
	return draw_one(d, d->lex->nouns.at, d->lex->nouns.n,
		sizeof(struct noun), offsetof(struct noun, classes), c);
}

const struct adjective *
draw_adjective(struct generator *d, const struct classes *c)
{
	return draw_one(d, d->lex->adjectives.at, d->lex->adjectives.n,
		sizeof(struct adjective), offsetof(struct adjective, classes),
		c);
}

/* Two people together. */
static struct np *
np_pair(struct generator *d, struct np *first, struct np *other)
{
	struct np *n = np_new(d, NP_PAIR);

	n->first = first;
	n->other = other;
	n->agr.plural = 1;
	n->classes = d->lex->person;
	n->life = HUMAN;
	return n;
}

/* kinds: a bit for each kind that will do. */
const struct adverb *
draw_adverb(struct generator *d, int kinds)
{
	const struct adverb *all = d->lex->adverbs.at;
	long n = 0;

	for (size_t i = 0; i < d->lex->adverbs.n; i++)
		n += kinds >> all[i].kind & 1;
	if (!n)
		return NULL;
	n = below(d, n);
	for (size_t i = 0;; i++)
		if ((kinds >> all[i].kind & 1) && !n--)
			return &all[i];
}

/* An index into weights that add up to 100. */
static int
pick(struct generator *d, const int *weight)
{
	int i = 0;

	for (long r = below(d, 100); r >= weight[i]; i++)
		r -= weight[i];
	return i;
}

static int
is_kin(const struct generator *d, const struct noun *n)
{
	return classes_meet(&n->classes, &d->lex->kin);
}

static void
determine_mass(struct generator *d, struct np *n)
{
	static const int weight[] = { 35, 55, 10 };
	static const enum det det[] = { DET_NONE, DET_DEF, DET_DIES };

	n->det = n->noun->unique ? DET_DEF : det[pick(d, weight)];
}

static void
determine_plural(struct generator *d, struct np *n)
{
	static const int weight[] = { 37, 20, 8, 7, 10, 6, 3, 9 };
	static const enum det det[] = { DET_DEF, DET_NONE, DET_DIES, DET_ALL,
		DET_SOME, DET_MANY, DET_FEW, DET_NUMBER };

	n->agr.plural = 1;
	n->det = det[pick(d, weight)];
	if (n->noun->gender == MANY && n->det > DET_DIES)
		n->det = n->det == DET_ALL ? DET_ALL : DET_DEF;
	if (n->noun->mass && n->det > DET_POSS)
		n->det = DET_DEF;
	/* "Onkel Peter" would be one man */
	if (n->det == DET_NONE && is_kin(d, n->noun))
		n->det = DET_DEF;
	n->number = chance(d, 70) ? 2 + below(d, 11) : chance(d, 85) ?
		13 + below(d, 87) : 100 + 10 * below(d, 90) + below(d, 3);
}

static void
determine(struct generator *d, struct np *n, const struct agr *owner)
{
	static const int weight[] = { 60, 28, 8, 4 };
	static const enum det det[] = { DET_DEF, DET_INDEF, DET_DIES,
		DET_JED };
	const struct noun *x = n->noun;

	if (!x->many || x->unique)
		determine_mass(d, n);
	else if (x->gender == MANY || chance(d, 27))
		determine_plural(d, n);
	else
		n->det = det[pick(d, weight)];
	if (chance(d, is_kin(d, x) ? 65 : 14) && !x->unique) {
		static const struct agr me[] = {
			{ 1, 0, 0, MASC, MASC }, { 1, 1, 0, MASC, MASC },
			{ 2, 0, 0, MASC, MASC }, { 1, 0, 0, MASC, MASC } };
		n->det = DET_POSS;
		n->owner = owner && chance(d, 75) ? *owner :
			me[below(d, 4)];
	}
}

static void
describe(struct generator *d, struct np *n)
{
	const struct adjective *a = draw_adjective(d, &n->noun->classes);

	if (!a || n->det == DET_JED || n->det == DET_FEW)
		return;
	n->adj = a;
	if (n->det == DET_DEF && a->most && chance(d, 14))
		n->degree = SUPERLATIVE;
	else if (n->det == DET_INDEF && chance(d, 12))
		n->degree = COMPARATIVE;
}

/* der Mann mit dem Hut, das Haus am See */
static void
draw_detail(struct generator *d, struct np *n)
{
	const struct lexicon *lex = d->lex;
	int person = classes_meet(&n->classes, &lex->adult);
	const struct noun *x = draw_noun(d, person ? &lex->worn : &lex->water);
	struct np *in;

	if (!x || (!person && (!classes_meet(&n->classes, &lex->building) ||
	    classes_meet(&n->classes, &lex->water))))
		return;
	in = np_noun(d, x);
	in->agr.gender = x->gender;
	in->det = DET_DEF;
	if (person && chance(d, 70))
		describe(d, in);
	in->degree = POSITIVE;
	n->detail = phrase_new(d, person ? "mit" : x->loc_de, person ? "with" :
		x->loc_en);
	n->detail->np = in;
	n->detail->gcase = DAT;
}

/* das Buch des Lehrers, Annas Buch, das Dach des Hauses */
static void
draw_genitive(struct generator *d, struct np *n)
{
	struct np *g;

	if (n->det != DET_DEF || n->degree == SUPERLATIVE || n->noun->unique)
		return;
	if (chance(d, 45))
		g = draw_name(d);
	else {
		const struct noun *x = draw_noun(d, &d->lex->adult);
		if (!x)
			return;
		g = np_noun(d, x);
		g->agr.plural = x->gender == MANY || (chance(d, 15) && x->many);
		g->det = DET_DEF;
		if (is_kin(d, x) && chance(d, 70)) {
			g->det = DET_POSS;
			g->owner = (struct agr){ .person = 1 + (int)below(d, 2),
				.plural = chance(d, 30) };
		}
	}
	n->genitive = g;
}

struct np *
draw_np(struct generator *d, const struct classes *c, const struct agr *owner,
	int nested)
{
	const struct noun *x = draw_noun(d, c);
	struct np *n;

	if (!x)
		return NULL;
	n = np_noun(d, x);
	determine(d, n, owner);
	if (chance(d, 34))
		describe(d, n);
	if (nested)
		return n;
	int person = classes_meet(&n->classes, &d->lex->person);
	if (!person && chance(d, 10) &&
	    !classes_meet(&n->classes, &d->lex->place))
		draw_genitive(d, n);
	else if (n->det != DET_POSS && n->det != DET_NONE && chance(d, 7))
		draw_detail(d, n);
	else if (n->det != DET_POSS && chance(d, 9))
		d->relative(d, n);
	return n;
}

/* Of any age. */
static void
make_human(const struct generator *d, struct np *n)
{
	const struct lexicon *x = d->lex;

	n->life = HUMAN;
	for (int i = 0; i < 2; i++)
		n->classes.bits[i] = x->person.bits[i] | x->adult.bits[i] |
			x->young.bits[i];
}

static struct np *
draw_pronoun(struct generator *d)
{
	static const struct agr t[] = {
		{ 1, 0, 0, MASC, MASC }, { 2, 0, 0, MASC, MASC },
		{ 3, 0, 0, MASC, MASC }, { 3, 0, 0, FEM, FEM },
		{ 1, 1, 0, MASC, MASC }, { 2, 1, 0, MASC, MASC },
		{ 3, 1, 0, MASC, MASC }, { 1, 0, 0, MASC, MASC } };
	struct np *n = np_new(d, NP_PRONOUN);

	n->agr = t[below(d, sizeof t / sizeof *t)];
	make_human(d, n);
	return n;
}

struct np *
draw_name(struct generator *d)
{
	struct np *n = np_new(d, NP_NAME);

	n->name = one_of(d, d->lex->names);
	n->agr.gender = n->agr.natural = n->name->gender;
	make_human(d, n);
	return n;
}

struct np *
draw_subject(struct generator *d, const struct classes *c, int nested)
{
	struct classes person = d->lex->person;
	int who = classes_meet(c, &person) || classes_meet(c, &d->lex->adult);

	if (who && chance(d, 24))
		return draw_pronoun(d);
	if (who && chance(d, 14)) {
		struct np *n = draw_name(d), *o;
		if (!chance(d, 25))
			return n;
		o = chance(d, 50) ? draw_name(d) :
			draw_np(d, &person, NULL, 1);
		return !o || o->name == n->name ? n : np_pair(d, n, o);
	}
	return draw_np(d, c, NULL, nested);
}

struct np *
draw_place(struct generator *d, const struct classes *c,
	const struct agr *owner, enum arg_kind kind)
{
	const struct lexicon *x = d->lex;
	struct np *n;

	if (classes_meet(c, &x->city) && chance(d, 35)) {
		n = np_new(d, NP_PLACE);
		n->place = one_of(d, x->places);
		n->classes = x->city;
		return n;
	}
	if (chance(d, 12) && kind != ARG_PREP && classes_meet(c, &x->place)) {
		n = np_new(d, NP_ADVERB);
		n->adverb = draw_adverb(d, kind == ARG_LOC ? 1 << ADV_PLACE :
			1 << ADV_WHITHER);
		return n->adverb ? n : NULL;
	}
	for (int i = 0; i < 20; i++) {
		n = draw_np(d, c, owner, 1);
		if (!n || n->noun->loc_de)
			return n;
	}
	return NULL;
}

int
np_is_marked(const struct np *n)
{
	if (n->kind == NP_PRONOUN)
		return n->agr.person < 3 || (!n->agr.plural &&
			n->agr.gender == MASC);
	return n->kind == NP_NOUN && !n->agr.plural && n->agr.gender == MASC;
}
