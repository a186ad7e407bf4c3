/* Products of matrices that are rounded to bf16, for one instruction set: how
 * they are packed and multiplied. The sums are fp32. */
#include "bf16.h"
#include "kernels-isa.h"
#include "vec.h"

/* rows of a, beside a line of b, that the registers hold sums of */
enum { PV = PANEL / W, BLOCK = W == 16 ? 8 : 2 };

/* --- packing -------------------------------------------------------------- */

#if !defined(__AVX512BF16__)
/* Rounded to the nearest, ties to even: bf16 in the high halves. */
IN vu
rounded(vf x)
{
	vu u = (vu)x, up = u + (0x7fffu + (u >> 16 & 1u));
	vu nan = (vu)(x != x);

	/* rounding up must not make a number of what is none */
	return ((u | 0x400000u) & nan) | (up & ~nan);
}
#endif

/* Lane j: even[j] in the low half, odd[j] in the high one. */
IN vu
pairs_across(vf even, vf odd)
{
#if defined(__AVX512BF16__)
	vs in_turns;
	for (int i = 0; i < 2 * W; i++)
		in_turns[i] = (int16_t)(i / 2 + i % 2 * W);
	return (vu)_mm512_permutexvar_epi16((__m512i)in_turns, (__m512i)
		_mm512_cvtne2ps_pbh((__m512)odd, (__m512)even));
#else
	return rounded(even) >> 16 | (rounded(odd) & 0xffff0000u);
#endif
}

/* Lane j: x[2j] in the low half, x[2j + 1] in the high one; of left floats. */
IN vu
pairs_along(const float *x, int left)
{
	vf low = get(x, left);
	vf high = left > W ? get(x + W, left - W) : (vf){ 0 };

#if defined(__AVX512BF16__)
	return (vu)_mm512_cvtne2ps_pbh((__m512)high, (__m512)low);
#else
	uint32_t one[2 * W], two[W];
	vu pairs, r = rounded(low);
	memcpy(one, &r, sizeof r);
	r = rounded(high);
	memcpy(one + W, &r, sizeof r);
	for (int i = 0; i < W; i++)
		two[i] = one[2 * i] >> 16 | (one[2 * i + 1] & 0xffff0000u);
	memcpy(&pairs, two, sizeof pairs);
	return pairs;
#endif
}

#if defined(__AVX512F__)
/* Swap the off-diagonal blocks of s x s. */
IN void
swap_blocks(int s, vu x[W])
{
	vi low, high;

	for (int j = 0; j < W; j++) {
		low[j] = j & s ? W + j - s : j;
		high[j] = j & s ? W + j : j + s;
	}
#pragma GCC unroll 16
	for (int i = 0; i < W; i++) {
		if (i & s)
			continue;
		__m512i a = (__m512i)x[i], b = (__m512i)x[i + s];
		x[i] = (vu)_mm512_permutex2var_epi32(a, (__m512i)low, b);
		x[i + s] = (vu)_mm512_permutex2var_epi32(a, (__m512i)high, b);
	}
}

IN void
transpose(vu x[W])
{
	swap_blocks(1, x);
	swap_blocks(2, x);
	swap_blocks(4, x);
	swap_blocks(8, x);
}
#else
IN void
transpose(vu x[W])
{
	uint32_t from[W][W], to[W][W];

	memcpy(from, x, sizeof from);
	for (int i = 0; i < W; i++)
		for (int j = 0; j < W; j++)
			to[j][i] = from[i][j];
	memcpy(x, to, sizeof to);
}
#endif

/* Words [at, at + W) of rows [row, row + W): word i of all rows to x[i], or
 * all words of row i. whole: none of them is filled up. */
IN void
read_across(int whole, int rows, int k, const float *from, size_t ldk, int row,
	int at, vu x[W])
{
	static const float none[W];

#pragma GCC unroll 16
	for (int i = 0; i < W; i++) {
		int p = 2 * (at + i), there = rows - row;
		int left = whole || there <= 0 ? W : there;
		const float *even = from + (size_t)p * ldk + row;
		x[i] = pairs_across(get(whole || (p < k && there > 0) ? even :
			none, left), get(whole || (p + 1 < k && there > 0) ?
			even + ldk : none, left));
	}
}

IN void
read_along(int whole, int rows, int k, const float *from, size_t ldr, int row,
	int at, vu x[W])
{
	int left = whole ? 2 * W : k - 2 * at;

#pragma GCC unroll 16
	for (int i = 0; i < W; i++)
		x[i] = whole || (row + i < rows && left > 0) ?
			pairs_along(from + (size_t)(row + i) * ldr + 2 * at,
			left) : (vu){ 0 };
}

IN void
pack_block(int whole, int along, enum bf16_form form, int rows, int k,
	const float *from, size_t ld, int row, int at, uint32_t *to)
{
	int words = bf16_words(k);
	vu x[W];

	if (along)
		read_along(whole, rows, k, from, ld, row, at, x);
	else
		read_across(whole, rows, k, from, ld, row, at, x);
	if (along != (form == BF16_TILES))
		transpose(x);
#pragma GCC unroll 16
	for (int i = 0; i < W; i++)
		memcpy(to + (form == BF16_TILES ?
			bf16_tile_at(words, row + i, at) :
			bf16_line_at(words, row, at + i)), &x[i], sizeof x[i]);
}

IN void
pack(int along, enum bf16_form form, int rows, int k, const float *from,
	size_t ld, uint32_t *to)
{
	int words = bf16_words(k), all = (rows + PANEL - 1) / PANEL * PANEL;

	/* in the order of memory */
	for (int i = 0; i < (along ? all : words); i += W)
		for (int j = 0; j < (along ? words : all); j += W) {
			int row = along ? i : j, at = along ? j : i;
			if (row + W <= rows && 2 * (at + W) <= k)
				pack_block(1, along, form, rows, k, from, ld,
					row, at, to);
			else
				pack_block(0, along, form, rows, k, from, ld,
					row, at, to);
		}
}

void
PASTE(bf16_pack, ISA)(enum bf16_form form, int rows, int k, const float *from,
	size_t ldr, size_t ldk, uint32_t *to)
{
	if (ldk == 1 && form == BF16_TILES)
		pack(1, BF16_TILES, rows, k, from, ldr, to);
	else if (ldk == 1)
		pack(1, BF16_LINES, rows, k, from, ldr, to);
	else if (form == BF16_TILES)
		pack(0, BF16_TILES, rows, k, from, ldk, to);
	else
		pack(0, BF16_LINES, rows, k, from, ldk, to);
}

/* --- multiplying ---------------------------------------------------------- */

#if defined(AMX)
/* Tiles 0 to 3: sums of 32 rows of a and a panel of b; 4, 5: of a; 6, 7: of
 * b. */
IN void
tiles_multiply(int words, const uint32_t *a, const uint32_t *b, float *c,
	size_t ldc, enum store add)
{
	const uint32_t *low = a + bf16_tile_at(words, BF16_TILE, 0);
	float *down = c + BF16_TILE * ldc;
	size_t row = ldc * sizeof *c;

	if (add) {
		_tile_loadd(0, c, row);
		_tile_loadd(1, c + 16, row);
		_tile_loadd(2, down, row);
		_tile_loadd(3, down + 16, row);
	} else {
		_tile_zero(0);
		_tile_zero(1);
		_tile_zero(2);
		_tile_zero(3);
	}
	for (int p = 0; p < words; p += 16, a += 256, low += 256,
	    b += 16 * PANEL) {
		_tile_loadd(4, a, 64);
		_tile_loadd(6, b, LINE);
		_tile_loadd(7, b + 16, LINE);
		_tile_loadd(5, low, 64);
		_tile_dpbf16ps(0, 4, 6);
		_tile_dpbf16ps(1, 4, 7);
		_tile_dpbf16ps(2, 5, 6);
		_tile_dpbf16ps(3, 5, 7);
	}
	_tile_stored(0, c, row);
	_tile_stored(1, c + 16, row);
	_tile_stored(2, down, row);
	_tile_stored(3, down + 16, row);
}

/* At the edge of c: the same sums, in the same order. */
static void
tiles_edge(int m, int n, int words, const uint32_t *a, const uint32_t *b,
	float *c, size_t ldc, enum store add)
{
	float sums[PANEL * PANEL] __attribute__((aligned(64)));

	memset(sums, 0, sizeof sums);
	for (int i = 0; add && i < m && i < PANEL; i++)
		memcpy(sums + i * PANEL, c + (size_t)i * ldc, sizeof *c *
			(size_t)(n < PANEL ? n : PANEL));
	tiles_multiply(words, a, b, sums, PANEL, ADD);
	for (int i = 0; i < m && i < PANEL; i++)
		memcpy(c + (size_t)i * ldc, sums + i * PANEL, sizeof *c *
			(size_t)(n < PANEL ? n : PANEL));
}

void
PASTE(bf16_multiply, ISA)(int m, int n, int k, const uint32_t *a,
	const uint32_t *b, float *c, size_t ldc, enum store add)
{
	struct tile_config config = { .palette = 1 };
	int words = bf16_words(k);

	for (int i = 0; i < 8; i++) {
		config.bytes[i] = 64;
		config.rows[i] = BF16_TILE;
	}
	_tile_loadconfig(&config);
	for (int j = 0; j < n; j += PANEL)
		for (int i = 0; i < m; i += PANEL) {
			const uint32_t *ap = a + bf16_tile_at(words, i, 0);
			const uint32_t *bp = b + bf16_line_at(words, j, 0);
			float *cp = c + (size_t)i * ldc + j;
			if (m - i < PANEL || n - j < PANEL)
				tiles_edge(m - i, n - j, words, ap, bp, cp,
					ldc, add);
			else if (add)
				tiles_multiply(words, ap, bp, cp, ldc, ADD);
			else
				tiles_multiply(words, ap, bp, cp, ldc, STORE);
		}
	_tile_release();
}
#else
/* sum + two products a lane */
IN vf
dot2(vf sum, vi line, int pair)
{
#if defined(__AVX512BF16__)
	return (vf)_mm512_dpbf16_ps((__m512)sum, (__m512bh)line,
		(__m512bh)_mm512_set1_epi32(pair));
#else
	vi x = (vi){ 0 } + pair;
	int high = (int)0xffff0000;

	sum = muladd((vf)(line << 16), (vf)(x << 16), sum);
	return muladd((vf)(line & high), (vf)(x & high), sum);
#endif
}

/* BLOCK rows of a, of which m count, and a panel of b. */
IN void
block_multiply(int m, int n, int words, const uint32_t *a, const uint32_t *b,
	float *c, size_t ldc, enum store add)
{
	vf sum[BLOCK][PV];

	memset(sum, 0, sizeof sum);
	for (int p = 0; p < words; p++, b += PANEL) {
		const uint32_t *pair = a + bf16_tile_at(words, 0, p);
		for (int j = 0; j < PV; j++) {
			vi line = *(const vi *)(b + j * W);
			for (int i = 0; i < BLOCK; i++)
				sum[i][j] = dot2(sum[i][j], line,
					(int)pair[i * BF16_TILE]);
		}
	}
	for (int i = 0; i < m && i < BLOCK; i++)
		for (int j = 0; j < PV && n > j * W; j++) {
			float *to = c + (size_t)i * ldc + j * W;
			int left = n - j * W;
			put(to, add ? get(to, left) + sum[i][j] : sum[i][j],
				left);
		}
}

void
PASTE(bf16_multiply, ISA)(int m, int n, int k, const uint32_t *a,
	const uint32_t *b, float *c, size_t ldc, enum store add)
{
	int words = bf16_words(k);

	for (int j = 0; j < n; j += PANEL)
		for (int i = 0; i < m; i += BLOCK)
			block_multiply(m - i, n - j, words, a +
				bf16_tile_at(words, i, 0), b +
				bf16_line_at(words, j, 0),
				c + (size_t)i * ldc + j, ldc, add);
}
#endif
