#include <stddef.h>
#include <string.h>
#include "search.h"

/* More than the parameters of any model. */
static const double LAYER = 1e15;

/* --- operators ------------------------------------------- */

/* A random parent; while there is none, the cheapest that was met, which
 * leads to where the limit can be met. */
static const struct genome *
pick_parent(const struct search *s, struct rng *r)
{
	const size_t *from = s->n_parents ? s->parents : s->members;
	size_t n = s->n_parents ? s->n_parents : s->n_members;

	return n ? &s->at[from[rng_below(r, n)]].genome : &s->cheapest;
}

static void
draw_crossing(const struct search *s, struct genome *o, struct rng *r)
{
	const struct genome *a = pick_parent(s, r), *b;

	do
		b = pick_parent(s, r);
	while (b == a && s->n_parents > 1);
	genome_cross(o, a, b, &s->space, r);
}

static void
draw_mutant(const struct search *s, struct genome *o, struct rng *r)
{
	genome_mutate(o, pick_parent(s, r), &s->space, s->plan.mutation_prob,
		r);
}

static void
draw_uniformly(const struct search *s, struct genome *o, struct rng *r)
{
	genome_sample(o, &s->space, r);
}

static void
draw_cheapest(const struct search *s, struct genome *o, struct rng *r)
{
	(void)r;
	*o = s->cheapest;
}

/* The rule of thumb: as many decoder layers as the limit allows, then as many
 * parameters. Looked for by HAT's evolution, which scores nothing here. */
static void
draw_deepest(const struct search *s, struct genome *o, struct rng *r)
{
	struct search_plan plan = s->plan;
	struct search inner;
	struct arch a;
	struct why why;
	size_t best;

	(void)r;
	plan.strategy = &strategy_hat;
	search_init(&inner, &s->space, &plan, &s->calls);
	search_begin(&inner, s->limit);
	while (search_ask(&inner, &a, &why) > 0)
		search_tell(&inner, -(LAYER * a.decoder_layer_num +
			s->calls.size(s->calls.ctx, &a)));
	*o = search_best(&inner, s->limit, 1, &best) ? inner.at[best].genome :
		s->cheapest;
	search_free(&inner);
}

static const struct operator crossing = { draw_crossing, 0 },
	mutant = { draw_mutant, 0 }, uniform = { draw_uniformly, 0 },
	cheapest = { draw_cheapest, 1 }, deepest = { draw_deepest, 1 };

/* Near the end of a search parents are alike, under a tight limit next to
 * nothing that is drawn uniformly meets it. */
static const struct operator
	*const uniformly[] = { &uniform, NULL },
	*const at_first[] = { &uniform, &cheapest, &mutant, NULL },
	*const mutating[] = { &mutant, &uniform, NULL },
	*const by_rule[] = { &deepest, NULL },
	*const crossing_over[] = { &crossing, &mutant, &uniform, NULL };

/* --- survivors ------------------------------------------- */

static void
survive_best(struct search *s)
{
	s->n_parents = 0;
	for (size_t i = 0; i < s->n_members; i++)
		s->n_parents = search_rank(s, s->parents, s->n_parents,
			(size_t)s->plan.parents, s->members[i]);
}

static void
survive_none(struct search *s)
{
	s->n_parents = 0;
}

/* --- strategies ------------------------------------------- */

#define OF(member) (long)offsetof(struct search_plan, member)

const struct strategy strategy_hat = { "hat", 1000, 0,
	{ { OF(population), at_first } },
	{ { OF(mutations), mutating }, { OF(crossovers), crossing_over } },
	survive_best };

const struct strategy strategy_random = { "random", 20000, 1,
	{ { OF(population), uniformly } },
	{ { OF(mutations), uniformly }, { OF(crossovers), uniformly } },
	survive_none };

const struct strategy strategy_deepest = { "deepest", 1, 0,
	{ { COUNT_ONE, by_rule } }, { { 0, NULL } }, survive_none };

const struct strategy *
strategy_named(const char *name)
{
	static const struct strategy *const all[] = { &strategy_hat,
		&strategy_random, &strategy_deepest };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}
