#include <math.h>
#include <stdlib.h>
#include "base/mem.h"
#include "front.h"

int
point_dominates(const struct point *a, const struct point *b, int m)
{
	int smaller = 0;

	if (a->excess > 0 || b->excess > 0)
		return a->excess < b->excess;
	for (int i = 0; i < m; i++) {
		if (a->value[i] > b->value[i])
			return 0;
		smaller |= a->value[i] < b->value[i];
	}
	return smaller;
}

static int
compare(double a, double b)
{
	return (a > b) - (a < b);
}

static int
compare_index(const struct point *a, const struct point *b)
{
	return (a->index > b->index) - (a->index < b->index);
}

/* Values that are not in use are 0. */
static int
compare_values(const void *x, const void *y)
{
	const struct point *a = x, *b = y;
	int c = compare(a->excess, b->excess);

	for (int i = 0; i < OBJECTIVES_MAX && !c; i++)
		c = compare(a->value[i], b->value[i]);
	return c ? c : compare_index(a, b);
}

/* In this order no point dominates an earlier one, so each belongs to the
 * first rank of which no member dominates it (Zhang et al.: "An efficient
 * approach to nondominated sorting", 2015). Members of a rank are linked, the
 * latest first, as it is the likeliest. */
void
front_ranks(struct point *p, size_t n, int m)
{
	size_t *last = xcalloc(n + 1, sizeof *last);   /* 1 + of each rank */
	size_t *before = xcalloc(n + 1, sizeof *before);
	int ranks = 0;

	qsort(p, n, sizeof *p, compare_values);
	for (size_t i = 0; i < n; i++) {
		int r = 0;
		for (size_t j = last[0]; r < ranks && j; )
			if (point_dominates(&p[j - 1], &p[i], m))
				j = last[++r];
			else
				j = before[j - 1];
		ranks += r == ranks;
		p[i].rank = r;
		before[i] = last[r];
		last[r] = i + 1;
	}
	free(last);
	free(before);
}

/* --- crowding ------------------------------------------- */

struct place {
	double value;
	struct point *of;
};

static int
compare_places(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	int c = compare(a->value, b->value);

	return c ? c : compare_index(a->of, b->of);
}

/* Of n points of one rank. at: [n] */
static void
set_crowding(struct point *p, size_t n, int m, struct place *at)
{
	for (int k = 0; k < m; k++) {
		for (size_t i = 0; i < n; i++)
			at[i] = (struct place){ p[i].value[k], &p[i] };
		qsort(at, n, sizeof *at, compare_places);
		double range = at[n - 1].value - at[0].value;
		at[0].of->crowding = at[n - 1].of->crowding = INFINITY;
		for (size_t i = 1; i + 1 < n; i++)
			if (range > 0 && isfinite(range))
				at[i].of->crowding += (at[i + 1].value -
					at[i - 1].value) / range;
	}
}

static int
compare_ranks(const void *x, const void *y)
{
	const struct point *a = x, *b = y;

	return a->rank != b->rank ? (a->rank > b->rank) - (a->rank < b->rank) :
		compare_index(a, b);
}

static int
compare_room(const void *x, const void *y)
{
	const struct point *a = x, *b = y;
	int c = compare(b->crowding, a->crowding);

	return c ? c : compare_index(a, b);
}

void
front_sort(struct point *p, size_t n, int m)
{
	struct place *at = xcalloc(n, sizeof *at);

	front_ranks(p, n, m);
	qsort(p, n, sizeof *p, compare_ranks);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && p[k].rank == p[i].rank; k++)
			p[k].crowding = 0;
		set_crowding(p + i, k - i, m, at);
		qsort(p + i, k - i, sizeof *p, compare_room);
	}
	free(at);
}
