#include <stdlib.h>
#include <string.h>
#include "books.h"

static int
is_coded(const struct params *p, int i)
{
	return p->coded && p->coded[i].bits;
}

static size_t
count(const struct params *p)
{
	size_t n = 0;

	for (int i = 0; i < p->n; i++)
		n += is_coded(p, i) ? coded_entries(&p->coded[i]) : 0;
	return n;
}

static size_t
block_bytes(const struct params *p)
{
	return count(p) * sizeof(float) + NUM_SLACK;
}

size_t
books_bytes(const struct params *p)
{
	return p->coded ? 4 * block_bytes(p) : 0;
}

void
books_init(struct books *b, struct params *p)
{
	size_t block = block_bytes(p);

	*b = (struct books){ .count = count(p) };
	if (!b->count)
		return;
	b->at = xcalloc((size_t)p->n + 1, sizeof *b->at);
	b->entry = xaligned(block);
	b->grad = xaligned(block);
	b->m = xaligned(block);
	b->v = xaligned(block);
	for (int i = 0; i < p->n; i++) {
		struct coded *c = &p->coded[i];
		size_t n = is_coded(p, i) ? coded_entries(c) : 0;
		float *own = b->entry + b->at[i];
		b->at[i + 1] = b->at[i] + n;
		if (!n)
			continue;
		memcpy(own, c->book, n * sizeof *own);
		c->book = (const char *)own;
		b->matrices++;
	}
}

void
books_free(struct books *b)
{
	free(b->at);
	free(b->entry);
	free(b->grad);
	free(b->m);
	free(b->v);
	*b = (struct books){ 0 };
}

void
books_gather(const struct books *b, const struct num *num,
	const struct params *p, const float *grad)
{
	for (int i = 0; b->matrices && i < p->n; i++)
		if (is_coded(p, i))
			nn_sum_by_entry(num, &p->coded[i],
				grad + p->param[i].at, b->grad + b->at[i]);
}

void
books_spread(const struct books *b, const struct num *num, struct params *p)
{
	for (int i = 0; b->matrices && i < p->n; i++)
		if (is_coded(p, i))
			nn_decode(num, &p->coded[i], p->w + p->param[i].at);
}
