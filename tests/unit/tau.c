/* Kendall's tau against all pairs, one by one: with ties, groups and things
 * that are there several times. */
#include <math.h>
#include <stdlib.h>
#include "base/rng.h"
#include "base/tau.h"
#include "tap.h"

enum { MOST = 40 };

struct things {
	size_t n;
	double a[MOST], b[MOST], group[MOST], times[MOST];
};

static void
draw(struct things *t, struct rng *r, uint64_t values, uint64_t groups,
	uint64_t most)
{
	t->n = 1 + (size_t)rng_below(r, MOST);
	for (size_t i = 0; i < t->n; i++) {
		t->a[i] = (double)rng_below(r, values) - 2;
		t->b[i] = (double)rng_below(r, values) / 3;
		t->group[i] = (double)rng_below(r, groups);
		t->times[i] = (double)rng_below(r, most);
	}
}

static struct tau_pairs
one_by_one(const struct things *t, int groups, int times)
{
	struct tau_pairs p = { 0, 0, 0 };

	for (size_t i = 0; i < t->n; i++)
		for (size_t j = 0; j < i; j++) {
			int a = (t->a[i] > t->a[j]) - (t->a[i] < t->a[j]);
			int b = (t->b[i] > t->b[j]) - (t->b[i] < t->b[j]);
			double so = times ? t->times[i] * t->times[j] : 1;
			if (groups && t->group[i] != t->group[j])
				continue;
			p.agree += so * a * b;
			p.a += so * (a != 0);
			p.b += so * (b != 0);
		}
	return p;
}

static int
agrees(const struct things *t, int groups, int times)
{
	struct tau *tau = tau_new(t->a, t->b, groups ? t->group : NULL, t->n);
	struct tau_pairs want = one_by_one(t, groups, times), got = { 0 };

	/* the second look is that of the first */
	for (int i = 0; i < 2; i++)
		got = tau_count(tau, times ? t->times : NULL);
	tau_free(tau);
	return got.agree == want.agree && got.a == want.a && got.b == want.b;
}

int
main(void)
{
	const double up[] = { 1, 2, 3, 4 }, down[] = { 9, 7, 5, 3 };
	const double one[] = { 2, 2, 2, 2 };
	struct rng r = rng_seed(3);
	struct things t;

	for (int kind = 0; kind < 4; kind++) {
		int bad = 0;
		for (int i = 0; i < 2000; i++) {
			draw(&t, &r, i % 2 ? 5 : 1000, 1 + (uint64_t)i % 4, 4);
			bad += !agrees(&t, kind & 1, kind & 2);
		}
		OK(!bad, "2000 draws%s%s", kind & 1 ? " in groups" : "",
			kind & 2 ? ", things several times" : "");
	}
	OK(tau_b(up, up, 4) == 1 && tau_b(up, down, 4) == -1,
		"the same order, and the opposite");
	OK(isnan(tau_b(one, up, 4)) && isnan(tau_b(up, one, 4)),
		"nothing is told apart");
	return FINISH();
}
