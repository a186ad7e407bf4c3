#include <math.h>
#include <stdlib.h>
#include "mem.h"
#include "search.h"

/* Refused draws in a row before the next operator, or giving up. */
enum { DRAWS = 1000, DRAWS_RANDOM = 20000 };

enum op { OP_CROSS, OP_MUTATE, OP_UNIFORM, OP_CHEAPEST, OP_NONE };

/* Operators in turn, the next one where a run of draws brought nothing new:
 * near the end of a search parents are alike, under a tight limit next to
 * nothing that is drawn uniformly meets it. */
static const enum op random_ops[] = { OP_UNIFORM, OP_NONE };
static const enum op first_ops[] = { OP_UNIFORM, OP_CHEAPEST, OP_MUTATE,
	OP_NONE };
static const enum op mutate_ops[] = { OP_MUTATE, OP_UNIFORM, OP_NONE };
static const enum op cross_ops[] = { OP_CROSS, OP_MUTATE, OP_UNIFORM, OP_NONE };

struct draw {
	struct genome genome;
	struct arch arch;
	double cost;
	size_t index;   /* archs.n where it has not been scored yet */
};

void
search_init(struct search *s, const struct space *space,
	const struct search_plan *plan, const struct search_calls *calls)
{
	*s = (struct search){ .space = *space, .plan = *plan,
		.calls = *calls };
	s->parents = xcalloc((size_t)plan->parents, sizeof *s->parents);
}

void
search_free(struct search *s)
{
	arch_set_free(&s->archs);
	free(s->at);
	free(s->members);
	free(s->parents);
	*s = (struct search){ 0 };
}

/* --- drawing ------------------------------------------- */

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
propose(struct search *s, struct draw *d, enum op op, struct rng *r)
{
	const struct genome *a, *b;

	switch (op) {
	case OP_CROSS:
		a = pick_parent(s, r);
		do
			b = pick_parent(s, r);
		while (b == a && s->n_parents > 1);
		genome_cross(&d->genome, a, b, &s->space, r);
		break;
	case OP_MUTATE:
		genome_mutate(&d->genome, pick_parent(s, r), &s->space,
			s->plan.mutation_prob, r);
		break;
	case OP_CHEAPEST:
		d->genome = s->cheapest;
		break;
	default:
		genome_sample(&d->genome, &s->space, r);
	}
	genome_arch(&d->arch, &d->genome, &s->space);
}

/* Is the draw new to this search, within the limit, and as wanted? What it
 * costs is known where another search has scored it. */
static int
accept(struct search *s, struct draw *d, double limit)
{
	d->index = arch_set_find(&s->archs, &d->arch);
	int old = d->index < s->archs.n;
	if (old && s->at[d->index].search == s->searches)
		return 0;
	d->cost = old ? s->at[d->index].cost :
		s->calls.cost(s->calls.ctx, &d->arch);
	if (d->cost < s->cheapest_cost) {
		s->cheapest = d->genome;
		s->cheapest_cost = d->cost;
	}
	return d->cost <= limit && (old || !s->calls.keep ||
		s->calls.keep(s->calls.ctx, &d->arch, d->cost));
}

/* Draw by the first of the operators that brings something; *ops is moved to
 * it. 0 where none does. */
static int
draw_new(struct search *s, struct draw *d, double limit, const enum op **ops,
	struct rng *r)
{
	long most = s->plan.random ? DRAWS_RANDOM : DRAWS;

	for (s->draws = 0; **ops != OP_NONE; ++*ops)
		for (long i = 0; i < (**ops == OP_CHEAPEST ? 1 : most); i++) {
			propose(s, d, **ops, r);
			s->draws++;
			if (accept(s, d, limit))
				return 1;
		}
	return 0;
}

static int
refuse(const struct search *s, double limit, struct why *why)
{
	if (s->plan.random)
		return why_set(why, "of %ld architectures drawn uniformly none "
			"meets limit and conditions", s->draws);
	if (s->cheapest_cost <= limit)
		return why_set(why, "of %ld architectures drawn none meets "
			"all conditions", s->draws);
	return why_set(why, "nothing in the space meets the limit %.9g: the "
		"smallest predicted, of %ld architectures drawn, is %.9g",
		limit, s->draws, s->cheapest_cost);
}

/* A new search, which has met the space's smallest architecture only; its
 * random numbers. */
static struct rng
start(struct search *s, struct draw *smallest)
{
	s->searches++;
	s->n_members = s->n_parents = 0;
	s->cheapest_cost = INFINITY;
	genome_smallest(&s->cheapest, &s->space);
	smallest->genome = s->cheapest;
	genome_arch(&smallest->arch, &s->cheapest, &s->space);
	return rng_stream(s->plan.seed, RNG_SEARCH, 1);
}

int
search_check(struct search *s, double limit, struct why *why)
{
	const enum op *ops = first_ops;
	struct draw d;
	struct rng r = start(s, &d);

	if (accept(s, &d, limit) || draw_new(s, &d, limit, &ops, &r))
		return 0;
	return refuse(s, limit, why);
}

/* --- the search ------------------------------------------- */

static int
add_member(struct search *s, const struct draw *d, int iteration,
	struct why *why)
{
	size_t i = d->index;

	if (i == s->archs.n) {
		double loss = INFINITY;
		if (s->calls.score(s->calls.ctx, &d->arch, d->cost, iteration,
		    &loss, why))
			return -1;
		if (i == s->cap) {
			s->cap = s->cap ? 2 * s->cap : 256;
			s->at = xrealloc(s->at, s->cap, sizeof *s->at);
		}
		arch_set_add(&s->archs, &d->arch);
		s->at[i] = (struct candidate){ d->genome, d->cost,
			isnan(loss) ? INFINITY : loss, iteration, 0 };
	}
	/* equal architectures may differ in the genes that they don't use */
	s->at[i].genome = d->genome;
	s->at[i].search = s->searches;
	if (s->n_members == s->members_cap) {
		s->members_cap = s->members_cap ? 2 * s->members_cap : 256;
		s->members = xrealloc(s->members, s->members_cap,
			sizeof *s->members);
	}
	s->members[s->n_members++] = i;
	s->done++;
	return 0;
}

/* n new members: 1 if that many were found, 0 if not, -1 with a reason. */
static int
grow(struct search *s, long n, double limit, const enum op *ops,
	int iteration, struct rng *r, struct why *why)
{
	struct draw d;

	if (s->plan.random)
		ops = random_ops;
	while (n-- > 0) {
		if (!draw_new(s, &d, limit, &ops, r))
			return 0;
		if (add_member(s, &d, iteration, why))
			return -1;
	}
	return 1;
}

/* Put candidate i where it belongs among the n best, at most k; after those
 * that are as good. */
static size_t
insert(const struct search *s, size_t *best, size_t n, size_t k, size_t i)
{
	size_t at = n;

	while (at && s->at[i].loss < s->at[best[at - 1]].loss)
		at--;
	if (at == k)
		return n;
	n += n < k;
	for (size_t j = n - 1; j > at; j--)
		best[j] = best[j - 1];
	best[at] = i;
	return n;
}

static void
choose_parents(struct search *s)
{
	s->n_parents = 0;
	for (size_t i = 0; i < s->n_members; i++)
		s->n_parents = insert(s, s->parents, s->n_parents,
			(size_t)s->plan.parents, s->members[i]);
}

int
search_run(struct search *s, double limit, struct why *why)
{
	const struct search_plan *p = &s->plan;
	struct draw smallest;
	struct rng r = start(s, &smallest);

	s->exhausted = 0;
	accept(s, &smallest, limit);   /* its cost, for whoever looks for one */
	int more = grow(s, p->population, limit, first_ops, 1, &r, why);
	if (!more && !s->n_members)
		return refuse(s, limit, why);
	s->exhausted = !more;
	for (int i = 2; more > 0 && i <= p->iterations; i++) {
		choose_parents(s);
		r = rng_stream(p->seed, RNG_SEARCH, (uint64_t)i);
		more = grow(s, p->mutations, limit, mutate_ops, i, &r, why);
		if (more > 0)
			more = grow(s, p->crossovers, limit, cross_ops, i, &r,
				why);
		if (!more)
			s->exhausted = i;
	}
	return more < 0 ? -1 : 0;
}

long
search_budget(const struct search_plan *p)
{
	return p->population +
		(p->iterations - 1) * (p->mutations + p->crossovers);
}

/* --- what was found ------------------------------------------- */

size_t
search_best(const struct search *s, double limit, size_t k, size_t *index)
{
	size_t n = 0;

	for (size_t i = 0; i < s->archs.n; i++)
		if (s->at[i].cost <= limit && isfinite(s->at[i].loss))
			n = insert(s, index, n, k, i);
	return n;
}

struct point {
	double cost, loss;
	size_t index;
};

static int
compare_points(const void *x, const void *y)
{
	const struct point *a = x, *b = y;

	if (a->cost != b->cost)
		return a->cost < b->cost ? -1 : 1;
	if (a->loss != b->loss)
		return a->loss < b->loss ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

size_t
search_front(const struct search *s, size_t *index)
{
	struct point *p = xcalloc(s->archs.n, sizeof *p);
	double best = INFINITY;
	size_t n = 0;

	for (size_t i = 0; i < s->archs.n; i++)
		p[i] = (struct point){ s->at[i].cost, s->at[i].loss, i };
	qsort(p, s->archs.n, sizeof *p, compare_points);
	for (size_t i = 0; i < s->archs.n; i++)
		if (p[i].loss < best) {
			best = p[i].loss;
			index[n++] = p[i].index;
		}
	free(p);
	return n;
}
