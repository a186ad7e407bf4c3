/* English noun phrases. */
#include <string.h>
#include "sentence.h"

static int
is_many(const struct np *n)
{
	return n->agr.plural && !n->noun->mass;
}

static void
say_determiner(struct sentence *t, const struct np *n, int object)
{
	static const char *const words[] = { [DET_NONE] = "", [DET_DEF] = "the",
		[DET_INDEF] = "a", [DET_JED] = "every", [DET_ALL] = "all",
		[DET_MANY] = "many", [DET_SOME] = "some", [DET_FEW] = "few",
		[DET_WHICH] = "which", [DET_HOW_MANY] = "how many",
		[DET_WHOSE] = "whose" };
	struct buf b = { 0 };
	int many = is_many(n);

	switch (n->det) {
	case DET_KEIN:
		/* the object of a negative verb: does not buy a book */
		sentence_say(t, !object ? "no" : many || n->noun->mass ||
			!n->noun->many ? "any" : "a");
		break;
	case DET_POSS: sentence_say(t, "%s", en_possessive(&n->owner)); break;
	case DET_DIES: sentence_say(t, many ? "these" : "this"); break;
	case DET_NUMBER:
		en_number(&b, n->number);
		sentence_say(t, "%s", b.data);
		buf_free(&b);
		break;
	default: sentence_say(t, "%s", words[n->det]);
	}
}

void
english_compared(struct sentence *t, const struct adjective *a, int d,
	const char *before)
{
	const char *one = d == COMPARATIVE ? a->en_more : d == SUPERLATIVE ?
		a->en_most : a->en;

	sentence_say(t, "%s%s%s", before, one ? "" : d == COMPARATIVE ?
		"more " : "most ", one ? one : a->en);
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
	if (n->adj)
		english_compared(t, n->adj, n->degree, "");
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
