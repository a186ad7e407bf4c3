/* Packed indices times columns: kernels for one instruction set, see
 * kernels.c. The 16 bytes that indices stand for are held by a register, where
 * the instruction set can look up bytes in one. */
#include "bytes.h"
#include "kernels-panels.h"

enum {
	HALF = CODED_BLOCK / 2,               /* bytes of a block */
	VECTORS = CODED_BLOCK / (4 * W),      /* that its numbers fill */
	COLUMNS = 8,                          /* at a time */
	AHEAD = 32 * LINE                     /* bytes fetched before needed */
};

/* --- looking up ----------------------------------------------------------- */

#if defined(__AVX512BW__)
typedef vi lookup;

IN lookup
lookup_of(const int8_t *bytes)
{
	return (vi)_mm512_broadcast_i32x4(_mm_loadu_si128(
		(const __m128i *)bytes));
}

IN void
look_up(lookup t, const uint8_t *at, vi to[VECTORS])
{
	__m256i both = _mm256_loadu_si256((const __m256i *)at);
	__m512i index = _mm512_inserti64x4(_mm512_castsi256_si512(both),
		_mm256_srli_epi16(both, 4), 1);

	to[0] = (vi)_mm512_shuffle_epi8((__m512i)t, _mm512_and_si512(index,
		_mm512_set1_epi8(15)));
}
#elif defined(__AVX2__)
typedef vi lookup;

IN lookup
lookup_of(const int8_t *bytes)
{
	return (vi)_mm256_broadcastsi128_si256(_mm_loadu_si128(
		(const __m128i *)bytes));
}

IN void
look_up(lookup t, const uint8_t *at, vi to[VECTORS])
{
	__m256i both = _mm256_loadu_si256((const __m256i *)at);
	__m256i low = _mm256_set1_epi8(15);

	to[0] = (vi)_mm256_shuffle_epi8((__m256i)t, _mm256_and_si256(both,
		low));
	to[1] = (vi)_mm256_shuffle_epi8((__m256i)t, _mm256_and_si256(
		_mm256_srli_epi16(both, 4), low));
}
#elif defined(__ARM_NEON)
typedef int8x16_t lookup;

IN lookup
lookup_of(const int8_t *bytes)
{
	return vld1q_s8(bytes);
}

IN void
look_up(lookup t, const uint8_t *at, vi to[VECTORS])
{
	for (int i = 0; i < 2; i++) {
		uint8x16_t both = vld1q_u8(at + 16 * i);
		to[i] = (vi)vqtbl1q_s8(t, vandq_u8(both, vdupq_n_u8(15)));
		to[2 + i] = (vi)vqtbl1q_s8(t, vshrq_n_u8(both, 4));
	}
}
#else
typedef const int8_t *lookup;

IN lookup
lookup_of(const int8_t *bytes)
{
	return bytes;
}

IN void
look_up(lookup t, const uint8_t *at, vi to[VECTORS])
{
	int8_t bytes[CODED_BLOCK];

	for (int i = 0; i < HALF; i++) {
		bytes[i] = t[at[i] & 15];
		bytes[HALF + i] = t[at[i] >> 4];
	}
	memcpy(to, bytes, sizeof bytes);
}
#endif

/* --- multiplying ---------------------------------------------------------- */

/* Sums of four products of neighbours of a block and the column x. */
#if defined(__AVX512BW__) && !defined(__AVX512VNNI__)
IN vi
dot_block(vi sum, const vi e[VECTORS], const uint8_t *x)
{
	__m512i pairs = _mm512_maddubs_epi16(_mm512_loadu_si512(x),
		(__m512i)e[0]);

	return sum + (vi)_mm512_madd_epi16(pairs, _mm512_set1_epi16(1));
}
#elif defined(__AVX2__) && !defined(__AVX512BW__)
/* What TABLE_MOST is for: the sum of two products' pairs fits 16 bits. */
IN vi
dot_block(vi sum, const vi e[VECTORS], const uint8_t *x)
{
	const __m256i *at = (const __m256i *)x;
	__m256i pairs = _mm256_add_epi16(
		_mm256_maddubs_epi16(_mm256_loadu_si256(at), (__m256i)e[0]),
		_mm256_maddubs_epi16(_mm256_loadu_si256(at + 1),
		(__m256i)e[1]));

	return sum + (vi)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}
#else
IN vi
dot_block(vi sum, const vi e[VECTORS], const uint8_t *x)
{
	for (int i = 0; i < VECTORS; i++)
		sum = dot4(sum, bytes_of(e[i]), fours_of(*(const vi_any *)(x +
			4 * W * i)));
	return sum;
}
#endif

/* Row i of four times nc columns, a constant after inlining; to[c][i]: their
 * sums, in the lanes. */
IN void
row_times(int nc, int blocks, const uint8_t *w, lookup t, const uint8_t *x,
	size_t ldx, int fetch, vi (*to)[4], int i)
{
	vi sum[COLUMNS];

	for (int c = 0; c < nc; c++)
		sum[c] = (vi){ 0 };
	for (int b = 0; b < blocks; b++, w += HALF, x += CODED_BLOCK) {
		vi e[VECTORS];
		if (fetch)
			__builtin_prefetch(w + AHEAD);
		look_up(t, w, e);
		for (int c = 0; c < nc; c++)
			sum[c] = dot_block(sum[c], e, x + (size_t)c * ldx);
	}
	for (int c = 0; c < nc; c++)
		to[c][i] = sum[c];
}

/* Where x is multiplied as it is, minus 128, the zeros that fill up its last
 * block are no zeros. */
IN int
filled_up(const struct packed *w, const int8_t *table)
{
	int rest = w->k % CODED_BLOCK;

	return SHIFTED || !rest ? 0 : 128 * (CODED_BLOCK - rest) * table[0];
}

/* Panel p times nc columns. */
IN void
panel_coded(int nc, const struct packed *w, int p, const uint8_t *x,
	size_t ldx, int fetch, const struct finish *f)
{
	int blocks = (w->k + CODED_BLOCK - 1) / CODED_BLOCK;
	int left = f->left < PANEL ? f->left : PANEL;
	const uint8_t *at = (const uint8_t *)w->panels + (size_t)p *
		panels_bytes(DTYPE_KMEANS4, PANEL, w->k);
	int32_t sums[COLUMNS][PANEL] __attribute__((aligned(64)));
	int32_t more[PANEL] __attribute__((aligned(64))) = { 0 };

	for (int r = 0; r < left; r += 4) {
		vi quad[COLUMNS][4];
		for (int i = 0; i < 4; i++, at += blocks * HALF) {
			int row = p * PANEL + r + i;
			const int8_t *bytes = w->tables + (row < w->rows ? row :
				w->rows - 1) / w->table_rows * TABLE_BYTES;
			row_times(nc, blocks, at, lookup_of(bytes), x, ldx,
				fetch, quad, i);
			more[r + i] = SHIFTED ? w->shift[row] :
				filled_up(w, bytes);
		}
		for (int c = 0; c < nc; c++)
			*(vq *)&sums[c][r] = sums_of(quad[c]);
	}
	for (int c = 0; c < nc; c++)
		for (int j = 0; j < PANEL && left > j; j += W)
			put_sums(f, c, j / W, as_floats(*(vi *)&sums[c][j] +
				*(vi *)&more[j]));
}

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
#define CASE(n) case n: panel_coded(n, w, p, q, x->ldq, !c, &f); break
			switch (x->n - c < nc ? x->n - c : nc) {
			CASE(1);
			CASE(2);
			CASE(3);
			CASE(4);
			CASE(5);
			CASE(6);
			CASE(7);
			CASE(8);
			}
#undef CASE
		}
	}
}
