#include <stddef.h>
#include <string.h>
#include "search.h"

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

static const struct operator crossing = { draw_crossing, 0 },
	mutant = { draw_mutant, 0 }, uniform = { draw_uniformly, 0 },
	cheapest = { draw_cheapest, 1 };

/* Near the end of a search parents are alike, under a tight limit next to
 * nothing that is drawn uniformly meets it. */
static const struct operator
	*const uniformly[] = { &uniform, NULL },
	*const at_first[] = { &uniform, &cheapest, &mutant, NULL },
	*const mutating[] = { &mutant, &uniform, NULL },
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

#define OF(member) offsetof(struct search_plan, member)

const struct strategy strategy_hat = { "hat", 1000, 0,
	{ { OF(population), at_first } },
	{ { OF(mutations), mutating }, { OF(crossovers), crossing_over } },
	survive_best };

const struct strategy strategy_random = { "random", 20000, 1,
	{ { OF(population), uniformly } },
	{ { OF(mutations), uniformly }, { OF(crossovers), uniformly } },
	survive_none };

const struct strategy *
strategy_named(const char *name)
{
	static const struct strategy *const all[] = { &strategy_hat,
		&strategy_random };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}
