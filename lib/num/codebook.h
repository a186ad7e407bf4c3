/* codebook.h - a matrix as indices into a few numbers, its codebook.
 *
 * The indices of a row are packed, 2 to 8 bits each, the lowest bits of a byte
 * first; a row begins with a byte. Codebooks ascend until they are trained. */
#ifndef CODEBOOK_H
#define CODEBOOK_H

#include <stddef.h>
#include <stdint.h>
#include "kmeans.h"

enum { CODED_BITS_MIN = 2, CODED_BITS_MAX = 8 };

struct coded {
	int bits;                 /* 0: the matrix is not coded */
	int per_row;              /* a codebook a row, else one */
	int rows, cols;
	const uint8_t *indices;   /* [rows][coded_row_bytes] */
	const char *book;         /* [1 or rows][2^bits] floats, perhaps not
	                             aligned */
};

static inline size_t
coded_row_bytes(int bits, int cols)
{
	return ((size_t)cols * (size_t)bits + 7) / 8;
}

static inline size_t
coded_bytes(const struct coded *c)
{
	return (size_t)c->rows * coded_row_bytes(c->bits, c->cols);
}

/* Numbers of all its codebooks. */
static inline size_t
coded_entries(const struct coded *c)
{
	return (size_t)(c->per_row ? c->rows : 1) << c->bits;
}

/* Fit codebooks to w[rows, cols] of ldw and choose the nearest entries. Caller
 * owns indices and book: coded_free. */
struct coded coded_make(enum fit, int bits, int per_row, int rows, int cols,
	const float *w, size_t ldw);
void coded_free(struct coded *);

/* The nearest of 2^bits ascending entries for each of n numbers, packed. */
void coded_nearest(int bits, int n, const float *entry, const float *w,
	uint8_t *indices);

/* The codebook [2^bits] of a row. */
void coded_book(const struct coded *, int row, float *entry);
/* Indices [n] of a row from column at on, a multiple of 8. */
void coded_indices(const struct coded *, int row, int at, int n, uint8_t *to);
/* The next of them, from at to end at most; how many, 0: at is the end. */
enum { CODED_SOME = 256 };
int coded_some(const struct coded *, int row, int at, int end,
	uint8_t index[CODED_SOME]);
/* The first n numbers of a row. */
void coded_row(const struct coded *, int row, int n, float *to);

#endif
