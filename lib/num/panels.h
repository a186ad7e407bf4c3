/* panels.h - a matrix packed for products with columns.
 *
 * Panels of PANEL rows lie one behind another; a panel is a sequence of lines
 * of LINE bytes, each with 1, 2 or 4 neighbours along k of every row (fp32,
 * bf16, int8). So a product streams it from memory, whatever its type. Rows
 * and k are filled up by zeros. */
#ifndef PANELS_H
#define PANELS_H

#include <stddef.h>
#include <stdint.h>
#include "codebook.h"

enum {
	PANEL = 32, LINE = 4 * PANEL,
	/* bytes to leave behind the last panel: kernels fetch ahead */
	PANELS_SLACK = 16 * LINE,
	/* quantised columns: bytes of one are a multiple, and their number */
	QUANT_BYTES = 64, QUANT_COLUMNS = 16
};

/* Numbers none of which is larger are zeros where bytes with a scale stand for
 * them: 127 / x would be infinite, x / 127 without its last bits. */
#define BYTES_LEAST 0x1p-119f

enum dtype {
	DTYPE_FP32, DTYPE_BF16, DTYPE_INT8, DTYPE_KMEANS4, DTYPE_KMEANS8,
	DTYPES
};
extern const char *const dtype_names[DTYPES];
/* The dtype of that name, which is one of dtype_names. */
enum dtype dtype_named(const char *name);
/* How it is packed: 256 entries fit no register, but a row of them fits bytes
 * with a scale. */
static inline enum dtype
dtype_form(enum dtype t)
{
	return t == DTYPE_KMEANS8 ? DTYPE_INT8 : t;
}

/* kmeans4: a panel is CODED_ROWS rows after CODED_ROWS rows; these are blocks
 * of CODED_BLOCK numbers along k, each of 16 bytes of the first row, then of
 * the second ..; a byte has the indices of two numbers, i and i + 16, the lower
 * half that of i. The last block is filled up by zeros. An index stands for
 * one of 16 bytes times a scale. Those are small, so that 4 of their products
 * with a column's bytes fit 16 bits. */
enum { CODED_ROWS = 4, CODED_BLOCK = 32, CODED_BYTES = 16 * CODED_ROWS,
	TABLE_BYTES = 16, TABLE_MOST = 32 };

struct packed {
	enum dtype dtype;
	int rows, k;
	const float *bias;      /* [rows] or NULL */
	const void *panels;     /* 64-byte aligned */
	/* int8 and kmeans4, [rows] filled up to whole panels: a row is its
	 * bytes x scale; shift is -128 x their sum */
	const float *scale;
	const int32_t *shift;
	/* kmeans4: a table [TABLE_BYTES] for each so many rows */
	const int8_t *tables;
	int table_rows;
};

static inline int
packed_panels(int rows)
{
	return (rows + PANEL - 1) / PANEL;
}

static inline int
packed_lines(enum dtype t, int k)
{
	int per = t == DTYPE_INT8 ? 4 : t == DTYPE_BF16 ? 2 : 1;

	if (t == DTYPE_KMEANS4)
		return (k + CODED_BLOCK - 1) / CODED_BLOCK * (CODED_BLOCK / 2) *
			PANEL / LINE;
	return (k + per - 1) / per;
}

/* Bytes of all panels of a matrix. */
static inline size_t
panels_bytes(enum dtype t, int rows, int k)
{
	return (size_t)packed_panels(rows) * (size_t)packed_lines(t, k) * LINE;
}

/* Pack panel p of the matrix from w, rows ldw apart, into to, which has the
 * panel's bytes; int8: scale and shift [PANEL] of its rows too. A row that is
 * not finite stays so. */
void panel_pack(enum dtype, int rows, int k, const float *w, size_t ldw, int p,
	void *to, float *scale, int32_t *shift);

/* The same for kmeans4, of indices of at most 4 bits: row r is row r % each of
 * part r / each. table_make fills what its rows are multiplied by: bytes for n
 * entries; returns what a byte is worth. */
void panel_pack_coded(const struct coded *part, int each, int rows, int k,
	int p, const int8_t *tables, int table_rows, void *to, int32_t *shift);
float table_make(const float *entry, int n, int8_t *table);

/* Columns to be multiplied: x[n][k] of ldx, and for int8 and kmeans4 the same
 * as bytes x / q_scale, or that + 128 where the kernels multiply unsigned ones,
 * each column QUANT_BYTES-padded by zeros. */
struct columns {
	int n;
	const float *x;
	size_t ldx;
	const uint8_t *q;       /* [n up to QUANT_COLUMNS][ldq] */
	size_t ldq;
	const float *q_scale;   /* [n] */
};

struct kernels;
/* scratch: columns_bytes, 64-byte aligned; it and x are borrowed. */
struct columns columns_of(const struct kernels *, enum dtype, int n, int k,
	const float *x, size_t ldx, void *scratch);
size_t columns_bytes(enum dtype, int n, int k);

#endif
