/* bf16.h - how a matrix rounded to bf16 is packed for a product.
 *
 * A word is two neighbours along k, the first in its low half. Rows are filled
 * up to a multiple of PANEL, words to one of BF16_TILE, by zeros. Tiles: of
 * 16 rows 16 words each, row by row, one tile behind another along k. Lines:
 * of PANEL rows one word each. */
#ifndef BF16_H
#define BF16_H

#include <math.h>
#include <string.h>
#include "kernels.h"

enum { BF16_TILE = 16 };

/* The nearest bfloat16, of two the even one; NaN stays NaN. */
static inline uint16_t
bf16_of(float x)
{
	uint32_t u;

	memcpy(&u, &x, sizeof u);
	if (isnan(x))
		return (uint16_t)(u >> 16 | 0x40);
	return (uint16_t)((u + 0x7fff + (u >> 16 & 1)) >> 16);
}

static inline float
bf16_value(uint16_t b)
{
	uint32_t u = (uint32_t)b << 16;
	float x;

	memcpy(&x, &u, sizeof x);
	return x;
}

/* Words along k. */
static inline int
bf16_words(int k)
{
	return (k + 2 * BF16_TILE - 1) / (2 * BF16_TILE) * BF16_TILE;
}

/* Words of a packed matrix. */
static inline size_t
bf16_size(int rows, int k)
{
	return (size_t)((rows + PANEL - 1) / PANEL * PANEL) *
		(size_t)bf16_words(k);
}

static inline size_t
bf16_tile_at(int words, int row, int word)
{
	return (size_t)(row / BF16_TILE) * (size_t)words * BF16_TILE +
		(size_t)(word / BF16_TILE * BF16_TILE * BF16_TILE +
		row % BF16_TILE * BF16_TILE + word % BF16_TILE);
}

static inline size_t
bf16_line_at(int words, int row, int word)
{
	return (size_t)(row / PANEL) * (size_t)words * PANEL +
		(size_t)word * PANEL + (size_t)(row % PANEL);
}

#endif
