/* Ranks and crowding of NSGA-II against a naive reference. */
#include <stdlib.h>
#include "base/rng.h"
#include "search/front.h"
#include "tap.h"

enum { MOST = 120 };

/* By the definition: take away what nothing left dominates, again and again. */
static void
naive_ranks(const struct point *p, size_t n, int m, int *rank)
{
	size_t left = n;

	for (size_t i = 0; i < n; i++)
		rank[i] = -1;
	for (int r = 0; left; r++) {
		int now[MOST];
		for (size_t i = 0; i < n; i++) {
			now[i] = rank[i] < 0;
			for (size_t j = 0; j < n && now[i]; j++)
				now[i] = rank[j] >= 0 ||
					!point_dominates(&p[j], &p[i], m);
		}
		for (size_t i = 0; i < n; i++)
			if (now[i]) {
				rank[i] = r;
				left--;
			}
	}
}

/* Of those of its rank, the nearest on both sides, value by value; equal values
 * lie in the order of their indices. */
static double
naive_crowding(const struct point *p, size_t n, int m, const int *rank,
	size_t i)
{
	double sum = 0;

	for (int k = 0; k < m; k++) {
		double below = -INFINITY, above = INFINITY;
		double lo = INFINITY, hi = -INFINITY, v = p[i].value[k];
		for (size_t j = 0; j < n; j++) {
			double w = p[j].value[k];
			if (rank[j] != rank[i])
				continue;
			lo = fmin(lo, w);
			hi = fmax(hi, w);
			if (j != i && (w < v || (w == v && j < i)))
				below = fmax(below, w);
			else if (j != i)
				above = fmin(above, w);
		}
		if (isinf(below) || isinf(above))
			sum = INFINITY;
		else if (hi > lo)
			sum += (above - below) / (hi - lo);
	}
	return sum;
}

static void
test_random(void)
{
	struct rng r = rng_seed(1);
	int bad_rank = 0, bad_room = 0, bad_order = 0, deep = 0, missed = 0;

	for (int run = 0; run < 300; run++) {
		struct point p[MOST] = { { { 0 }, 0, 0, 0, 0 } }, q[MOST];
		int rank[MOST], m = 1 + (int)rng_below(&r, 4);
		size_t n = 1 + rng_below(&r, MOST);
		/* few different values: many equal ones */
		uint64_t values = run % 3 ? 1000 : 4;
		for (size_t i = 0; i < n; i++) {
			p[i].index = i;
			for (int k = 0; k < m; k++)
				p[i].value[k] = (double)rng_below(&r, values);
			if (run % 2 && rng_below(&r, 2))
				p[i].excess = (double)rng_below(&r, 3);
			missed += p[i].excess > 0;
			q[i] = p[i];
		}
		naive_ranks(p, n, m, rank);
		front_sort(q, n, m);
		for (size_t i = 0; i < n; i++) {
			size_t j = q[i].index;
			double room = naive_crowding(p, n, m, rank, j);
			bad_rank += q[i].rank != rank[j];
			bad_room += isinf(room) != isinf(q[i].crowding) ||
				(!isinf(room) && fabs(room - q[i].crowding) >
				1e-9);
			deep += q[i].rank > 2;
			if (!i)
				continue;
			const struct point *a = &q[i - 1], *b = &q[i];
			bad_order += a->rank > b->rank || (a->rank == b->rank &&
				(a->crowding < b->crowding ||
				(a->crowding == b->crowding &&
				a->index > b->index)));
		}
	}
	OK(!bad_rank && deep > 1000 && missed > 1000, "ranks are those of the "
		"definition (%d of rank 3 and more)", deep);
	OK(!bad_room, "crowding is that of the definition");
	OK(!bad_order, "lower ranks first, then more room, then the index");
}

/* Deb et al., figure 1, as numbers: two fronts that are known. */
static void
test_known(void)
{
	struct point p[] = {
		{ { 1, 5 }, 0, 0, 0, 0 }, { { 2, 3 }, 0, 1, 0, 0 },
		{ { 4, 1 }, 0, 2, 0, 0 }, { { 2, 5 }, 0, 3, 0, 0 },
		{ { 5, 5 }, 0, 4, 0, 0 }, { { 0, 0 }, .5, 5, 0, 0 },
		{ { 9, 9 }, .1, 6, 0, 0 } };
	static const size_t order[] = { 0, 2, 1, 3, 4, 6, 5 };
	static const int ranks[] = { 0, 0, 0, 1, 2, 3, 4 };
	int bad = 0;

	front_sort(p, 7, 2);
	for (int i = 0; i < 7; i++)
		bad += p[i].index != order[i] || p[i].rank != ranks[i];
	OK(!bad, "seven points in order, those that miss a condition last");
	/* (4 - 1) / (4 - 1) + (5 - 1) / (5 - 1) */
	NEAR(p[2].crowding, 2, 1e-12, "the one between two ends");
	OK(isinf(p[0].crowding) && isinf(p[1].crowding), "the ends");
}

/* What is told as no number is INFINITY. */
static void
test_infinite(void)
{
	struct point p[] = { { { INFINITY, 1 }, 0, 0, 0, 0 },
		{ { 1, INFINITY }, 0, 1, 0, 0 },
		{ { INFINITY, INFINITY }, 0, 2, 0, 0 },
		{ { 2, 2 }, 0, 3, 0, 0 } };
	int nan = 0;

	front_sort(p, 4, 2);
	for (int i = 0; i < 4; i++)
		nan += isnan(p[i].crowding);
	OK(!nan && p[3].index == 2 && p[3].rank == 1 && !p[2].rank,
		"infinite values have ranks, and crowding that is a number");
}

int
main(void)
{
	test_random();
	test_known();
	test_infinite();
	return FINISH();
}
