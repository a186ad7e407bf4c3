/* Packing, and what is done to columns before a product. */
#include <math.h>
#include <string.h>
#include "bf16.h"

const char *const dtype_names[DTYPES] = { "fp32", "bf16", "int8",
	"kmeans4", "kmeans8" };

enum dtype
dtype_named(const char *name)
{
	int t = DTYPES - 1;

	while (t && strcmp(dtype_names[t], name))
		t--;
	return (enum dtype)t;
}

enum { COLUMNS = 16 };   /* of a row that are moved together: a cache line */

static void
pack_fp32(int rows, int k, const float *w, size_t ldw, float *to)
{
	for (int from = 0; from < k; from += COLUMNS) {
		int n = k - from < COLUMNS ? k - from : COLUMNS;
		for (int r = 0; r < rows; r++)
			for (int c = from; c < from + n; c++)
				to[c * PANEL + r] = w[(size_t)r * ldw +
					(size_t)c];
	}
}

static void
pack_bf16(int rows, int k, const float *w, size_t ldw, uint16_t *to)
{
	for (int from = 0; from < k; from += COLUMNS) {
		int n = k - from < COLUMNS ? k - from : COLUMNS;
		for (int r = 0; r < rows; r++)
			for (int c = from; c < from + n; c++)
				to[(c / 2 * PANEL + r) * 2 + c % 2] = bf16_of(
					w[(size_t)r * ldw + (size_t)c]);
	}
}

static void
pack_int8(int rows, int k, const float *w, size_t ldw, int8_t *to,
	float *scale, int32_t *shift)
{
	for (int r = 0; r < rows; r++, w += ldw) {
		float max = 0;
		int sum = 0;
		for (int c = 0; c < k; c++)
			if (!(fabsf(w[c]) <= max) && !isnan(max))
				max = fabsf(w[c]);
		scale[r] = max / 127;
		float inverse = isfinite(max) && max >= BYTES_LEAST ? 127 /
			max : 0;
		for (int c = 0; c < k; c++) {
			int q = inverse > 0 ? (int)lrintf(w[c] * inverse) : 0;
			to[(c / 4 * PANEL + r) * 4 + c % 4] = (int8_t)q;
			sum += q;
		}
		shift[r] = -128 * sum;
	}
}

void
panel_pack(enum dtype t, int rows, int k, const float *w, size_t ldw, int p,
	void *to, float *scale, int32_t *shift)
{
	int left = rows - p * PANEL < PANEL ? rows - p * PANEL : PANEL;

	w += (size_t)(p * PANEL) * ldw;
	if (left < PANEL || k % 4)
		memset(to, 0, panels_bytes(t, PANEL, k));
	if (t == DTYPE_INT8) {
		memset(scale, 0, PANEL * sizeof *scale);
		memset(shift, 0, PANEL * sizeof *shift);
		pack_int8(left, k, w, ldw, to, scale, shift);
	} else if (t == DTYPE_BF16)
		pack_bf16(left, k, w, ldw, to);
	else
		pack_fp32(left, k, w, ldw, to);
}

/* --- indices -------------------------------------------------------------- */

/* unit: a power of two with which no square of an error overflows. */
static float
table_scaled(const float *entry, int n, float scale, float unit, int8_t *table)
{
	float error = 0;

	for (int i = 0; i < n; i++) {
		float whole = rintf(entry[i] / scale);
		float d = (entry[i] - whole * scale) * unit;
		table[i] = (int8_t)whole;
		error += d * d;
	}
	return error;
}

/* The greatest entry is a whole number of the scale; which one loses least is
 * tried. */
float
table_make(const float *entry, int n, int8_t *table)
{
	float max = 0, least = INFINITY;

	memset(table, 0, TABLE_BYTES);
	for (int i = 0; i < n; i++)
		if (!(fabsf(entry[i]) <= max) && !isnan(max))
			max = fabsf(entry[i]);
	if (!(max >= BYTES_LEAST && max < INFINITY))
		return max;
	float unit = ldexpf(1, -ilogbf(max)), best = max / TABLE_MOST;
	for (int whole = TABLE_MOST; whole > TABLE_MOST / 2; whole--) {
		float scale = max / (float)whole;
		float error = table_scaled(entry, n, scale, unit, table);
		if (error < least) {
			least = error;
			best = scale;
		}
	}
	table_scaled(entry, n, best, unit, table);
	return best;
}

void
panel_pack_coded(const struct coded *part, int each, int rows, int k, int p,
	const int8_t *tables, int table_rows, void *to, int32_t *shift)
{
	int left = rows - p * PANEL < PANEL ? rows - p * PANEL : PANEL;
	size_t blocks = (size_t)(k + CODED_BLOCK - 1) / CODED_BLOCK;
	uint8_t index[CODED_BLOCK];

	memset(to, 0, panels_bytes(DTYPE_KMEANS4, PANEL, k));
	memset(shift, 0, PANEL * sizeof *shift);
	for (int i = 0; i < left; i++) {
		int r = p * PANEL + i, sum = 0;
		const int8_t *table = tables + r / table_rows * TABLE_BYTES;
		uint8_t *at = (uint8_t *)to + (size_t)(i / CODED_ROWS) *
			blocks * CODED_BYTES + i % CODED_ROWS * 16;
		for (int from = 0; from < k; from += CODED_BLOCK) {
			int n = k - from < CODED_BLOCK ? k - from : CODED_BLOCK;
			memset(index, 0, sizeof index);
			coded_indices(&part[r / each], r % each, from, n,
				index);
			for (int c = 0; c < 16; c++)
				at[c] = (uint8_t)(index[c] |
					index[c + 16] << 4);
			at += CODED_BYTES;
			for (int c = 0; c < n; c++)
				sum += table[index[c]];
		}
		shift[i] = -128 * sum;
	}
}

/* --- columns -------------------------------------------------------------- */

static size_t
round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

size_t
columns_bytes(enum dtype t, int n, int k)
{
	size_t columns = round_up((size_t)n, QUANT_COLUMNS);

	return t < DTYPE_INT8 ? 0 : columns * round_up((size_t)k,
		QUANT_BYTES) + columns * sizeof(float);
}

struct columns
columns_of(const struct kernels *kernels, enum dtype t, int n, int k,
	const float *x, size_t ldx, void *scratch)
{
	size_t columns = round_up((size_t)n, QUANT_COLUMNS);
	struct columns c = { .n = n, .x = x, .ldx = ldx };

	if (t < DTYPE_INT8)
		return c;
	float *scale = (float *)scratch;
	uint8_t *q = (uint8_t *)(scale + columns);
	c.ldq = round_up((size_t)k, QUANT_BYTES);
	kernels->quantise(t, n, k, x, ldx, q, c.ldq, scale);
	c.q = q;
	c.q_scale = scale;
	return c;
}
