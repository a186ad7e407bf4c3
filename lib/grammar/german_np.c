/* German noun phrases: articles, adjectives, nouns in their four cases. */
#include <stdio.h>
#include <string.h>
#include "sentence.h"

static enum gender
np_gender(const struct np *n)
{
	return n->agr.plural ? MANY : n->agr.gender;
}

static enum declension
np_declension(const struct np *n)
{
	switch (n->det) {
	case DET_DEF: case DET_DIES: case DET_JED: case DET_ALL:
	case DET_WHICH:
		return n->genitive && n->genitive->kind == NP_NAME ? STRONG :
			WEAK;
	case DET_INDEF: case DET_KEIN: case DET_POSS:
		return MIXED;
	default:
		return STRONG;
	}
}

static void
say_determiner(struct sentence *t, const struct np *n, enum gcase c)
{
	enum gender g = np_gender(n);
	const char *ein = de_indefinite_ending(g, c);
	static const char *const stems[] = { [DET_INDEF] = "ein",
		[DET_KEIN] = "kein", [DET_DIES] = "dies", [DET_JED] = "jed",
		[DET_ALL] = "all", [DET_MANY] = "viel", [DET_SOME] = "einig",
		[DET_FEW] = "wenig", [DET_WHICH] = "welch",
		[DET_HOW_MANY] = "wie viel" };
	struct buf b = { 0 };

	switch (n->det) {
	case DET_NONE: break;
	case DET_DEF: sentence_say(t, "%s", de_definite(g, c)); break;
	case DET_POSS:
		sentence_say(t, "%s%s", de_possessive(&n->owner, *ein != 0),
			ein);
		break;
	case DET_WHOSE:
		/* the relative pronoun's own gender stands in owner */
		sentence_say(t, "%s", de_relative(n->owner.plural ? MANY :
			n->owner.gender, GEN));
		break;
	case DET_NUMBER:
		de_number(&b, n->number);
		sentence_say(t, "%s", b.data);
		buf_free(&b);
		break;
	default:
		sentence_say(t, "%s%s", stems[n->det], n->det == DET_INDEF ||
			n->det == DET_KEIN ? ein : de_determiner_ending(g, c));
	}
}

static void
say_adjective(struct sentence *t, const struct np *n, enum gcase c)
{
	const struct adjective *a = n->adj;

	if (!a)
		return;
	sentence_say(t, "%s%s", n->degree == COMPARATIVE ? a->more :
		n->degree == SUPERLATIVE ? a->most : a->stem,
		de_adjective_ending(np_declension(n), np_gender(n), c));
}

static void
say_noun(struct sentence *t, const struct np *n, enum gcase c)
{
	const struct noun *x = n->noun;
	const char *w = x->de;
	char last;

	if (n->agr.plural) {
		last = x->many[strlen(x->many) - 1];
		sentence_say(t, "%s%s", x->many, c == DAT && last != 'n' &&
			last != 's' ? "n" : "");
		return;
	}
	if (c == GEN || (x->weak && c != NOM))
		w = x->gen;
	sentence_say(t, "%s", w);
}

static void
say_name(struct sentence *t, const char *name, enum gcase c)
{
	int hiss = strchr("sxz", name[strlen(name) - 1]) != NULL;

	sentence_say(t, "%s%s", name, c != GEN ? "" : hiss ? "'" : "s");
}

/* bare: the article has been said. */
static void
say_np(struct sentence *t, const struct np *n, enum gcase c, int bare)
{
	const struct np *owner = n->genitive;

	if (owner && owner->kind == NP_NAME)
		say_name(t, owner->name->name, GEN);
	else if (!bare)
		say_determiner(t, n, c);
	say_adjective(t, n, c);
	say_noun(t, n, c);
	if (owner && owner->kind != NP_NAME)
		german_np(t, owner, GEN);
	if (n->detail)
		german_phrase(t, n->detail);
	if (n->relative)
		t->relative(t, n->relative);
}

void
german_np(struct sentence *t, const struct np *n, enum gcase c)
{
	static const char *const who[4] = { "wer", "wen", "wem", "wessen" };

	switch (n->kind) {
	case NP_PRONOUN: sentence_say(t, "%s", de_pronoun(&n->agr, c)); break;
	case NP_NAME: say_name(t, n->name->name, c); break;
	case NP_PLACE:
		if (n->place->article)
			sentence_say(t, "%s %s", de_definite(FEM, c),
				strchr(n->place->de, ' ') + 1);
		else
			sentence_say(t, "%s", n->place->de);
		break;
	case NP_ADVERB: sentence_say(t, "%s", n->adverb->de); break;
	case NP_ASKED:
		sentence_say(t, "%s", n->life == THING ? "was" : who[c]);
		break;
	case NP_RELATIVE:
		sentence_say(t, "%s", de_relative(np_gender(n), c));
		break;
	case NP_PAIR:
		german_np(t, n->first, c);
		sentence_say(t, "und");
		german_np(t, n->other, c);
		break;
	default: say_np(t, n, c, 0);
	}
}

/* "auf den Mann", "im Haus", "darauf", "worauf" */
void
german_prep(struct sentence *t, const char *prep, const struct np *n,
	enum gcase c)
{
	const char *one = n->kind == NP_NOUN && n->det == DET_DEF &&
		!(n->genitive && n->genitive->kind == NP_NAME) ?
		de_contraction(prep, np_gender(n), c) : NULL;
	const char *r = strchr("aeiou\xc3", *prep) ? "r" : "";

	if (n->kind == NP_PRONOUN && n->life == THING && !n->agr.plural)
		sentence_say(t, "da%s%s", r, prep);
	else if (n->kind == NP_ASKED && n->life == THING)
		sentence_say(t, "wo%s%s", r, prep);
	else if (one) {
		sentence_say(t, "%s", one);
		say_np(t, n, c, 1);
	} else {
		sentence_say(t, "%s", prep);
		german_np(t, n, c);
	}
}

void
german_phrase(struct sentence *t, const struct phrase *p)
{
	if (p->np)
		german_prep(t, p->de, p->np, p->gcase);
	else
		sentence_say(t, "%s", p->de);
}
