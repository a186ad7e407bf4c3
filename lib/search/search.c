#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "search.h"

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

/* Is the draw new to this search, within the limit, and as wanted? What it
 * costs is known where another search was told of it. */
static int
accept(struct search *s, struct draw *d)
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
	return d->cost <= s->limit && (old || !s->calls.keep ||
		s->calls.keep(s->calls.ctx, &d->arch, d->cost));
}

/* Draw by the first of the stage's operators that brings something; s->by is
 * moved to it. 0 where none does. */
static int
draw_new(struct search *s, struct draw *d)
{
	long most = s->plan.strategy->draws;

	for (s->draws = 0; *s->by; s->by++)
		for (long i = 0; i < ((*s->by)->once ? 1 : most); i++) {
			(*s->by)->draw(s, &d->genome, &s->rng);
			genome_arch(&d->arch, &d->genome, &s->space);
			s->draws++;
			if (accept(s, d))
				return 1;
		}
	return 0;
}

static int
refuse(const struct search *s, struct why *why)
{
	if (s->plan.strategy->uniform)
		return why_set(why, "of %ld architectures drawn uniformly none "
			"meets limit and conditions", s->draws);
	if (s->cheapest_cost <= s->limit)
		return why_set(why, "of %ld architectures drawn none meets "
			"all conditions", s->draws);
	return why_set(why, "nothing in the space meets the limit %.9g: the "
		"smallest predicted, of %ld architectures drawn, is %.9g",
		s->limit, s->draws, s->cheapest_cost);
}

/* --- ask and tell ------------------------------------------- */

static long
stage_count(const struct search_plan *p, const struct stage *stage)
{
	return stage->count == COUNT_ONE ? 1 :
		*(const long *)((const char *)p + stage->count);
}

static void
begin_stage(struct search *s, const struct stage *stage)
{
	s->stage = stage;
	s->by = stage->by;
	s->left = stage_count(&s->plan, stage);
}

static void
begin_iteration(struct search *s)
{
	const struct strategy *y = s->plan.strategy;

	if (s->iteration++)
		y->survive(s);
	s->rng = rng_stream(s->plan.seed, RNG_SEARCH, (uint64_t)s->iteration);
	begin_stage(s, s->iteration == 1 ? y->first : y->later);
}

/* To where candidates are left to draw; 0 at the end. */
static int
go_on(struct search *s)
{
	while (!s->left) {
		if (s->stage[1].by)
			begin_stage(s, s->stage + 1);
		else if (s->iteration < s->plan.iterations &&
		    s->plan.strategy->later->by)
			begin_iteration(s);
		else
			return 0;
	}
	return 1;
}

/* Meets the space's smallest architecture, which need not be asked about: 1 if
 * it may be. */
static int
begin(struct search *s, double limit)
{
	struct draw smallest;

	s->searches++;
	s->limit = limit;
	s->n_members = s->n_parents = 0;
	s->iteration = s->exhausted = 0;
	s->cheapest_cost = INFINITY;
	genome_smallest(&s->cheapest, &s->space);
	smallest.genome = s->cheapest;
	genome_arch(&smallest.arch, &s->cheapest, &s->space);
	begin_iteration(s);
	return accept(s, &smallest);
}

void
search_begin(struct search *s, double limit)
{
	begin(s, limit);
}

int
search_check(struct search *s, double limit, struct why *why)
{
	return begin(s, limit) || draw_new(s, &s->asked) ? 0 : refuse(s, why);
}

/* What was asked about, or is known from another search, joins this one. */
static void
join(struct search *s)
{
	const struct draw *d = &s->asked;

	/* equal architectures may differ in the genes that they don't use */
	s->at[d->index].genome = d->genome;
	s->at[d->index].search = s->searches;
	if (s->n_members == s->members_cap) {
		s->members_cap = s->members_cap ? 2 * s->members_cap : 256;
		s->members = xrealloc(s->members, s->members_cap,
			sizeof *s->members);
	}
	s->members[s->n_members++] = d->index;
	s->done++;
	s->left--;
}

int
search_ask(struct search *s, struct arch *a, struct why *why)
{
	while (!s->exhausted && go_on(s)) {
		if (!draw_new(s, &s->asked)) {
			s->exhausted = s->iteration;
			return s->n_members ? 0 : refuse(s, why);
		}
		if (s->asked.index == s->archs.n) {
			*a = s->asked.arch;
			return 1;
		}
		join(s);
	}
	return 0;
}

void
search_tell(struct search *s, double loss)
{
	size_t i = arch_set_add(&s->archs, &s->asked.arch);

	if (i == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->at = xrealloc(s->at, s->cap, sizeof *s->at);
	}
	s->at[i] = (struct candidate){ .cost = s->asked.cost,
		.loss = isnan(loss) ? INFINITY : loss,
		.iteration = s->iteration };
	join(s);
}

long
search_budget(const struct search_plan *p)
{
	const struct strategy *y = p->strategy;
	long n = 0;

	for (const struct stage *t = y->first; t->by; t++)
		n += stage_count(p, t);
	for (const struct stage *t = y->later; t->by; t++)
		n += (p->iterations - 1) * stage_count(p, t);
	return n;
}

/* --- what was found ------------------------------------------- */

size_t
search_rank(const struct search *s, size_t *best, size_t n, size_t k, size_t i)
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

size_t
search_best(const struct search *s, double limit, size_t k, size_t *index)
{
	size_t n = 0;

	for (size_t i = 0; i < s->archs.n; i++)
		if (s->at[i].cost <= limit && isfinite(s->at[i].loss))
			n = search_rank(s, index, n, k, i);
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
