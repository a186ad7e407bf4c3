/* Packed indices times columns: kernels for one instruction set, see
 * kernels.c. The 16 bytes that indices stand for are held by a register, where
 * the instruction set can look up bytes in one. A register has 16 numbers of
 * each of W / 4 rows, and they meet the same 16 numbers of a column. */
#include "bytes.h"
#include "kernels-isa.h"

enum {
	PER = W / 4,            /* rows of a vector; 4 vectors are W rows */
	AHEAD = 32 * LINE       /* bytes fetched before needed */
};

/* At a time: what the registers hold. */
#if defined(__AVX2__) && !defined(__AVX512F__)
enum { VECTORS = 1, COLUMNS = 5 };
#define UP_TO UP_TO_5
#else
enum { VECTORS = 2, COLUMNS = 8 };
#define UP_TO UP_TO_8
#endif

/* --- looking up ----------------------------------------------------------- */

/* The bytes of 32 indices of each of PER rows: numbers 0 .. 15, 16 .. 31. */
struct looked {
	vi low, high;
};

#if defined(__AVX2__)
typedef vi lookup;

IN __m128i
load_16(const void *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}
#endif

#if defined(__AVX512BW__)
IN lookup
lookup_of(const int8_t *const *table)
{
	__m512i t = _mm512_castsi128_si512(load_16(table[0]));

	t = _mm512_inserti32x4(t, load_16(table[1]), 1);
	t = _mm512_inserti32x4(t, load_16(table[2]), 2);
	return (vi)_mm512_inserti32x4(t, load_16(table[3]), 3);
}

IN struct looked
look_up(lookup t, const uint8_t *at)
{
	__m512i both = _mm512_loadu_si512(at), low = _mm512_set1_epi8(15);

	return (struct looked){ (vi)_mm512_shuffle_epi8((__m512i)t,
		_mm512_and_si512(both, low)), (vi)_mm512_shuffle_epi8(
		(__m512i)t, _mm512_and_si512(_mm512_srli_epi16(both, 4),
		low)) };
}

/* 16 numbers of a column, for each row. */
IN vi
numbers(const uint8_t *x)
{
	return (vi)_mm512_broadcast_i32x4(load_16(x));
}
#elif defined(__AVX2__)
IN lookup
lookup_of(const int8_t *const *table)
{
	return (vi)_mm256_inserti128_si256(_mm256_castsi128_si256(load_16(
		table[0])), load_16(table[1]), 1);
}

IN struct looked
look_up(lookup t, const uint8_t *at)
{
	__m256i both = _mm256_loadu_si256((const __m256i *)at);
	__m256i low = _mm256_set1_epi8(15);

	return (struct looked){ (vi)_mm256_shuffle_epi8((__m256i)t,
		_mm256_and_si256(both, low)), (vi)_mm256_shuffle_epi8(
		(__m256i)t, _mm256_and_si256(_mm256_srli_epi16(both, 4),
		low)) };
}

IN vi
numbers(const uint8_t *x)
{
	return (vi)_mm256_broadcastsi128_si256(load_16(x));
}
#elif defined(__ARM_NEON)
typedef int8x16_t lookup;

IN lookup
lookup_of(const int8_t *const *table)
{
	return vld1q_s8(*table);
}

IN struct looked
look_up(lookup t, const uint8_t *at)
{
	uint8x16_t both = vld1q_u8(at);

	return (struct looked){ (vi)vqtbl1q_s8(t, vandq_u8(both,
		vdupq_n_u8(15))), (vi)vqtbl1q_s8(t, vshrq_n_u8(both, 4)) };
}
#else
typedef const int8_t *lookup;

IN lookup
lookup_of(const int8_t *const *table)
{
	return *table;
}

IN struct looked
look_up(lookup t, const uint8_t *at)
{
	int8_t low[16], high[16];
	struct looked e;

	for (int i = 0; i < 16; i++) {
		low[i] = t[at[i] & 15];
		high[i] = t[at[i] >> 4];
	}
	memcpy(&e.low, low, sizeof low);
	memcpy(&e.high, high, sizeof high);
	return e;
}
#endif

#if !defined(__AVX2__)
IN vi
numbers(const uint8_t *x)
{
	return *(const vi_any *)x;
}
#endif

/* --- multiplying ---------------------------------------------------------- */

/* Sums of products of neighbours in a block, with those of a column. What
 * TABLE_MOST is for: the sum of two products' pairs fits 16 bits. */
#if defined(__AVX512BW__) && !defined(__AVX512VNNI__)
IN vi
dot_block(vi sum, struct looked e, vi low, vi high)
{
	__m512i pairs = _mm512_add_epi16(
		_mm512_maddubs_epi16((__m512i)low, (__m512i)e.low),
		_mm512_maddubs_epi16((__m512i)high, (__m512i)e.high));

	return sum + (vi)_mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}
#elif defined(__AVX2__) && !defined(__AVX512BW__)
IN vi
dot_block(vi sum, struct looked e, vi low, vi high)
{
	__m256i pairs = _mm256_add_epi16(
		_mm256_maddubs_epi16((__m256i)low, (__m256i)e.low),
		_mm256_maddubs_epi16((__m256i)high, (__m256i)e.high));

	return sum + (vi)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}
#else
IN vi
dot_block(vi sum, struct looked e, vi low, vi high)
{
	return dot4(dot4(sum, bytes_of(e.low), fours_of(low)),
		bytes_of(e.high), fours_of(high));
}
#endif

/* VECTORS vectors of rows, their blocks at[v], times nc columns, a constant
 * after inlining; to[c][first + v]: sums, of a row in four lanes. */
IN void
rows_times(int nc, int blocks, const uint8_t *const at[VECTORS],
	const lookup t[VECTORS], const uint8_t *x, size_t ldx, int fetch,
	vi (*to)[4], int first)
{
	vi sum[COLUMNS][VECTORS];

	for (int c = 0; c < nc; c++)
		for (int v = 0; v < VECTORS; v++)
			sum[c][v] = (vi){ 0 };
	for (int b = 0; b < blocks; b++, x += CODED_BLOCK) {
		struct looked e[VECTORS];
		for (int v = 0; v < VECTORS; v++) {
			const uint8_t *w = at[v] + b * CODED_BYTES;
			if (fetch && (!v || W == 16))
				__builtin_prefetch(w + AHEAD);
			e[v] = look_up(t[v], w);
		}
		for (int c = 0; c < nc; c++) {
			const uint8_t *own = x + (size_t)c * ldx;
			vi low = numbers(own), high = numbers(own + 16);
			for (int v = 0; v < VECTORS; v++)
				sum[c][v] = dot_block(sum[c][v], e[v], low,
					high);
		}
	}
	for (int c = 0; c < nc; c++)
		for (int v = 0; v < VECTORS; v++)
			to[c][first + v] = sum[c][v];
}

/* The sums of W rows, in their order, from those of four vectors. */
IN vi
rows_sums(const vi x[4])
{
	vi t = pair_sums(pair_sums(x[0], x[1]), pair_sums(x[2], x[3]));

#if defined(__AVX512F__)
	return __builtin_shufflevector(t, t, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6,
		10, 14, 3, 7, 11, 15);
#elif defined(__AVX2__)
	return __builtin_shufflevector(t, t, 0, 4, 1, 5, 2, 6, 3, 7);
#else
	return t;
#endif
}

/* The tables of a panel's rows; behind the last row, its. */
IN void
find_tables(const struct packed *w, int p, const int8_t *table[PANEL])
{
	int row = p * PANEL, n = row / w->table_rows;
	int end = (n + 1) * w->table_rows;   /* of the rows of table n */
	const int8_t *at = w->tables + (size_t)n * TABLE_BYTES;

	for (int i = 0; i < PANEL; i++)
		table[i] = at;
	for (int i = end - row; i < PANEL && row + i < w->rows; i++) {
		if (row + i >= end) {
			at += TABLE_BYTES;
			end += w->table_rows;
		}
		table[i] = at;
	}
}

/* Panel p times nc columns. */
IN void
panel_coded(int nc, const struct packed *w, int p, const uint8_t *x,
	size_t ldx, int fetch, const struct finish *f)
{
	int blocks = (w->k + CODED_BLOCK - 1) / CODED_BLOCK;
	size_t group = (size_t)blocks * CODED_BYTES;
	const uint8_t *panel = (const uint8_t *)w->panels + (size_t)p *
		panels_bytes(DTYPE_KMEANS4, PANEL, w->k);
	const int8_t *table[PANEL];

	find_tables(w, p, table);
	for (int r = 0; r < PANEL && r < f->left; r += W) {
		vi quad[COLUMNS][4];
		for (int i = 0; i < 4; i += VECTORS) {
			const uint8_t *at[VECTORS];
			lookup t[VECTORS];
			for (int v = 0; v < VECTORS; v++) {
				int row = r + (i + v) * PER;
				at[v] = panel + (size_t)(row / CODED_ROWS) *
					group + row % CODED_ROWS * 16;
				t[v] = lookup_of(table + row);
			}
			rows_times(nc, blocks, at, t, x, ldx, fetch,
				quad, i);
		}
		vi more = KMEANS4_PLUS > 0 ? *(const vi_any *)(w->shift +
			p * PANEL + r) : (vi){ 0 };
		struct finish_rows rows = finish_rows(f, r / W);
		for (int c = 0; c < nc; c++)
			put_sums(f, &rows, c, r / W,
				as_floats(rows_sums(quad[c]) + more));
	}
}

typedef void coded_times(const struct packed *w, int p, const uint8_t *x,
	size_t ldx, int fetch, const struct finish *f);

#define TIMES(form, nc) \
static __attribute__((noinline)) void \
form##_times_##nc(const struct packed *w, int p, const uint8_t *x, size_t ldx, \
	int fetch, const struct finish *f) \
{ \
	panel_coded(nc, w, p, x, ldx, fetch, f); \
}
UP_TO(TIMES, coded)
static coded_times *const times[] = { NULL, UP_TO(NAME, coded) };

void
PASTE(panels_coded, ISA)(int from, int to, const struct packed *w,
	const struct columns *x, const float *bias, int relu, float *y,
	size_t ldy)
{
	int passes = (x->n + COLUMNS - 1) / COLUMNS;
	int nc = (x->n + passes - 1) / passes;

	for (int p = from; p < to; p++, y += PANEL) {
		struct finish f = { .bias = bias ? bias + p * PANEL : NULL,
			.scale = w->scale + p * PANEL, .relu = relu,
			.left = w->rows - p * PANEL, .ldy = ldy };
		for (int c = 0; c < x->n; c += nc) {
			const uint8_t *q = x->q + (size_t)c * x->ldq;
			f.y = y + (size_t)c * ldy;
			f.q_scale = x->q_scale + c;
			times[x->n - c < nc ? x->n - c : nc](w, p, q, x->ldq,
				!c, &f);
		}
	}
}
