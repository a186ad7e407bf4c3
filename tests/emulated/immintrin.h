/* AVX-512, VNNI, BF16 and AMX in C, one function an instruction that lib/num
 * uses, as Intel's manual describes them: so that the kernels of these
 * instruction sets run on any x86 with AVX2 (make EMULATE=1). It stands in for
 * the compiler's header; EMULATED says how much there is: 1 to 4. */
#ifndef EMULATED_IMMINTRIN_H
#define EMULATED_IMMINTRIN_H
/* which may include the next of its name */
#pragma GCC system_header

#include_next <immintrin.h>

#if EMULATED

#include <stdint.h>
#include <string.h>

/* only now, since the compiler's header asks for them */
#define __AVX512F__ 1
#define __AVX512BW__ 1
#define __AVX512VL__ 1
#define __AVX512DQ__ 1
#if EMULATED > 1
#define __AVX512VNNI__ 1
#endif
#if EMULATED > 2
#define __AVX512BF16__ 1
#endif
#if EMULATED > 3
#define __AMX_TILE__ 1
#define __AMX_INT8__ 1
#define __AMX_BF16__ 1
#endif

/* not inlined: loops over registers that are unrolled compile for minutes */
#define EMU static __attribute__((noinline, unused))

/* A register, as lanes of any width. */
union emu {
	float f[16];
	int32_t i[16];
	uint32_t u[16];
	int16_t s[32];
	uint16_t w[32];
	int8_t b[64];
	uint8_t c[64];
	__m512 ps;
	__m512i si;
	__m512bh bh;
};

#define FROM_F(x) ((union emu){ .ps = (x) })
#define FROM_I(x) ((union emu){ .si = (x) })
#define FROM_BH(x) ((union emu){ .bh = (x) })

/* --- AVX-512 F, BW -------------------------------------------------------- */

EMU __m512
emu_maskz_loadu_ps(__mmask16 m, const void *p)
{
	union emu r = { .f = { 0 } };

	for (int i = 0; i < 16; i++)
		if (m >> i & 1)
			memcpy(&r.f[i], (const char *)p + 4 * i, 4);
	return r.ps;
}
#define _mm512_maskz_loadu_ps emu_maskz_loadu_ps

EMU void
emu_mask_storeu_ps(void *p, __mmask16 m, __m512 x)
{
	union emu r = FROM_F(x);

	for (int i = 0; i < 16; i++)
		if (m >> i & 1)
			memcpy((char *)p + 4 * i, &r.f[i], 4);
}
#define _mm512_mask_storeu_ps emu_mask_storeu_ps

EMU __mmask16
emu_test_epi32_mask(__m512i a, __m512i b)
{
	union emu x = FROM_I(a), y = FROM_I(b);
	__mmask16 m = 0;

	for (int i = 0; i < 16; i++)
		m |= (__mmask16)((x.i[i] & y.i[i]) != 0) << i;
	return m;
}
#define _mm512_test_epi32_mask emu_test_epi32_mask

EMU __m512
emu_fmadd_ps(__m512 a, __m512 b, __m512 c)
{
	union emu x = FROM_F(a), y = FROM_F(b), r = FROM_F(c);

	for (int i = 0; i < 16; i++)
		r.f[i] = __builtin_fmaf(x.f[i], y.f[i], r.f[i]);
	return r.ps;
}
#define _mm512_fmadd_ps emu_fmadd_ps

/* the second where one is not a number, or both are zeros */
EMU __m512
emu_max_ps(__m512 a, __m512 b)
{
	union emu x = FROM_F(a), r = FROM_F(b);

	for (int i = 0; i < 16; i++)
		r.f[i] = x.f[i] > r.f[i] ? x.f[i] : r.f[i];
	return r.ps;
}
#define _mm512_max_ps emu_max_ps

EMU __m512i
emu_loadu_si512(const void *p)
{
	union emu r;

	memcpy(&r, p, sizeof r);
	return r.si;
}
#define _mm512_loadu_si512 emu_loadu_si512

EMU __m512i
emu_set1_epi32(int x)
{
	union emu r;

	for (int i = 0; i < 16; i++)
		r.i[i] = x;
	return r.si;
}
#define _mm512_set1_epi32 emu_set1_epi32

EMU __m512i
emu_set1_epi16(short x)
{
	union emu r;

	for (int i = 0; i < 32; i++)
		r.s[i] = x;
	return r.si;
}
#define _mm512_set1_epi16 emu_set1_epi16

EMU __m512i
emu_set1_epi8(char x)
{
	union emu r;

	memset(&r, x, sizeof r);
	return r.si;
}
#define _mm512_set1_epi8 emu_set1_epi8

EMU __m512i
emu_and_si512(__m512i a, __m512i b)
{
	union emu x = FROM_I(a), r = FROM_I(b);

	for (int i = 0; i < 16; i++)
		r.u[i] &= x.u[i];
	return r.si;
}
#define _mm512_and_si512 emu_and_si512

EMU __m512i
emu_broadcast_i32x4(__m128i a)
{
	union emu r;

	for (int i = 0; i < 4; i++)
		memcpy(r.c + 16 * i, &a, 16);
	return r.si;
}
#define _mm512_broadcast_i32x4 emu_broadcast_i32x4

EMU __m512i
emu_castsi128_si512(__m128i a)
{
	union emu r = { .i = { 0 } };

	memcpy(&r, &a, sizeof a);
	return r.si;
}
#define _mm512_castsi128_si512 emu_castsi128_si512

EMU __m512i
emu_inserti32x4(__m512i a, __m128i b, int quarter)
{
	union emu r = FROM_I(a);

	memcpy(r.c + 16 * (quarter & 3), &b, sizeof b);
	return r.si;
}
#define _mm512_inserti32x4 emu_inserti32x4

/* Within each 16 bytes; 0 where an index has its highest bit set. */
EMU __m512i
emu_shuffle_epi8(__m512i a, __m512i index)
{
	union emu x = FROM_I(a), n = FROM_I(index), r;

	for (int i = 0; i < 64; i++)
		r.c[i] = n.c[i] & 128 ? 0 : x.c[(i & ~15) + (n.c[i] & 15)];
	return r.si;
}
#define _mm512_shuffle_epi8 emu_shuffle_epi8

EMU __m512i
emu_permutexvar_epi16(__m512i index, __m512i a)
{
	union emu x = FROM_I(a), n = FROM_I(index), r;

	for (int i = 0; i < 32; i++)
		r.w[i] = x.w[n.w[i] & 31];
	return r.si;
}
#define _mm512_permutexvar_epi16 emu_permutexvar_epi16

EMU __m512i
emu_permutex2var_epi32(__m512i a, __m512i index, __m512i b)
{
	union emu x = FROM_I(a), y = FROM_I(b), n = FROM_I(index), r;

	for (int i = 0; i < 16; i++)
		r.i[i] = (n.i[i] & 16 ? y.i : x.i)[n.i[i] & 15];
	return r.si;
}
#define _mm512_permutex2var_epi32 emu_permutex2var_epi32

EMU __m512i
emu_madd_epi16(__m512i a, __m512i b)
{
	union emu x = FROM_I(a), y = FROM_I(b), r;

	for (int i = 0; i < 16; i++)
		r.u[i] = (uint32_t)(x.s[2 * i] * y.s[2 * i]) +
			(uint32_t)(x.s[2 * i + 1] * y.s[2 * i + 1]);
	return r.si;
}
#define _mm512_madd_epi16 emu_madd_epi16

EMU __m512i
emu_add_epi16(__m512i a, __m512i b)
{
	union emu x = FROM_I(a), r = FROM_I(b);

	for (int i = 0; i < 32; i++)
		r.w[i] = (uint16_t)(r.w[i] + x.w[i]);
	return r.si;
}
#define _mm512_add_epi16 emu_add_epi16

EMU __m512i
emu_srli_epi16(__m512i a, unsigned n)
{
	union emu r = FROM_I(a);

	for (int i = 0; i < 32; i++)
		r.w[i] = n < 16 ? (uint16_t)(r.w[i] >> n) : 0;
	return r.si;
}
#define _mm512_srli_epi16 emu_srli_epi16

/* Bytes of a have no sign, those of b have; the sum of two products stops at
 * the ends of 16 bits. */
EMU __m512i
emu_maddubs_epi16(__m512i a, __m512i b)
{
	union emu x = FROM_I(a), y = FROM_I(b), r;

	for (int i = 0; i < 32; i++) {
		int sum = x.c[2 * i] * y.b[2 * i] +
			x.c[2 * i + 1] * y.b[2 * i + 1];
		r.s[i] = (int16_t)(sum > INT16_MAX ? INT16_MAX :
			sum < INT16_MIN ? INT16_MIN : sum);
	}
	return r.si;
}
#define _mm512_maddubs_epi16 emu_maddubs_epi16

/* --- VNNI ----------------------------------------------------------------- */

EMU uint32_t
emu_four(uint32_t sum, const uint8_t *a, const int8_t *b)
{
	for (int i = 0; i < 4; i++)
		sum += (uint32_t)(a[i] * b[i]);
	return sum;
}

EMU __m512i
emu_dpbusd_epi32(__m512i sum, __m512i a, __m512i b)
{
	union emu x = FROM_I(a), y = FROM_I(b), r = FROM_I(sum);

	for (int i = 0; i < 16; i++)
		r.u[i] = emu_four(r.u[i], x.c + 4 * i, y.b + 4 * i);
	return r.si;
}
#define _mm512_dpbusd_epi32 emu_dpbusd_epi32

/* --- BF16: what is denormal counts as zero -------------------------------- */

EMU uint32_t
emu_normal(uint32_t bits)
{
	return bits & 0x7f800000 ? bits : bits & 0x80000000;
}

EMU float
emu_widen(uint16_t half)
{
	uint32_t bits = emu_normal((uint32_t)half << 16);
	float x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

EMU uint16_t
emu_narrow(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	bits = emu_normal(bits);
	if (x != x)
		return (uint16_t)(bits >> 16 | 0x40);
	return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

EMU float
emu_two(float sum, const uint16_t *a, const uint16_t *b)
{
	sum = __builtin_fmaf(emu_widen(a[1]), emu_widen(b[1]), sum);
	return __builtin_fmaf(emu_widen(a[0]), emu_widen(b[0]), sum);
}

/* The low half is of b. */
EMU __m512bh
emu_cvtne2ps_pbh(__m512 a, __m512 b)
{
	union emu x = FROM_F(a), y = FROM_F(b), r;

	for (int i = 0; i < 16; i++) {
		r.w[i] = emu_narrow(y.f[i]);
		r.w[16 + i] = emu_narrow(x.f[i]);
	}
	return r.bh;
}
#define _mm512_cvtne2ps_pbh emu_cvtne2ps_pbh

EMU __m512
emu_dpbf16_ps(__m512 sum, __m512bh a, __m512bh b)
{
	union emu x = FROM_BH(a), y = FROM_BH(b), r = FROM_F(sum);

	for (int i = 0; i < 16; i++)
		r.f[i] = emu_two(r.f[i], x.w + 2 * i, y.w + 2 * i);
	return r.ps;
}
#define _mm512_dpbf16_ps emu_dpbf16_ps

/* --- AMX ------------------------------------------------------------------ */

/* The tiles of a thread; what loadconfig does not say, and tiles without a
 * configuration, are a fault that ends the program as the CPU's would. */
struct emu_tiles {
	int ready;
	int rows[8], bytes[8];
	uint8_t at[8][16][64];
};
static _Thread_local struct emu_tiles emu_tiles __attribute__((unused));

EMU void
emu_loadconfig(const void *config)
{
	const uint8_t *c = config;
	struct emu_tiles *t = &emu_tiles;

	if (c[0] != 1)
		__builtin_trap();
	memset(t, 0, sizeof *t);
	for (int i = 0; i < 8; i++) {
		uint16_t bytes;
		memcpy(&bytes, c + 16 + 2 * i, sizeof bytes);
		t->bytes[i] = bytes;
		t->rows[i] = c[48 + i];
		if (bytes > 64 || c[48 + i] > 16)
			__builtin_trap();
	}
	t->ready = 1;
}

EMU struct emu_tiles *
emu_ready(void)
{
	if (!emu_tiles.ready)
		__builtin_trap();
	return &emu_tiles;
}

EMU void
emu_zero(int tile)
{
	memset(emu_ready()->at[tile], 0, sizeof emu_tiles.at[tile]);
}

EMU void
emu_loadd(int tile, const void *from, size_t stride)
{
	struct emu_tiles *t = emu_ready();

	emu_zero(tile);
	for (int i = 0; i < t->rows[tile]; i++)
		memcpy(t->at[tile][i], (const char *)from + (size_t)i * stride,
			(size_t)t->bytes[tile]);
}

EMU void
emu_stored(int tile, void *to, size_t stride)
{
	struct emu_tiles *t = emu_ready();

	for (int i = 0; i < t->rows[tile]; i++)
		memcpy((char *)to + (size_t)i * stride, t->at[tile][i],
			(size_t)t->bytes[tile]);
}

/* Rows of a, columns of b, and what both have of the third dimension. */
EMU void
emu_fit(int sum, int a, int b)
{
	struct emu_tiles *t = emu_ready();

	if (t->rows[sum] != t->rows[a] || t->bytes[sum] != t->bytes[b] ||
	    t->bytes[a] != 4 * t->rows[b])
		__builtin_trap();
}

EMU void
emu_dpbusd(int sum, int a, int b)
{
	struct emu_tiles *t = &emu_tiles;

	emu_fit(sum, a, b);
	for (int m = 0; m < t->rows[sum]; m++)
		for (int k = 0; k < t->rows[b]; k++)
			for (int n = 0; n < t->bytes[sum] / 4; n++) {
				uint8_t *to = t->at[sum][m] + 4 * n;
				uint32_t x;
				memcpy(&x, to, 4);
				x = emu_four(x, t->at[a][m] + 4 * k, (int8_t *)
					t->at[b][k] + 4 * n);
				memcpy(to, &x, 4);
			}
}

EMU void
emu_dpbf16ps(int sum, int a, int b)
{
	struct emu_tiles *t = &emu_tiles;

	emu_fit(sum, a, b);
	for (int m = 0; m < t->rows[sum]; m++)
		for (int k = 0; k < t->rows[b]; k++)
			for (int n = 0; n < t->bytes[sum] / 4; n++) {
				uint8_t *to = t->at[sum][m] + 4 * n;
				uint16_t x[2], y[2];
				float f;
				memcpy(&f, to, 4);
				memcpy(x, t->at[a][m] + 4 * k, 4);
				memcpy(y, t->at[b][k] + 4 * n, 4);
				f = emu_two(f, x, y);
				memcpy(to, &f, 4);
			}
}

EMU void
emu_release(void)
{
	emu_tiles.ready = 0;
}

#undef _tile_loadconfig
#undef _tile_zero
#undef _tile_loadd
#undef _tile_stored
#undef _tile_dpbusd
#undef _tile_dpbf16ps
#undef _tile_release
#define _tile_loadconfig emu_loadconfig
#define _tile_zero emu_zero
#define _tile_loadd emu_loadd
#define _tile_stored emu_stored
#define _tile_dpbusd emu_dpbusd
#define _tile_dpbf16ps emu_dpbf16ps
#define _tile_release emu_release

#endif
#endif
