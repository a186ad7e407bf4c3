/* Drawing adverbials, and what opens the sentence. */
#include <stdio.h>
#include "draw.h"

static void
number_text(char *to, size_t size, const char *fmt, long n,
	void (*print)(struct buf *, long))
{
	struct buf b = { 0 };

	print(&b, n);
	snprintf(to, size, fmt, b.data);
	buf_free(&b);
}

struct phrase *
numbered(struct generator *d, const char *de, const char *en, long n,
	void (*print_de)(struct buf *, long),
	void (*print_en)(struct buf *, long))
{
	struct phrase *p = phrase_new(d, NULL, NULL);

	number_text(p->de_text, sizeof p->de_text, de, n, print_de);
	number_text(p->en_text, sizeof p->en_text, en, n, print_en);
	p->de = p->de_text;
	p->en = p->en_text;
	return p;
}

/* um halb drei, at half past two */
static struct phrase *
draw_clock(struct generator *d)
{
	static const struct { const char *de, *en; int next; } t[] = {
		{ "um %s Uhr", "at %s o'clock", 0 },
		{ "um halb %s", "at half past %s", 1 },
		{ "um Viertel nach %s", "at a quarter past %s", 0 },
		{ "um Viertel vor %s", "at a quarter to %s", 0 },
	};
	long k = below(d, 4), hour = 2 + below(d, 11);
	struct phrase *p = phrase_new(d, NULL, NULL);

	number_text(p->de_text, sizeof p->de_text, t[k].de, hour, de_number);
	number_text(p->en_text, sizeof p->en_text, t[k].en, t[k].next ?
		hour - 1 : hour, en_number);
	p->de = p->de_text;
	p->en = p->en_text;
	return p;
}

/* For time spans; the German nouns in the dative. */
static const struct { const char *ago[2], *in[2], *since[2], *last[2]; }
spans[] = {
	{ { "vor %s Jahren", "%s years ago" },
	  { "in %s Jahren", "in %s years" },
	  { "seit %s Jahren", "for %s years" },
	  { "%s Jahre lang", "for %s years" } },
	{ { "vor %s Monaten", "%s months ago" },
	  { "in %s Monaten", "in %s months" },
	  { "seit %s Monaten", "for %s months" },
	  { "%s Monate lang", "for %s months" } },
	{ { "vor %s Wochen", "%s weeks ago" },
	  { "in %s Wochen", "in %s weeks" },
	  { "seit %s Wochen", "for %s weeks" },
	  { "%s Wochen lang", "for %s weeks" } },
	{ { "vor %s Tagen", "%s days ago" },
	  { "in %s Tagen", "in %s days" },
	  { "seit %s Tagen", "for %s days" },
	  { "%s Tage lang", "for %s days" } },
	{ { "vor %s Stunden", "%s hours ago" },
	  { "in %s Stunden", "in %s hours" },
	  { "seit %s Stunden", "for %s hours" },
	  { "%s Stunden lang", "for %s hours" } },
};

static struct phrase *
draw_span(struct generator *d, int which)
{
	long k = below(d, 5), n = 2 + below(d, chance(d, 75) ? 9 : 38);
	const char *const *s = which == 0 ? spans[k].ago : which == 1 ?
		spans[k].in : which == 2 ? spans[k].since : spans[k].last;

	return numbered(d, s[0], s[1], n, de_number, en_number);
}

static struct phrase *
draw_prepositional(struct generator *d, enum prep_kind kind)
{
	const struct lexicon *x = d->lex;

	for (int i = 0; i < 100; i++) {
		const struct preposition *p = one_of(d, x->prepositions);
		if (p->kind != kind)
			continue;
		struct phrase *ph = phrase_new(d, p->de, p->en);
		ph->np = draw_np(d, &p->classes, NULL, 1);
		if (!ph->np || ((ph->np->det == DET_NONE ||
		    ph->np->det == DET_JED) && kind != PREP_WITH))
			return NULL;
		ph->gcase = p->gcase;
		return ph;
	}
	return NULL;
}

static struct phrase *
draw_adverb_phrase(struct generator *d, int kinds, enum adverb_kind *kind)
{
	const struct adverb *a = draw_adverb(d, kinds);

	if (!a)
		return NULL;
	if (kind)
		*kind = a->kind;
	return phrase_new(d, a->de, a->en);
}

/* When it happens; sets will where only the adverb tells the future. */
static struct phrase *
draw_time_of(struct generator *d, struct clause *c, const struct wish *w)
{
	int past = clause_is_past(c), future = c->tense == FUTURE;
	int doing = c->verb->manner && !c->modal;
	int kinds = 1 << ADV_NOW | (past ? 1 << ADV_PAST :
		1 << ADV_FUTURE);
	enum adverb_kind kind = ADV_NOW;
	struct phrase *p;

	if (!past && !future && !c->negative)
		kinds |= 1 << ADV_PRESENT;
	if (w->sub || c->gern)
		kinds &= ~(1 << ADV_FUTURE);
	if (past && chance(d, 22))
		return chance(d, 70) ? draw_span(d, 0) : numbered(d,
			"im Jahr %s", "in %s", chance(d, 85) ?
			1900 + below(d, 100) : 2000 + below(d, 25), de_year,
			en_year);
	if (future && chance(d, 30))
		return draw_span(d, 1);
	if (doing && chance(d, 16))
		return draw_clock(d);
	if (doing && !future && !c->gern && !c->verb->args &&
	    !*c->verb->de.prefix && !c->verb->reflexive && chance(d, 20))
		return draw_span(d, 3);
	if (chance(d, 10))
		return draw_prepositional(d, PREP_TIME);
	p = draw_adverb_phrase(d, kinds, &kind);
	if (kind == ADV_FUTURE && !c->modal && !past)
		c->will = 1;
	return p;
}

static struct phrase *
draw_where(struct generator *d)
{
	if (chance(d, 20))
		return draw_adverb_phrase(d, 1 << ADV_PLACE, NULL);
	if (chance(d, 18))
		return draw_prepositional(d, PREP_WHERE);
	struct np *n = draw_np(d, &d->lex->place, NULL, 1);
	if (!n || !n->noun->loc_de || n->det == DET_JED || n->det == DET_ALL)
		return NULL;
	struct phrase *p = phrase_new(d, n->noun->loc_de, n->noun->loc_en);
	p->np = n;
	p->gcase = DAT;
	return p;
}

static int
is_placed(const struct clause *c)
{
	return clause_arg(c, ARG_LOC) >= 0 || clause_arg(c, ARG_DIR) >= 0;
}

void
draw_adverbials(struct generator *d, struct clause *c, const struct wish *w)
{
	const struct verb *v = c->verb;
	int person = c->subject && classes_meet(&c->subject->classes,
		&d->lex->person);
	int much = w->sub || w->nested ? 50 : 100;   /* per cent */
	struct phrase **a = c->adverbial;

	if (c->tense == PRESENT && v->since && !c->modal && !c->negative &&
	    !c->gern && !c->passive && chance(d, 30)) {
		a[SLOT_TIME] = draw_span(d, 2);
		c->since = 1;
		return;
	}
	if (!c->negative && c->tense != FUTURE && chance(d, 11 * much / 100))
		a[SLOT_FREQUENCY] = draw_adverb_phrase(d, 1 << ADV_FREQUENCY,
			NULL);
	else if (!c->inner && chance(d, 45 * much / 100))
		a[SLOT_TIME] = draw_time_of(d, c, w);
	if (c->inner)
		return;
	if (!w->nested && chance(d, 6))
		a[SLOT_CAUSE] = draw_prepositional(d, PREP_CAUSE);
	if (!v->manner)
		return;
	if (!is_placed(c) && chance(d, 26 * much / 100))
		a[SLOT_PLACE] = draw_where(d);
	if (person && !c->passive && chance(d, 9 * much / 100))
		a[SLOT_WITH] = draw_prepositional(d, PREP_WITH);
	if (person && !c->passive && !c->gern && !a[SLOT_FREQUENCY] &&
	    !a[SLOT_WITH] && chance(d, 20 * much / 100))
		a[SLOT_MANNER] = draw_adverb_phrase(d, 1 << ADV_MANNER, NULL);
}

/* An object may open the sentence where nobody takes it for the subject. */
static int
can_front(const struct generator *d, const struct clause *c, const struct np *n)
{
	if (!n || n->kind != NP_NOUN || n->det == DET_KEIN ||
	    c->subject->kind == NP_NAME)
		return 0;
	if (np_is_marked(n) || np_is_marked(c->subject))
		return 1;
	return n->life == THING && classes_meet(&c->subject->classes,
		&d->lex->person) && !classes_meet(&n->classes,
		&c->verb->subject);
}

void
draw_front(struct generator *d, struct clause *c)
{
	enum slot can[8];
	int n = 0, acc = clause_arg(c, ARG_ACC), dat = clause_arg(c, ARG_DAT);
	int loc = clause_arg(c, ARG_LOC);

	if (!chance(d, 46))
		return;
	if (c->adverbial[SLOT_TIME])
		can[n++] = SLOT_TIME, can[n++] = SLOT_TIME;
	if (c->adverbial[SLOT_CAUSE])
		can[n++] = SLOT_CAUSE;
	if (c->adverbial[SLOT_PLACE])
		can[n++] = SLOT_PLACE;
	if (loc >= 0 && c->arg[loc] && !c->nicht)
		can[n++] = SLOT_WHERE;
	if (acc >= 0 && can_front(d, c, c->arg[acc]))
		can[n++] = np_is_new(c->arg[acc]) ? SLOT_NEW : SLOT_ACC;
	if (dat >= 0 && c->arg[dat] && c->arg[dat]->kind == NP_NOUN)
		can[n++] = SLOT_DAT;
	if (n && chance(d, 85)) {
		c->front = can[below(d, n)];
		return;
	}
	c->adverbial[SLOT_SENTENCE] = draw_adverb_phrase(d, 1 << ADV_SENTENCE,
		NULL);
	if (c->adverbial[SLOT_SENTENCE])
		c->front = SLOT_SENTENCE;
}
