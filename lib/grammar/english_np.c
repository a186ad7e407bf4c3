/* English noun phrases. */
#include <string.h>
#include "english_np.h"

static int
is_many(const struct np *n)
{
	return n->agr.plural && !n->noun->mass;
}

static void
say_determiner(struct sentence *t, const struct np *n, int object)
{
	struct buf b = { 0 };
	int many = is_many(n);

	switch (n->det) {
	case DET_DEF: sentence_say(t, "the"); break;
	case DET_INDEF: sentence_say(t, "a"); break;
	case DET_KEIN:
		/* the object of a negative verb: does not buy a book */
		sentence_say(t, !object ? "no" : many || n->noun->mass ||
			!n->noun->many ? "any" : "a");
		break;
	case DET_POSS: sentence_say(t, "%s", en_possessive(&n->owner)); break;
	case DET_DIES: sentence_say(t, many ? "these" : "this"); break;
	case DET_JED: sentence_say(t, "every"); break;
	case DET_ALL: sentence_say(t, "all"); break;
	case DET_MANY: sentence_say(t, "many"); break;
	case DET_SOME: sentence_say(t, "some"); break;
	case DET_FEW: sentence_say(t, "few"); break;
	case DET_WHICH: sentence_say(t, "which"); break;
	case DET_HOW_MANY: sentence_say(t, "how many"); break;
	case DET_WHOSE: sentence_say(t, "whose"); break;
	case DET_NUMBER:
		en_number(&b, n->number);
		sentence_say(t, "%s", b.data);
		buf_free(&b);
		break;
	case DET_NONE: break;
	}
}

static void
say_adjective(struct sentence *t, const struct np *n)
{
	const struct adjective *a = n->adj;

	if (!a)
		return;
	if (n->degree == COMPARATIVE)
		sentence_say(t, "%s%s", a->en_more ? "" : "more ", a->en_more ?
			a->en_more : a->en);
	else if (n->degree == SUPERLATIVE)
		sentence_say(t, "%s%s", a->en_most ? "" : "most ", a->en_most ?
			a->en_most : a->en);
	else
		sentence_say(t, "%s", a->en);
}

/* The teacher's .. : persons stand before what they own. */
static int
owner_first(const struct np *n)
{
	return n->genitive && n->genitive->life == HUMAN;
}

static void
say_owner(struct sentence *t, const struct np *owner)
{
	english_np(t, owner, 1);
	int hiss = owner->agr.plural && t->b.data[t->b.len - 1] == 's';
	buf_str(&t->b, hiss ? "'" : "'s");
}

static void
say_np(struct sentence *t, const struct np *n, int object)
{
	if (owner_first(n))
		say_owner(t, n->genitive);
	else
		say_determiner(t, n, object);
	say_adjective(t, n);
	sentence_say(t, "%s", is_many(n) ? n->noun->en_many : n->noun->en);
	if (n->genitive && !owner_first(n)) {
		sentence_say(t, "of");
		english_np(t, n->genitive, 1);
	}
	if (n->detail)
		english_phrase(t, n->detail);
	if (n->relative)
		t->relative(t, n->relative);
}

void
english_np(struct sentence *t, const struct np *n, int object)
{
	switch (n->kind) {
	case NP_PRONOUN:
		sentence_say(t, "%s", en_pronoun(&n->agr, object));
		break;
	case NP_NAME: sentence_say(t, "%s", n->name->name); break;
	case NP_PLACE: sentence_say(t, "%s", n->place->en); break;
	case NP_ADVERB: sentence_say(t, "%s", n->adverb->en); break;
	case NP_ASKED:
		sentence_say(t, n->life == THING ? "what" : "who");
		break;
	case NP_RELATIVE:
		sentence_say(t, n->life != HUMAN ? "that" : object ? "whom" :
			"who");
		break;
	case NP_PAIR:
		english_np(t, n->first, object);
		sentence_say(t, "and");
		english_np(t, n->other, object);
		break;
	default: say_np(t, n, object);
	}
}

void
english_phrase(struct sentence *t, const struct phrase *p)
{
	sentence_say(t, "%s", p->en);
	if (p->np)
		english_np(t, p->np, 1);
}
