/* vec.h - vectors of floats in GCC's extensions, W at a time, and the few
 * operations on them that those lack. Only kernels*.c include it. */
#ifndef VEC_H
#define VEC_H

#include <string.h>
#include "kernels.h"
#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
enum { W = 16 };
#elif defined(__AVX2__)
enum { W = 8 };
#else
enum { W = 4 };
#endif

typedef float vf __attribute__((vector_size(W * 4)));
typedef int32_t vi __attribute__((vector_size(W * 4)));
typedef int16_t vs __attribute__((vector_size(W * 4)));
typedef uint8_t vb __attribute__((vector_size(W)));
typedef uint32_t vu __attribute__((vector_size(W * 4)));
typedef int32_t vi_any __attribute__((vector_size(W * 4), aligned(1)));
typedef float vf_any __attribute__((vector_size(W * 4), aligned(4)));

/* With its tiles come int8 and bf16. Older clangs spell that without the
 * second _. */
#if defined(__AMX_TILE__) || defined(__AMXTILE__)
#define AMX
/* What _tile_loadconfig reads. */
struct tile_config {
	uint8_t palette, start, reserved[14];
	uint16_t bytes[16];
	uint8_t rows[16];
};
#endif

#define IN static inline __attribute__((always_inline))

/* 0, 1, .. W - 1 */
IN vi
lanes(void)
{
	vi x;

	for (int i = 0; i < W; i++)
		x[i] = i;
	return x;
}

IN vf
load(const float *p)
{
	return *(const vf_any *)p;
}

IN void
store(float *p, vf x)
{
	*(vf_any *)p = x;
}

/* n < W elements, the rest zero. */
IN vf
load_n(const float *p, int n)
{
#if defined(__AVX512F__)
	return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#elif defined(__AVX2__)
	return (vf)_mm256_maskload_ps(p, (__m256i)(lanes() < n));
#else
	return (vf){ n > 0 ? p[0] : 0, n > 1 ? p[1] : 0, n > 2 ? p[2] : 0 };
#endif
}

IN void
store_n(float *p, vf x, int n)
{
#if defined(__AVX512F__)
	_mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)x);
#elif defined(__AVX2__)
	_mm256_maskstore_ps(p, (__m256i)(lanes() < n), (__m256)x);
#else
	for (int i = 0; i < n; i++)
		p[i] = x[i];
#endif
}

IN vf
get(const float *p, int left)
{
	return left >= W ? load(p) : load_n(p, left);
}

IN void
put(float *p, vf x, int left)
{
	if (left >= W)
		store(p, x);
	else
		store_n(p, x, left);
}

IN vf
all(float x)
{
	return x - (vf){ 0 };
}

/* a x b + c, rounded once where the instruction set has that. Contraction is
 * off: the compiler fuses nothing else, so that what an element becomes does
 * not depend on how many are computed beside it. */
IN vf
muladd(vf a, vf b, vf c)
{
#if defined(__AVX512F__)
	return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__AVX2__)
	return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__ARM_NEON)
	return (vf)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
	return a * b + c;
#endif
}

IN vf
pick(vi mask, vf a, vf b)
{
	return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

/* The first left lanes of x; the others are as in other. */
IN vf
only(vf x, int left, vf other)
{
	return left >= W ? x : pick(lanes() < left, x, other);
}

/* b where one is not a number */
IN vf
vmax(vf a, vf b)
{
#if defined(__AVX512F__)
	return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
	return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#else
	return pick(a > b, a, b);
#endif
}

/* Sums of the products of neighbours. */
IN vi
pair_products(vs a, vs b)
{
#if defined(__AVX512BW__)
	return (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
	return (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__SSE2__)
	return (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
	vi x = (vi)a, y = (vi)b;

	return (x << 16 >> 16) * (y << 16 >> 16) + (x >> 16) * (y >> 16);
#endif
}

/* Sums of neighbours: of a's and b's by turns, of 4 lanes at a time. */
IN vi
pair_sums(vi a, vi b)
{
#if defined(__AVX512F__)
	return __builtin_shufflevector(a, b, 0, 2, 16, 18, 4, 6, 20, 22, 8, 10,
		24, 26, 12, 14, 28, 30) + __builtin_shufflevector(a, b, 1, 3,
		17, 19, 5, 7, 21, 23, 9, 11, 25, 27, 13, 15, 29, 31);
#elif defined(__AVX2__)
	return (vi)_mm256_hadd_epi32((__m256i)a, (__m256i)b);
#else
	return __builtin_shufflevector(a, b, 0, 2, 4, 6) +
		__builtin_shufflevector(a, b, 1, 3, 5, 7);
#endif
}

IN float
sum_of(vf x)
{
	float t[W];

	memcpy(t, &x, sizeof t);
	for (int n = W / 2; n; n /= 2)
		for (int i = 0; i < n; i++)
			t[i] += t[i + n];
	return t[0];
}

IN float
max_of(vf x)
{
	float t[W];

	memcpy(t, &x, sizeof t);
	for (int n = W / 2; n; n /= 2)
		for (int i = 0; i < n; i++)
			t[i] = t[i] > t[i + n] ? t[i] : t[i + n];
	return t[0];
}

/* exp(x) for x <= 87; 0 below -87.3. Cody-Waite reduction by ln 2 and a
 * polynomial of degree 6: within 1e-7 of the value. */
IN vf
vexp(vf x)
{
	vf low = all(-87.33654f);
	vi tiny = x < low;
	x = vmax(low, x);
	/* adding 1.5 x 2^23 rounds to the nearest integer, which then stands
	 * in the lowest bits */
	vf shifted = muladd(x, all(1.44269504f), all(0x1.8p23f));
	vf k = shifted - 0x1.8p23f;
	vf r = muladd(k, all(-0.693359375f), x);
	r = muladd(k, all(2.12194440e-4f), r);
	vf p = all(1.9875691500e-4f);
	p = muladd(p, r, all(1.3981999507e-3f));
	p = muladd(p, r, all(8.3334519073e-3f));
	p = muladd(p, r, all(4.1665795894e-2f));
	p = muladd(p, r, all(1.6666665459e-1f));
	p = muladd(p, r, all(5.0000001201e-1f));
	p = muladd(p, r * r, r) + 1.0f;
	p = p * (vf)(((vu)shifted << 23) + (127u << 23));
	return (vf)(~tiny & (vi)p);
}

/* Does dropout keep elements at .. at + W - 1? All ones where yes. */
IN vi
kept(struct drop d, uint32_t at)
{
	vu x = (vu)lanes() * 0x9e3779b9u + (at * 0x9e3779b9u + d.key[0]);

	x ^= x >> 16;
	x *= 0x7feb352du;
	x ^= d.key[1];
	x ^= x >> 15;
	x *= 0x846ca68bu;
	x ^= x >> 16;
	/* unsigned compare as signed */
	return (vi)(x ^ 0x80000000u) >=
		(vi)((d.limit - (vu){ 0 }) ^ 0x80000000u);
}

IN vf
dropped(vf x, struct drop d, uint32_t at)
{
	if (!d.limit)
		return x;
	return (vf)(kept(d, at) & (vi)(x * d.scale));
}

#endif
