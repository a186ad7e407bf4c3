#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "mem.h"
#include "tau.h"

struct point {
	double group, a, b;
	size_t thing;
};

/* What of a thing differs from the one before it, by group and a. */
enum { NOTHING, ITS_A, ITS_GROUP };

struct tau {
	size_t n;
	size_t *thing;          /* [n] by group and a */
	char *differs;          /* [n] */
	size_t *rank;           /* [n] of thing[i], by group and b */
	double *same;           /* [n] how many are there of a rank */
	double *below;          /* [n + 1] how many of lower ranks, in a
				 * Fenwick tree */
};

static int
order(double x, double y)
{
	return (x > y) - (x < y);
}

static int
by_a(const void *x, const void *y)
{
	const struct point *p = x, *q = y;
	int by = order(p->group, q->group);

	return by ? by : order(p->a, q->a);
}

static int
by_b(const void *x, const void *y)
{
	const struct point *p = x, *q = y;
	int by = order(p->group, q->group);

	return by ? by : order(p->b, q->b);
}

struct tau *
tau_new(const double *a, const double *b, const double *group, size_t n)
{
	struct tau *t = xcalloc(1, sizeof *t);
	struct point *p = xcalloc(n, sizeof *p);
	size_t *rank = xcalloc(n, sizeof *rank);

	*t = (struct tau){ n, xcalloc(n, sizeof *t->thing), xcalloc(n, 1),
		xcalloc(n, sizeof *t->rank), xcalloc(n, sizeof *t->same),
		xcalloc(n + 1, sizeof *t->below) };
	for (size_t i = 0; i < n; i++)
		p[i] = (struct point){ group ? group[i] : 0, a[i], b[i], i };
	qsort(p, n, sizeof *p, by_b);
	for (size_t i = 1; i < n; i++)
		rank[p[i].thing] = by_b(&p[i - 1], &p[i]) ? i :
			rank[p[i - 1].thing];
	qsort(p, n, sizeof *p, by_a);
	for (size_t i = 0; i < n; i++) {
		t->thing[i] = p[i].thing;
		t->rank[i] = rank[p[i].thing];
		t->differs[i] = !i || p[i].group != p[i - 1].group ?
			ITS_GROUP : p[i].a != p[i - 1].a ? ITS_A : NOTHING;
	}
	free(p);
	free(rank);
	return t;
}

void
tau_free(struct tau *t)
{
	free(t->thing);
	free(t->differs);
	free(t->rank);
	free(t->same);
	free(t->below);
	free(t);
}

static double
lower(const struct tau *t, size_t rank)
{
	double sum = 0;

	for (size_t i = rank; i; i &= i - 1)
		sum += t->below[i];
	return sum;
}

static void
enter(struct tau *t, size_t rank, double times)
{
	for (size_t i = rank + 1; i <= t->n; i += i & -i)
		t->below[i] += times;
}

struct tau_pairs
tau_count(struct tau *t, const double *times)
{
	struct tau_pairs p = { 0, 0, 0 };
	/* how many: so far, before this group, before those of the same a */
	double all = 0, group = 0, less = 0;
	size_t entered = 0;

	memset(t->same, 0, t->n * sizeof *t->same);
	memset(t->below, 0, (t->n + 1) * sizeof *t->below);
	for (size_t i = 0; i < t->n; i++) {
		double here = times ? times[t->thing[i]] : 1;
		size_t rank = t->rank[i];
		if (t->differs[i]) {
			for (; entered < i; entered++)
				enter(t, t->rank[entered], times ?
					times[t->thing[entered]] : 1);
			less = all;
		}
		if (t->differs[i] == ITS_GROUP)
			group = all;
		if (here == 0)
			continue;
		/* of those of a lesser a: lower ranks agree, higher do not */
		p.agree += here * (lower(t, rank) + lower(t, rank + 1) -
			group - less);
		p.a += here * (less - group);
		p.b += here * (all - group - t->same[rank]);
		t->same[rank] += here;
		all += here;
	}
	return p;
}

double
tau_b(const double *a, const double *b, size_t n)
{
	struct tau *t = tau_new(a, b, NULL, n);
	struct tau_pairs p = tau_count(t, NULL);

	tau_free(t);
	return p.agree / sqrt(p.a * p.b);
}
