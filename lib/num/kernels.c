/* The kernels, in GCC's vector extensions: one source for all instruction
 * sets. ISA is defined by the build. */
#include <math.h>
#include <string.h>
#include "kernels-isa.h"
#include "kernels-rows.h"
#include "vec.h"

#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

/* --- bias, ReLU, dropout ------------------------------------------------- */

static void
bias_rows(int rows, int n, float *x, size_t ld, const float *bias)
{
	for (int i = 0; bias && i < rows; i++, x += ld)
		for (int j = 0; j < n; j += W)
			put(x + j, get(x + j, n - j) + get(bias + j, n - j),
				n - j);
}

static void
bias_relu(int rows, int n, float *x, size_t ld, const float *bias,
	struct drop d, uint32_t at, uint32_t n_all)
{
	for (int i = 0; i < rows; i++, x += ld, at += n_all)
		for (int j = 0; j < n; j += W) {
			vf y = get(x + j, n - j) + get(bias + j, n - j);
			y = (vf)((vi)(y > 0) & (vi)y);
			put(x + j, dropped(y, d, at + (uint32_t)j), n - j);
		}
}

static void
relu_back(int rows, int n, float *dx, const float *y, size_t ld, float scale)
{
	for (int i = 0; i < rows; i++, dx += ld, y += ld)
		for (int j = 0; j < n; j += W) {
			vi on = get(y + j, n - j) > 0;
			vf g = get(dx + j, n - j) * scale;
			put(dx + j, (vf)(on & (vi)g), n - j);
		}
}

static void
drop_apply(int rows, int n, const float *x, float *y, size_t ld,
	struct drop d, uint32_t at)
{
	for (int i = 0; i < rows; i++, x += ld, y += ld, at += (uint32_t)n)
		for (int j = 0; j < n; j += W)
			put(y + j, dropped(get(x + j, n - j), d,
				at + (uint32_t)j), n - j);
}

/* --- residual and layer norm --------------------------------------------- */

IN void
norm_row(int d, const float *r, const float *stats, const float *gain,
	const float *shift, float *y)
{
	for (int j = 0; j < d; j += W)
		put(y + j, muladd((get(r + j, d - j) - stats[0]) * stats[1],
			get(gain + j, d - j), get(shift + j, d - j)), d - j);
}

static void
residual_norm(int rows, int d, const float *x, const float *z,
	const float *bias, struct drop drop, uint32_t at, const float *gain,
	const float *shift, float *r, float *stats, float *y)
{
	for (int i = 0; i < rows; i++) {
		size_t o = (size_t)i * (size_t)d;
		vf sum = { 0 }, squares = { 0 };
		for (int j = 0; j < d; j += W) {
			vf t = get(z + o + j, d - j) + get(bias + j, d - j);
			t = get(x + o + j, d - j) + dropped(t, drop,
				at + (uint32_t)(o + (size_t)j));
			put(r + o + j, t, d - j);
			sum += t;    /* zero in what hangs over */
		}
		float mean = sum_of(sum) / (float)d;
		for (int j = 0; j < d; j += W) {
			vf t = get(r + o + j, d - j) - mean;
			t = only(t, d - j, (vf){ 0 });
			squares = muladd(t, t, squares);
		}
		stats[2 * i] = mean;
		stats[2 * i + 1] = 1 / sqrtf(sum_of(squares) / (float)d +
			1e-5f);
		norm_row(d, r + o, stats + 2 * i, gain, shift, y + o);
	}
}

static void
norm_again(int rows, int d, const float *r, const float *stats,
	const float *gain, const float *shift, float *y)
{
	for (int i = 0; i < rows; i++)
		norm_row(d, r + (size_t)i * (size_t)d, stats + 2 * i, gain,
			shift, y + (size_t)i * (size_t)d);
}

static void
norm_back(int rows, int d, const float *dy, const float *r,
	const float *stats, const float *gain, float *dr, float *dgain,
	float *dshift)
{
	for (int i = 0; i < rows; i++) {
		size_t o = (size_t)i * (size_t)d;
		float mean = stats[2 * i], rstd = stats[2 * i + 1];
		vf a = { 0 }, b = { 0 };   /* sums of g and g x normalised */
		for (int j = 0; j < d; j += W) {
			int left = d - j;
			vf g = get(dy + o + j, left);
			vf n = (get(r + o + j, left) - mean) * rstd;
			vf t = g * get(gain + j, left);
			put(dgain + j, muladd(g, n, get(dgain + j, left)),
				left);
			put(dshift + j, get(dshift + j, left) + g, left);
			a += t;      /* g is zero in what hangs over */
			b = muladd(t, n, b);
		}
		float ma = sum_of(a) / (float)d, mb = sum_of(b) / (float)d;
		for (int j = 0; j < d; j += W) {
			int left = d - j;
			vf n = (get(r + o + j, left) - mean) * rstd;
			vf t = get(dy + o + j, left) * get(gain + j, left);
			put(dr + o + j, muladd(n, all(-mb), t - ma) * rstd,
				left);
		}
	}
}

/* --- softmax ------------------------------------------------------------- */

static void
softmax(int rows, int n, float *s, size_t ld, float scale, int causal,
	int first, float *lse, size_t lse_ld)
{
	for (int i = 0; i < rows; i++, s += ld) {
		int m = causal ? first + i : n, j = 0;
		float max = row_max(m, s) * scale;
		vf sum = { 0 };
		for (; j < m; j += W) {
			vf e = vexp(get(s + j, m - j) * scale - max);
			put(s + j, e, m - j);
			sum += only(e, m - j, (vf){ 0 });
		}
		float total = sum_of(sum), inv = 1 / total;
		for (j = 0; j < m; j += W)
			put(s + j, get(s + j, m - j) * inv, m - j);
		for (j = m; j < n; j++)
			s[j] = 0;
		if (lse)
			lse[(size_t)i * lse_ld] = max + logf(total);
	}
}

static void
softmax_again(int rows, int n, float *s, size_t ld, float scale, int causal,
	const float *lse, size_t lse_ld)
{
	for (int i = 0; i < rows; i++, s += ld) {
		int m = causal ? i + 1 : n;
		float sub = lse[(size_t)i * lse_ld];
		for (int j = 0; j < m; j += W)
			put(s + j, vexp(get(s + j, m - j) * scale - sub),
				m - j);
		for (int j = m; j < n; j++)
			s[j] = 0;
	}
}

static void
softmax_back(int rows, int n, const float *p, float *dp, size_t ld,
	float scale)
{
	for (int i = 0; i < rows; i++, p += ld, dp += ld) {
		vf sum = { 0 };
		for (int j = 0; j < n; j += W)
			sum = muladd(get(p + j, n - j), get(dp + j, n - j),
				sum);
		float dot = sum_of(sum);
		for (int j = 0; j < n; j += W)
			put(dp + j, get(p + j, n - j) *
				(get(dp + j, n - j) - dot) * scale, n - j);
	}
}

/* --- vectors ------------------------------------------------------------- */

static void
axpy(int n, float a, const float *x, float *out)
{
	for (int j = 0; j < n; j += W)
		put(out + j, muladd(all(a), get(x + j, n - j),
			get(out + j, n - j)), n - j);
}

static void
adam(size_t n, float *w, const float *g, float *m, float *v, float g_scale,
	float beta1, float beta2, float eps, float step, float decay)
{
	for (size_t i = 0; i < n; i++) {
		float gi = g[i] * g_scale;
		float mi = m[i] * beta1 + gi * (1 - beta1);
		float vi_ = v[i] * beta2 + gi * gi * (1 - beta2);
		m[i] = mi;
		v[i] = vi_;
		w[i] = w[i] - w[i] * decay - step * mi / (sqrtf(vi_) + eps);
	}
}

static double
sum_squares(size_t n, const float *x)
{
	double sum = 0;
	size_t i = 0;

	for (; i + 64 * W <= n; i += 64 * W) {
		vf part = { 0 };
		for (size_t k = i; k < i + 64 * W; k += W)
			part = muladd(load(x + k), load(x + k), part);
		sum += (double)sum_of(part);
	}
	for (; i < n; i++)
		sum += (double)x[i] * (double)x[i];
	return sum;
}

/* --- attention of one row ------------------------------------------------ */

/* out[nv vectors] = sum of p[i] x row at[i] */
IN void
mix(int nv, int n, const float *p, const float *values, size_t ld,
	const int *at, float *out, int left)
{
	vf sum[4];

	for (int j = 0; j < nv; j++)
		sum[j] = (vf){ 0 };
	for (int i = 0; i < n; i++) {
		const float *v = values + (size_t)at[i] * ld;
		vf share = all(p[i]);
		for (int j = 0; j < nv; j++)
			sum[j] = muladd(share, get(v + j * W, left - j * W),
				sum[j]);
	}
	for (int j = 0; j < nv; j++)
		put(out + j * W, sum[j], left - j * W);
}

static void
attend_at(int n, int h, const float *q, const float *keys,
	const float *values, size_t ld, const int *at, float scale, float *p,
	float *out)
{
	int j = 0;

	for (int i = 0; i < n; i++) {
		const float *key = keys + (size_t)at[i] * ld;
		vf sum = { 0 };
		int k = 0;
		for (; k + W <= h; k += W)
			sum = muladd(load(q + k), load(key + k), sum);
		float dot = sum_of(sum);
		for (; k < h; k++)
			dot += q[k] * key[k];
		p[i] = dot;
	}
	softmax(1, n, p, 0, scale, NOT_CAUSAL, 0, NULL, 0);
	for (; j + 4 * W <= h; j += 4 * W)
		mix(4, n, p, values + j, ld, at, out + j, 4 * W);
	for (; j < h; j += W)
		mix(1, n, p, values + j, ld, at, out + j, h - j);
}

IN int
any(vi mask)
{
#if defined(__AVX512F__)
	return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#elif defined(__AVX2__)
	return !_mm256_testz_si256((__m256i)mask, (__m256i)mask);
#elif defined(__SSE2__)
	return _mm_movemask_epi8((__m128i)mask) != 0;
#else
	int64_t t[W / 2], x = 0;

	memcpy(t, &mask, sizeof t);
	for (int i = 0; i < W / 2; i++)
		x |= t[i];
	return x != 0;
#endif
}

static void
top_insert(float x, int id, int k, float *best, int *ids)
{
	int i = k - 1;

	for (; i > 0 && x > best[i - 1]; i--) {
		best[i] = best[i - 1];
		ids[i] = ids[i - 1];
	}
	best[i] = x;
	ids[i] = id;
}

static void
top(int n, const float *x, int id, int k, float *best, int *ids)
{
	int j = 0;

	for (; j + 4 * W <= n; j += 4 * W) {
		/* no maximum: it would lose numbers beside a NaN */
		if (!any((load(x + j) > best[k - 1]) |
		    (load(x + j + W) > best[k - 1]) |
		    (load(x + j + 2 * W) > best[k - 1]) |
		    (load(x + j + 3 * W) > best[k - 1])))
			continue;
		for (int i = j; i < j + 4 * W; i++)
			if (x[i] > best[k - 1])
				top_insert(x[i], id + i, k, best, ids);
	}
	for (; j < n; j++)
		if (x[j] > best[k - 1])
			top_insert(x[j], id + j, k, best, ids);
}

extern const struct kernels PASTE(kernels, ISA);
const struct kernels PASTE(kernels, ISA) = {
	.name = TEXT(ISA), .product = PASTE(product, ISA),
	.bias = bias_rows, .bias_relu = bias_relu, .relu_back = relu_back,
	.residual_norm = residual_norm, .norm_again = norm_again,
	.norm_back = norm_back, .drop_apply = drop_apply, .softmax = softmax,
	.softmax_again = softmax_again, .softmax_back = softmax_back,
	.xent = PASTE(xent, ISA), .xent_words = PASTE(xent_words, ISA),
	.xent_logits = PASTE(xent_logits, ISA),
	.log_sum_exp = PASTE(log_sum_exp, ISA),
	.axpy = axpy, .adam = adam, .sum_squares = sum_squares,
	.panels = PASTE(panels, ISA), .quantise = PASTE(quantise, ISA),
	.bf16_pack = PASTE(bf16_pack, ISA),
	.bf16_multiply = PASTE(bf16_multiply, ISA),
	.attend_at = attend_at, .top = top,
	.conv = PASTE(conv, ISA), .add_products = PASTE(add_products, ISA),
	.glu = PASTE(glu, ISA), .glu_back = PASTE(glu_back, ISA),
};
