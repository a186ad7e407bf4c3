#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/stats.h"
#include "search.h"

enum { RULES = 2, MEASURED_MIN = 3 };

static size_t
larger(long a, long b)
{
	return (size_t)(a > b ? a : b);
}

void
search_init(struct search *s, const struct space *space,
	const struct search_plan *plan, const struct search_calls *calls)
{
	*s = (struct search){ .space = *space, .plan = *plan,
		.calls = *calls, .ratio = 1 };
	s->parents = xcalloc(plan->strategy->tournament ? larger(
		plan->parents, plan->population) : (size_t)plan->parents,
		sizeof *s->parents);
}

void
search_free(struct search *s)
{
	arch_set_free(&s->archs);
	free(s->at);
	free(s->members);
	free(s->parents);
	free(s->limits);
	*s = (struct search){ 0 };
}

/* --- drawing ------------------------------------------- */

double
search_cost(const struct search *s, size_t i)
{
	const struct candidate *c = &s->at[i];

	return isnan(c->measured) ? c->cost * s->ratio : c->measured;
}

/* Is the draw new to this search, within the limit, and as wanted? What it
 * costs is known where another search asked about it. */
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
	return (old ? search_cost(s, d->index) : d->cost * s->ratio) <=
		s->limit && (old || !s->calls.keep ||
		s->calls.keep(s->calls.ctx, &d->arch, d->cost));
}

static int
draw_by(struct search *s, const struct operator *o, struct draw *d)
{
	o->draw(s, &d->genome, &s->rng);
	genome_arch(&d->arch, &d->genome, &s->space);
	s->draws++;
	return accept(s, d);
}

/* The next answer of the rules of thumb; 0 where there is no further one. */
static int
draw_rule(struct search *s, struct draw *d)
{
	while (s->plan.rules && s->iteration == 1 &&
	    s->rule < RULES * s->n_limits) {
		const struct operator *o = search_rules[s->rule % RULES];
		s->rule_limit = s->limits[s->rule++ / RULES];
		d->rule = o->rule;
		if (draw_by(s, o, d))
			return 1;
	}
	return 0;
}

/* Draw by the first of the stage's operators that brings something; s->by is
 * moved to it. 0 where none does. */
static int
draw_new(struct search *s, struct draw *d)
{
	long most = s->plan.strategy->draws;

	s->draws = 0;
	if (draw_rule(s, d))
		return 1;
	d->rule = NULL;
	s->rule_limit = s->limit;
	for (; *s->by; s->by++)
		for (long i = 0; i < ((*s->by)->once ? 1 : most); i++)
			if (draw_by(s, *s->by, d))
				return 1;
	return 0;
}

static int
refuse(const struct search *s, struct why *why)
{
	if (s->plan.strategy->uniform)
		return why_set(why, "of %ld architectures drawn uniformly none "
			"meets limit and conditions", s->draws);
	if (s->cheapest_cost * s->ratio <= s->limit)
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

	if (s->iteration++) {
		if (s->calls.turn)
			s->calls.turn(s->calls.ctx);
		y->survive(s);
	}
	s->born = s->n_members;
	s->rng = rng_stream(s->plan.seed, RNG_SEARCH, (uint64_t)s->iteration);
	begin_stage(s, s->iteration == 1 ? y->first : y->later);
}

/* To where candidates are left to draw. */
static enum asked
go_on(struct search *s)
{
	while (!s->left) {
		if (s->stage[1].by)
			begin_stage(s, s->stage + 1);
		else if (s->iteration == s->plan.iterations ||
		    !s->plan.strategy->later->by)
			return SEARCH_OVER;
		else if (s->untold)
			return SEARCH_WAIT;
		else
			begin_iteration(s);
	}
	return SEARCH_ASKED;
}

/* Meets the space's smallest architecture, which need not be asked about. */
int
search_begin(struct search *s, const double *limits, size_t n)
{
	struct draw smallest;

	s->searches++;
	s->limits = xrealloc(s->limits, n, sizeof *limits);
	memcpy(s->limits, limits, n * sizeof *limits);
	s->n_limits = n;
	s->limit = limits[0];
	for (size_t i = 1; i < n; i++)
		s->limit = fmax(s->limit, limits[i]);
	s->n_members = s->n_parents = s->rule = 0;
	s->iteration = s->exhausted = 0;
	s->cheapest_cost = INFINITY;
	genome_smallest(&s->cheapest, &s->space);
	smallest.genome = s->cheapest;
	genome_arch(&smallest.arch, &s->cheapest, &s->space);
	begin_iteration(s);
	return accept(s, &smallest);
}

int
search_check(struct search *s, double limit, struct why *why)
{
	struct draw d;

	return search_begin(s, &limit, 1) || draw_new(s, &d) ? 0 :
		refuse(s, why);
}

/* Remember a draw that no search has asked about. */
static void
add(struct search *s, const struct draw *d)
{
	size_t i = arch_set_add(&s->archs, &d->arch);

	s->at = xroom(s->at, &s->cap, i + 1, sizeof *s->at);
	s->at[i] = (struct candidate){ .cost = d->cost, .measured = NAN,
		.rule = d->rule, .iteration = s->iteration };
	s->untold++;
}

/* What is asked about, or is known from another search, joins this one. */
static void
join(struct search *s, const struct draw *d)
{
	/* equal architectures may differ in the genes that they don't use */
	s->at[d->index].genome = d->genome;
	s->at[d->index].search = s->searches;
	s->members = xroom(s->members, &s->members_cap, s->n_members + 1,
		sizeof *s->members);
	s->members[s->n_members++] = d->index;
	s->left--;
}

enum asked
search_ask(struct search *s, size_t *index, struct why *why)
{
	struct draw d;
	enum asked asked;

	while (!s->exhausted && (asked = go_on(s)) != SEARCH_OVER) {
		if (asked == SEARCH_WAIT)
			return SEARCH_WAIT;
		if (!draw_new(s, &d)) {
			s->exhausted = s->iteration;
			return s->n_members ? SEARCH_OVER :
				refuse(s, why) ? SEARCH_FAILED : SEARCH_OVER;
		}
		int known = d.index < s->archs.n;
		if (!known)
			add(s, &d);
		join(s, &d);
		*index = d.index;
		if (!known)
			return SEARCH_ASKED;
		s->done++;
	}
	return SEARCH_OVER;
}

void
search_tell(struct search *s, size_t i, const double *value, double excess)
{
	struct candidate *c = &s->at[i];

	for (int k = 0; k < s->plan.objectives; k++)
		c->value[k] = isnan(value[k]) ? INFINITY : value[k];
	c->excess = excess;
	c->told = 1;
	s->untold--;
	s->done++;
}

void
search_measured(struct search *s, size_t i, double cost)
{
	double *ratio = xcalloc(s->archs.n, sizeof *ratio);
	size_t n = 0;

	s->at[i].measured = cost;
	for (size_t k = 0; k < s->archs.n; k++)
		if (isfinite(s->at[k].measured) && s->at[k].cost > 0)
			ratio[n++] = s->at[k].measured / s->at[k].cost;
	s->ratio = n < MEASURED_MIN ? 1 : stats_median(ratio, n);
	free(ratio);
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
