#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
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

	if (!n)
		return &s->cheapest;
	size_t i = rng_below(r, n);
	if (s->plan.strategy->tournament && s->n_parents) {
		size_t other = rng_below(r, n);
		i = other < i ? other : i;
	}
	return &s->at[from[i]].genome;
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

/* What is largest by its size and so much a decoder layer. Looked for by HAT's
 * evolution, which scores nothing here. */
static void
draw_largest_by(const struct search *s, struct genome *o, double layer)
{
	struct search_plan plan = s->plan;
	struct search inner;
	struct why why;
	size_t i;

	plan.strategy = &strategy_hat;
	plan.objectives = 1;
	plan.rules = 0;
	search_init(&inner, &s->space, &plan, &s->calls);
	inner.calls.turn = NULL;
	inner.ratio = s->ratio;
	search_begin(&inner, &s->rule_limit, 1);
	while (search_ask(&inner, &i, &why) == SEARCH_ASKED) {
		const struct arch *a = &inner.archs.at[i];
		double size = s->calls.size(s->calls.ctx, a);
		search_tell(&inner, i, &(double){ -(layer *
			a->decoder_layer_num + size) }, 0);
	}
	*o = search_best(&inner, s->rule_limit, 1, &i) ? inner.at[i].genome :
		s->cheapest;
	search_free(&inner);
}

/* As many decoder layers as the limit allows, then as many parameters. */
static void
draw_deepest(const struct search *s, struct genome *o, struct rng *r)
{
	(void)r;
	draw_largest_by(s, o, LAYER);
}

/* As many parameters as the limit allows. */
static void
draw_largest(const struct search *s, struct genome *o, struct rng *r)
{
	(void)r;
	draw_largest_by(s, o, 0);
}

static const struct operator crossing = { draw_crossing, 0, NULL },
	mutant = { draw_mutant, 0, NULL },
	uniform = { draw_uniformly, 0, NULL },
	cheapest = { draw_cheapest, 1, NULL },
	deepest = { draw_deepest, 1, "deepest" },
	largest = { draw_largest, 1, "largest" };

const struct operator *const search_rules[] = { &deepest, &largest, NULL };

/* Near the end of a search parents are alike, under a tight limit next to
 * nothing that is drawn uniformly meets it. */
static const struct operator
	*const uniformly[] = { &uniform, NULL },
	*const at_first[] = { &uniform, &cheapest, &mutant, NULL },
	*const mutating[] = { &mutant, &uniform, NULL },
	*const by_depth[] = { &deepest, NULL },
	*const crossing_over[] = { &crossing, &mutant, &uniform, NULL };

/* --- survivors ------------------------------------------- */

/* A member that has turned out to miss the limit has no children. */
static void
survive_best(struct search *s)
{
	s->n_parents = 0;
	for (size_t i = 0; i < s->n_members; i++)
		if (search_cost(s, s->members[i]) <= s->limit)
			s->n_parents = search_rank(s, s->parents, s->n_parents,
				(size_t)s->plan.parents, s->members[i]);
}

/* Of the parents and their children as many as a population has (Deb et al.,
 * section III.C). */
static void
survive_front(struct search *s)
{
	size_t born = s->n_members - s->born, n = s->n_parents + born;
	struct point *p = xcalloc(n, sizeof *p);

	for (size_t i = 0; i < n; i++)
		p[i] = search_point(s, i < s->n_parents ? s->parents[i] :
			s->members[s->born + i - s->n_parents]);
	front_sort(p, n, s->plan.objectives);
	s->n_parents = n < (size_t)s->plan.population ? n :
		(size_t)s->plan.population;
	for (size_t i = 0; i < s->n_parents; i++)
		s->parents[i] = p[i].index;
	free(p);
}

static void
survive_none(struct search *s)
{
	s->n_parents = 0;
}

/* --- strategies ------------------------------------------- */

#define OF(member) (long)offsetof(struct search_plan, member)

const struct strategy strategy_hat = { "hat", 1000, 0, 0,
	{ { OF(population), at_first } },
	{ { OF(mutations), mutating }, { OF(crossovers), crossing_over } },
	survive_best };

const struct strategy strategy_nsga2 = { "nsga2", 1000, 0, 1,
	{ { OF(population), at_first } },
	{ { OF(mutations), mutating }, { OF(crossovers), crossing_over } },
	survive_front };

const struct strategy strategy_random = { "random", 20000, 1, 0,
	{ { OF(population), uniformly } },
	{ { OF(mutations), uniformly }, { OF(crossovers), uniformly } },
	survive_none };

const struct strategy strategy_deepest = { "deepest", 1, 0, 0,
	{ { COUNT_ONE, by_depth } }, { { 0, NULL } }, survive_none };

const struct strategy *
strategy_named(const char *name)
{
	static const struct strategy *const all[] = { &strategy_hat,
		&strategy_nsga2, &strategy_random, &strategy_deepest };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}
