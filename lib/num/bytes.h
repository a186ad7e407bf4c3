/* bytes.h - products of bytes, and what is done with their sums. Only
 * kernels-*.c include it. */
#ifndef BYTES_H
#define BYTES_H

#include "vec.h"

/* What is done with the sums of a panel. */
struct finish {
	const float *bias, *scale;   /* [PANEL] of the panel, or NULL */
	const float *q_scale;        /* [columns] */
	int relu, left;              /* rows of the panel that exist */
	float *y;
	size_t ldy;
};

/* Of W rows of the panel, those from j * W. */
struct finish_rows {
	vf bias, scale;
	int left;
};

IN struct finish_rows
finish_rows(const struct finish *f, int j)
{
	int left = f->left - j * W;

	return (struct finish_rows){
		.bias = f->bias ? get(f->bias + j * W, left) : (vf){ 0 },
		.scale = f->scale ? get(f->scale + j * W, left) : (vf){ 0 },
		.left = left };
}

/* t: their sums of column c. */
IN void
put_sums(const struct finish *f, const struct finish_rows *rows, int c, int j,
	vf t)
{
	if (f->scale)
		t = muladd(t, rows->scale * f->q_scale[c], rows->bias);
	else if (f->bias)
		t += rows->bias;
	if (f->relu)
		t = (vf)((vi)(t > 0) & (vi)t);
	put(f->y + (size_t)c * f->ldy + j * W, t, rows->left);
}

IN vf
as_floats(vi x)
{
	return __builtin_convertvector(x, vf);
}

/* --- four products of bytes -----------------------------------------------
 * dot4(sum, w, x): w, signed, as bytes_of makes it; x as fours_of makes it of
 * bytes or fours_all of four bytes for all lanes. */

/* What is added to columns, so that they are unsigned; the sums need the shift
 * then. AVX2 multiplies unsigned by signed: for int8 it moves the signs of the
 * weights to x; the tables of kmeans4 stay as they are. */
#if defined(__ARM_NEON)
enum { INT8_PLUS = 0, KMEANS4_PLUS = 0 };
#elif defined(__AVX2__) && !defined(__AVX512BW__)
enum { INT8_PLUS = 0, KMEANS4_PLUS = 128 };
#else
enum { INT8_PLUS = 128, KMEANS4_PLUS = 128 };
#endif

#if defined(__AVX512VNNI__)
struct bytes {
	vi w;
};

struct fours {
	vi x;
};

IN struct bytes
bytes_of(vi w)
{
	return (struct bytes){ w };
}

IN struct fours
fours_of(vi x)
{
	return (struct fours){ x };
}

IN vi
dot4(vi sum, struct bytes b, struct fours x)
{
	return (vi)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)x.x,
		(__m512i)b.w);
}
#elif defined(__ARM_NEON)
struct bytes {
	int8x16_t w;
};

struct fours {
	int8x16_t x;
};

IN struct bytes
bytes_of(vi w)
{
	return (struct bytes){ vreinterpretq_s8_s32((int32x4_t)w) };
}

IN struct fours
fours_of(vi x)
{
	return (struct fours){ (int8x16_t)x };
}

IN vi
dot4(vi sum, struct bytes b, struct fours x)
{
#if defined(__ARM_FEATURE_DOTPROD)
	return (vi)vdotq_s32((int32x4_t)sum, b.w, x.x);
#else
	int16x8_t low = vmull_s8(vget_low_s8(b.w), vget_low_s8(x.x));
	int16x8_t high = vmull_high_s8(b.w, x.x);

	/* two products of at most 127 x 127 fit */
	return (vi)vpadalq_s16((int32x4_t)sum, vpaddq_s16(low, high));
#endif
}
#elif defined(__AVX2__) && !defined(__AVX512BW__)
/* The weights without their signs are unsigned, and x gets the signs: two
 * products of at most 127 x 127 fit 16 bits. */
struct bytes {
	__m256i w, unsigned_w;
};

struct fours {
	__m256i x;
};

IN struct bytes
bytes_of(vi w)
{
	return (struct bytes){ (__m256i)w, _mm256_abs_epi8((__m256i)w) };
}

IN struct fours
fours_of(vi x)
{
	return (struct fours){ (__m256i)x };
}

IN vi
dot4(vi sum, struct bytes b, struct fours x)
{
	return sum + (vi)_mm256_madd_epi16(_mm256_maddubs_epi16(b.unsigned_w,
		_mm256_sign_epi8(x.x, b.w)), _mm256_set1_epi16(1));
}
#else
/* As pairs of 16 bits: the bytes of even and of odd number. */
struct bytes {
	vs even, odd;
};

struct fours {
	vs even, odd;
};

IN struct bytes
bytes_of(vi w)
{
	return (struct bytes){ (vs)w << 8 >> 8, (vs)w >> 8 };
}

IN struct fours
fours_of(vi x)
{
	return (struct fours){ (vs)(x & 0x00ff00ff),
		(vs)((vi)((vu)x >> 8) & 0x00ff00ff) };
}

IN vi
dot4(vi sum, struct bytes b, struct fours x)
{
	return sum + pair_products(b.even, x.even) +
		pair_products(b.odd, x.odd);
}
#endif

/* Four bytes, for all lanes. What must be split is split before it is copied:
 * that leaves the vector units to the products. */
IN struct fours
fours_all(const void *at)
{
#if defined(__AVX2__) && !defined(__AVX512BW__)
	return fours_of((vi)_mm256_broadcast_ss(at));
#else
	unsigned x;

	memcpy(&x, at, sizeof x);
#if defined(__AVX512VNNI__) || defined(__ARM_NEON)
	return fours_of((vi){ 0 } + (int)x);
#else
	return (struct fours){ (vs)((vi){ 0 } + (int)(x & 0x00ff00ff)),
		(vs)((vi){ 0 } + (int)(x >> 8 & 0x00ff00ff)) };
#endif
#endif
}

/* --- numbers of columns ----------------------------------------------------
 * A function for each, form_times_1 and so on, made by TIMES(form, nc): GCC
 * finds each the registers that it needs; in one large function it does not. */

#define UP_TO_2(do, form) do(form, 1) do(form, 2)
#define UP_TO_3(do, form) UP_TO_2(do, form) do(form, 3)
#define UP_TO_5(do, form) UP_TO_3(do, form) do(form, 4) do(form, 5)
#define UP_TO_8(do, form) UP_TO_5(do, form) do(form, 6) do(form, 7) \
	do(form, 8)
#define NAME(form, nc) form##_times_##nc,
/* The last of { NULL, UP_TO(NAME, form) }. */
#define MOST(times) (int)(sizeof times / sizeof *times - 1)

#endif
