#include <stdlib.h>
#include <string.h>
#include "books.h"

/* Of all matrices in codebooks: coded_entries, or coded_bytes. */
static size_t
sum(const struct params *p, size_t (*of)(const struct coded *))
{
	size_t n = 0;

	for (int i = 0; i < p->n; i++)
		n += param_coded(p, i) ? of(&p->coded[i]) : 0;
	return n;
}

static size_t
block_bytes(const struct params *p)
{
	return sum(p, coded_entries) * sizeof(float) + NUM_SLACK;
}

size_t
books_bytes(const struct params *p)
{
	return p->coded ? 5 * block_bytes(p) + sum(p, coded_bytes) : 0;
}

static void
swap(float *x)
{
	float first = x[0];

	x[0] = x[1];
	x[1] = first;
}

/* Let each codebook of n numbers ascend; it nearly does. */
static void
sort(const struct books *b, size_t from, size_t to, size_t n)
{
	for (size_t first = from; first < to; first += n)
		for (size_t last = first + 1; last < first + n; last++)
			for (size_t i = last; i > first &&
			    b->entry[i - 1] > b->entry[i]; i--) {
				swap(b->entry + i - 1);
				swap(b->m + i - 1);
				swap(b->v + i - 1);
			}
}

void
books_init(struct books *b, struct params *p, float *floats)
{
	size_t block = block_bytes(p), indices = 0;

	*b = (struct books){ .count = sum(p, coded_entries),
		.floats = floats };
	if (!b->count)
		return;
	b->indices = floats ? xmalloc(sum(p, coded_bytes)) : NULL;
	b->at = xcalloc((size_t)p->n + 1, sizeof *b->at);
	b->entry = xaligned(block);
	b->grad = xaligned(block);
	b->m = xaligned(block);
	b->v = xaligned(block);
	b->was = floats ? xaligned(block) : NULL;
	for (int i = 0; i < p->n; i++) {
		struct coded *c = &p->coded[i];
		size_t n = param_coded(p, i) ? coded_entries(c) : 0;
		float *own = b->entry + b->at[i];
		b->at[i + 1] = b->at[i] + n;
		if (!n)
			continue;
		memcpy(own, c->book, n * sizeof *own);
		c->book = (const char *)own;
		b->matrices++;
		if (!floats)
			continue;
		sort(b, b->at[i], b->at[i + 1], (size_t)1 << c->bits);
		c->indices = b->indices + indices;
		indices += coded_bytes(c);
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
	free(b->was);
	free(b->indices);
	*b = (struct books){ 0 };
}

void
books_gather(const struct books *b, const struct num *num,
	const struct params *p, const float *grad)
{
	for (int i = 0; b->matrices && i < p->n; i++)
		if (param_coded(p, i))
			nn_sum_by_entry(num, &p->coded[i],
				grad + p->param[i].at, b->grad + b->at[i]);
}

void
books_follow(const struct books *b, const struct num *num,
	const struct params *p)
{
	if (!b->floats)
		return;
	for (size_t i = 0; i < b->count; i++)
		b->was[i] = b->entry[i] - b->was[i];
	for (int i = 0; i < p->n; i++) {
		const struct coded *c = param_coded(p, i);
		if (!c)
			continue;
		nn_shift(num, c, b->was + b->at[i], b->floats +
			p->param[i].at);
		sort(b, b->at[i], b->at[i + 1], (size_t)1 << c->bits);
	}
}

void
books_spread(const struct books *b, const struct num *num, struct params *p)
{
	uint8_t *indices = b->indices;

	for (int i = 0; b->matrices && i < p->n; i++) {
		const struct coded *c = param_coded(p, i);
		size_t at = p->param[i].at;
		if (!c)
			continue;
		if (b->floats) {
			nn_nearest(num, c, b->floats + at, indices);
			indices += coded_bytes(c);
		}
		nn_decode(num, c, p->w + at);
	}
	if (b->floats)
		memcpy(b->was, b->entry, b->count * sizeof *b->was);
}
