/* What a search has found: its best, and its front. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "search.h"

static int
is_better(const struct candidate *a, const struct candidate *b)
{
	return a->excess != b->excess ? a->excess < b->excess :
		a->value[0] < b->value[0];
}

size_t
search_rank(const struct search *s, size_t *best, size_t n, size_t k, size_t i)
{
	size_t at = n;

	while (at && is_better(&s->at[i], &s->at[best[at - 1]]))
		at--;
	if (at == k)
		return n;
	n += n < k;
	for (size_t j = n - 1; j > at; j--)
		best[j] = best[j - 1];
	best[at] = i;
	return n;
}

/* Of those that were told of; a value that is no number is no answer, nor is
 * who could not be measured. */
static int
is_answer(const struct search *s, size_t i)
{
	const struct candidate *c = &s->at[i];

	return c->told && !c->excess && isfinite(c->value[0]) &&
		!isinf(c->measured);
}

size_t
search_best(const struct search *s, double limit, size_t k, size_t *index)
{
	size_t n = 0;

	for (size_t i = 0; i < s->archs.n; i++)
		if (is_answer(s, i) && search_cost(s, i) <= limit)
			n = search_rank(s, index, n, k, i);
	return n;
}

/* --- the front ------------------------------------------- */

struct point
search_point(const struct search *s, size_t i)
{
	const struct candidate *c = &s->at[i];
	struct point p = { .excess = c->excess, .index = i };
	double over = search_cost(s, i) / s->limit - 1;

	for (int k = 0; k < s->plan.objectives; k++)
		p.value[k] = c->value[k];
	if (over > 0)
		p.excess += over;
	return p;
}

/* crowding: the cost; rank: its place by values */
static int
compare_costs(const void *x, const void *y)
{
	const struct point *a = x, *b = y;

	if (a->crowding != b->crowding)
		return a->crowding < b->crowding ? -1 : 1;
	return a->rank < b->rank ? -1 : 1;
}

size_t
search_front(const struct search *s, size_t *index)
{
	struct point *p = xcalloc(s->archs.n, sizeof *p);
	int m = s->plan.objectives;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < s->archs.n; i++) {
		if (!is_answer(s, i))
			continue;
		p[n] = search_point(s, i);
		p[n].excess = 0;
		if (m == 1) {
			p[n].value[1] = p[n].value[0];
			p[n].value[0] = s->at[i].cost;
		}
		n++;
	}
	front_ranks(p, n, m == 1 ? 2 : m);
	/* of equal ones, which lie side by side, the first */
	for (size_t i = 0; i < n; i++)
		if (!p[i].rank && !(kept && !memcmp(p[i].value,
		    p[kept - 1].value, sizeof p->value))) {
			p[kept] = p[i];
			p[kept].crowding = s->at[p[i].index].cost;
			p[kept].rank = (int)kept;
			kept++;
		}
	qsort(p, kept, sizeof *p, compare_costs);
	for (size_t i = 0; i < kept; i++)
		index[i] = p[i].index;
	free(p);
	return kept;
}
