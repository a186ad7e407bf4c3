#include <string.h>
#include <stdlib.h>
#include "base/mem.h"
#include "codebook.h"

enum { ENTRIES = 1 << CODED_BITS_MAX };

void
coded_book(const struct coded *c, int row, float *entry)
{
	size_t n = (size_t)1 << c->bits;

	memcpy(entry, c->book + (c->per_row ? (size_t)row : 0) * n *
		sizeof *entry, n * sizeof *entry);
}

void
coded_indices(const struct coded *c, int row, int at, int n, uint8_t *to)
{
	const uint8_t *p = c->indices + (size_t)row *
		coded_row_bytes(c->bits, c->cols) +
		(size_t)at / 8 * (size_t)c->bits;
	unsigned held = 0, mask = (1u << c->bits) - 1;
	int has = 0;

	for (int i = 0; i < n; i++) {
		if (has < c->bits) {
			held |= (unsigned)*p++ << has;
			has += 8;
		}
		to[i] = (uint8_t)(held & mask);
		held >>= c->bits;
		has -= c->bits;
	}
}

int
coded_some(const struct coded *c, int row, int at, int end,
	uint8_t index[CODED_SOME])
{
	int n = end - at < CODED_SOME ? end - at : CODED_SOME;

	coded_indices(c, row, at, n, index);
	return n;
}

void
coded_row(const struct coded *c, int row, int n, float *to)
{
	float entry[ENTRIES];
	uint8_t index[CODED_SOME];

	coded_book(c, row, entry);
	for (int at = 0, k; (k = coded_some(c, row, at, n, index)); at += k)
		for (int i = 0; i < k; i++)
			to[at + i] = entry[index[i]];
}

/* A number is nearest to the entry between whose means with its neighbours it
 * lies. */
void
coded_nearest(int bits, int n, const float *entry, const float *w, uint8_t *to)
{
	float middle[ENTRIES];
	unsigned held = 0;
	int has = 0;

	for (int i = 0; i + 1 < 1 << bits; i++)
		middle[i] = entry[i] + (entry[i + 1] - entry[i]) / 2;
	for (int c = 0; c < n; c++) {
		unsigned index = 0;
		for (unsigned half = 1u << bits >> 1; half; half /= 2)
			if (w[c] > middle[index + half - 1])
				index += half;
		held |= index << has;
		for (has += bits; has >= 8; has -= 8, held >>= 8)
			*to++ = (uint8_t)held;
	}
	if (has)
		*to = (uint8_t)held;
}

struct coded
coded_make(enum fit fit, int bits, int per_row, int rows, int cols,
	const float *w, size_t ldw)
{
	struct coded c = { bits, per_row, rows, cols, NULL, NULL };
	size_t bytes = coded_row_bytes(bits, cols), n = (size_t)1 << bits;
	uint8_t *indices = xmalloc(coded_bytes(&c));
	float *book = xmalloc(coded_entries(&c) * sizeof *book), *at = book;

	if (!per_row)
		kmeans_fit(fit, rows, cols, w, ldw, (int)n, book);
	for (int r = 0; r < rows; r++) {
		const float *row = w + (size_t)r * ldw;
		if (per_row) {
			at = book + (size_t)r * n;
			kmeans_fit(fit, 1, cols, row, ldw, (int)n, at);
		}
		coded_nearest(bits, cols, at, row, indices + (size_t)r * bytes);
	}
	c.indices = indices;
	c.book = (const char *)book;
	return c;
}

void
coded_free(struct coded *c)
{
	free((void *)c->indices);
	free((void *)c->book);
	*c = (struct coded){ 0 };
}
