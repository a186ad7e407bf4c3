/* Kernels of lightweight convolutions and of their gates. */
#include "kernels-isa.h"
#include "vec.h"

void
PASTE(conv, ISA)(int n, int taps, const float *const *share,
	const float *const *x, float *y)
{
	for (int j = 0; j < n; j += W) {
		vf sum = { 0 };
		for (int t = 0; t < taps; t++)
			sum = muladd(get(share[t] + j, n - j),
				get(x[t] + j, n - j), sum);
		put(y + j, sum, n - j);
	}
}

void
PASTE(add_products, ISA)(int n, const float *a, const float *b, float *sum)
{
	for (int j = 0; j < n; j += W)
		put(sum + j, muladd(get(a + j, n - j), get(b + j, n - j),
			get(sum + j, n - j)), n - j);
}

/* 1 / (1 + exp(-x)), by exponentials of what is not above 0 */
IN vf
sigmoid(vf x)
{
	vi below = x < 0;
	vf e = vexp(pick(below, x, -x));

	return pick(below, e, all(1)) / (e + 1.0f);
}

void
PASTE(glu, ISA)(int n, const float *x, const float *gate, float *y)
{
	for (int j = 0; j < n; j += W)
		put(y + j, get(x + j, n - j) * sigmoid(get(gate + j, n - j)),
			n - j);
}

void
PASTE(glu_back, ISA)(int n, const float *x, const float *gate,
	const float *dy, float *dx, float *dgate)
{
	for (int j = 0; j < n; j += W) {
		vf s = sigmoid(get(gate + j, n - j));
		vf d = get(dy + j, n - j) * s;
		vf g = d * get(x + j, n - j) * (1.0f - s);
		put(dx + j, d, n - j);
		put(dgate + j, g, n - j);
	}
}
