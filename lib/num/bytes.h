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

IN void
put_sums(const struct finish *f, int c, int j, vf t)
{
	int left = f->left - j * W;

	vf bias = f->bias ? get(f->bias + j * W, left) : (vf){ 0 };

	if (f->scale)
		t = muladd(t, get(f->scale + j * W, left) * f->q_scale[c],
			bias);
	else if (f->bias)
		t += bias;
	if (f->relu)
		t = (vf)((vi)(t > 0) & (vi)t);
	put(f->y + (size_t)c * f->ldy + j * W, t, left);
}

IN vf
as_floats(vi x)
{
	return __builtin_convertvector(x, vf);
}

/* --- four products of bytes, signed times unsigned ------------------------
 * dot4(sum, w, x): w as bytes_of makes it; x as fours_of makes it of bytes or
 * fours_all of four bytes for all lanes. */

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

/* NEON multiplies signed by signed: x is moved by 128, the sum moved back. */
IN struct fours
fours_of(vi x)
{
	return (struct fours){ (int8x16_t)(x ^ (int)0x80808080) };
}

IN vi
dot4(vi sum, struct bytes b, struct fours x)
{
#if defined(__ARM_FEATURE_DOTPROD)
	return (vi)vdotq_s32((int32x4_t)sum, b.w, x.x);
#else
	int16x8_t low = vmull_s8(vget_low_s8(b.w), vget_low_s8(x.x));
	int16x8_t high = vmull_high_s8(b.w, x.x);

	/* two products of at most 127 x 128 fit */
	return (vi)vpadalq_s16((int32x4_t)sum, vpaddq_s16(low, high));
#endif
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

/* Split before it is copied to all lanes: that leaves the vector units to the
 * products. */
IN struct fours
fours_all(unsigned x)
{
#if defined(__AVX512VNNI__) || defined(__ARM_NEON)
	return fours_of((vi){ 0 } + (int)x);
#else
	return (struct fours){ (vs)((vi){ 0 } + (int)(x & 0x00ff00ff)),
		(vs)((vi){ 0 } + (int)(x >> 8 & 0x00ff00ff)) };
#endif
}

#if defined(__ARM_NEON)
enum { SHIFTED = 0 };    /* the sums need no shift */
#else
enum { SHIFTED = 1 };
#endif

#endif
