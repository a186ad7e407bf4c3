#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "groups.h"

struct named {
	const double *x;
	size_t row, group;
};

static int
by_features(const void *a, const void *b)
{
	const struct named *p = a, *q = b;
	int d = memcmp(p->x, q->x, FEATURES * sizeof *p->x);

	return d ? d : (p->row > q->row) - (p->row < q->row);
}

/* By the first row of the group, then by the row. */
static int
by_group(const void *a, const void *b)
{
	const struct named *p = a, *q = b;

	if (p->group != q->group)
		return p->group > q->group ? 1 : -1;
	return (p->row > q->row) - (p->row < q->row);
}

void
groups_init(struct groups *g, const double *x, size_t rows)
{
	struct named *named = xcalloc(rows, sizeof *named);

	g->n = 0;
	g->row = xcalloc(rows, sizeof *g->row);
	g->start = xcalloc(rows + 1, sizeof *g->start);
	for (size_t i = 0; i < rows; i++)
		named[i] = (struct named){ x + i * FEATURES, i, i };
	qsort(named, rows, sizeof *named, by_features);
	for (size_t i = 1; i < rows; i++)
		if (!memcmp(named[i].x, named[i - 1].x, FEATURES * sizeof *x))
			named[i].group = named[i - 1].group;
	qsort(named, rows, sizeof *named, by_group);
	for (size_t i = 0; i < rows; i++) {
		g->row[i] = named[i].row;
		if (!i || named[i].group != named[i - 1].group)
			g->start[g->n++] = i;
	}
	g->start[g->n] = rows;
	free(named);
}

void
groups_shuffle(struct groups *g, struct rng r)
{
	size_t rows = g->start[g->n], at = 0;
	size_t *order = xcalloc(g->n, sizeof *order);
	size_t *row = xcalloc(rows, sizeof *row);
	size_t *start = xcalloc(rows + 1, sizeof *start);

	for (size_t k = 0; k < g->n; k++)
		order[k] = k;
	rng_shuffle(&r, order, g->n, sizeof *order);
	for (size_t k = 0; k < g->n; k++) {
		start[k] = at;
		for (size_t i = g->start[order[k]]; i < g->start[order[k] + 1];
		    i++)
			row[at++] = g->row[i];
	}
	start[g->n] = at;
	free(order);
	free(g->row);
	free(g->start);
	g->row = row;
	g->start = start;
}

void
groups_order(const struct groups *g, void *base, size_t size)
{
	size_t rows = g->start[g->n];
	char *to = xcalloc(rows, size), *from = base;

	for (size_t i = 0; i < rows; i++)
		memcpy(to + i * size, from + g->row[i] * size, size);
	memcpy(from, to, rows * size);
	free(to);
}

void
groups_free(struct groups *g)
{
	free(g->row);
	free(g->start);
	*g = (struct groups){ 0 };
}
