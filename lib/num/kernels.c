/* The kernels, in GCC's vector extensions: one source for all instruction
 * sets. ISA is defined by the build. */
#include <math.h>
#include <string.h>
#include "kernels.h"

#if defined(__AVX512F__)
enum { W = 16 };
#elif defined(__AVX2__)
enum { W = 8 };
#else
enum { W = 4 };
#endif

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)

typedef float vf __attribute__((vector_size(W * 4)));
typedef int32_t vi __attribute__((vector_size(W * 4)));
typedef uint32_t vu __attribute__((vector_size(W * 4)));
typedef float vf_any __attribute__((vector_size(W * 4), aligned(4)));

#define IN static inline __attribute__((always_inline))

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
	float t[W] __attribute__((aligned(64))) = { 0 };

	for (int i = 0; i < n; i++)
		t[i] = p[i];
	return *(vf *)t;
}

IN void
store_n(float *p, vf x, int n)
{
	float t[W] __attribute__((aligned(64)));

	*(vf *)t = x;
	for (int i = 0; i < n; i++)
		p[i] = t[i];
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

IN vf
pick(vi mask, vf a, vf b)
{
	return (vf)((mask & (vi)a) | (~mask & (vi)b));
}

IN vf
vmax(vf a, vf b)
{
	return pick(a > b, a, b);
}

IN float
sum_of(vf x)
{
	float s = 0, t[W];

	memcpy(t, &x, sizeof t);
	for (int n = W / 2; n; n /= 2)
		for (int i = 0; i < n; i++)
			t[i] += t[i + n];
	s = t[0];
	return s;
}

IN float
max_of(vf x)
{
	float m, t[W];

	memcpy(t, &x, sizeof t);
	m = t[0];
	for (int i = 1; i < W; i++)
		m = t[i] > m ? t[i] : m;
	return m;
}

/* exp(x) for x <= 88; 0 below -87.3. Cody-Waite reduction by ln 2 and a
 * polynomial of degree 6: within 1.5 ulp. */
IN vf
vexp(vf x)
{
	vf low = all(-87.33654f);
	vi tiny = x < low;
	x = pick(tiny, low, x);
	vf k = x * 1.44269504f;
	vi half = (vi)(k < 0) & 1;
	vi n = __builtin_convertvector(k + 0.5f, vi) - half;
	k = __builtin_convertvector(n, vf);
	vf r = x - k * 0.693359375f;
	r = r + k * 2.12194440e-4f;
	vf p = all(1.9875691500e-4f);
	p = p * r + 1.3981999507e-3f;
	p = p * r + 8.3334519073e-3f;
	p = p * r + 4.1665795894e-2f;
	p = p * r + 1.6666665459e-1f;
	p = p * r + 5.0000001201e-1f;
	p = p * (r * r) + r + 1.0f;
	p = p * (vf)((n + 127) << 23);
	return (vf)(~tiny & (vi)p);
}

/* Does dropout keep elements at .. at + W - 1? All ones where yes. */
IN vi
kept(struct drop d, uint32_t at)
{
	vu x;

	for (int i = 0; i < W; i++)
		x[i] = (uint32_t)i;
	x = (x + at) * 0x9e3779b9u + d.key[0];
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

/* --- small products ---------------------------------------------------------- */

/* mr rows and nv vectors of columns of a product; mr and nv are constants
 * after inlining. */
IN void
block(int mr, int nv, int k, const float *a, size_t ars, size_t acs,
	const float *b, size_t ldb, float *c, size_t ldc, int left, int add)
{
	vf acc[8][4];

	for (int i = 0; i < mr; i++)
		for (int j = 0; j < nv; j++)
			acc[i][j] = add ? get(c + (size_t)i * ldc + j * W,
				left - j * W) : (vf){ 0 };
	for (int p = 0; p < k; p++) {
		vf bv[4];
		for (int j = 0; j < nv; j++)
			bv[j] = load(b + (size_t)p * ldb + j * W);
		for (int i = 0; i < mr; i++) {
			vf av = all(a[(size_t)i * ars + (size_t)p * acs]);
			for (int j = 0; j < nv; j++)
				acc[i][j] += av * bv[j];
		}
	}
	for (int i = 0; i < mr; i++)
		for (int j = 0; j < nv; j++)
			put(c + (size_t)i * ldc + j * W, acc[i][j],
				left - j * W);
}

IN void
block_rows(int nv, int m, int k, const float *a, size_t ars, size_t acs,
	const float *b, size_t ldb, float *c, size_t ldc, int left, int add)
{
	int i = 0;

#define ROWS(n) block(n, nv, k, a + (size_t)i * ars, ars, acs, b, ldb, \
	c + (size_t)i * ldc, ldc, left, add)
	for (; i + 6 <= m; i += 6)
		ROWS(6);
	for (; i + 2 <= m; i += 2)
		ROWS(2);
	for (; i < m; i++)
		ROWS(1);
#undef ROWS
}

static void
product(int m, int n, int k, const float *a, size_t ars, size_t acs,
	const float *b, size_t ldb, float *c, size_t ldc, int add)
{
	for (int j = 0; j < n; j += 2 * W) {
		if (n - j > W)
			block_rows(2, m, k, a, ars, acs, b + j, ldb, c + j,
				ldc, n - j, add);
		else
			block_rows(1, m, k, a, ars, acs, b + j, ldb, c + j,
				ldc, n - j, add);
	}
}

/* --- bias, ReLU, dropout ------------------------------------------------------ */

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

/* --- residual and layer norm --------------------------------------------------- */

IN void
norm_row(int d, const float *r, const float *stats, const float *gain,
	const float *shift, float *y)
{
	for (int j = 0; j < d; j += W)
		put(y + j, (get(r + j, d - j) - stats[0]) * stats[1] *
			get(gain + j, d - j) + get(shift + j, d - j), d - j);
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
			sum += d - j >= W ? t : get(r + o + j, d - j);
		}
		float mean = sum_of(sum) / (float)d;
		for (int j = 0; j < d; j += W) {
			vf t = get(r + o + j, d - j) - mean;
			if (d - j < W) {
				float u[W];
				memcpy(u, &t, sizeof u);
				t = load_n(u, d - j);
			}
			squares += t * t;
		}
		stats[2 * i] = mean;
		stats[2 * i + 1] = 1 / sqrtf(sum_of(squares) / (float)d + 1e-5f);
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
			put(dgain + j, get(dgain + j, left) + g * n, left);
			put(dshift + j, get(dshift + j, left) + g, left);
			a += t;      /* g is zero in what hangs over */
			b += t * n;
		}
		float ma = sum_of(a) / (float)d, mb = sum_of(b) / (float)d;
		for (int j = 0; j < d; j += W) {
			int left = d - j;
			vf n = (get(r + o + j, left) - mean) * rstd;
			vf t = get(dy + o + j, left) * get(gain + j, left);
			put(dr + o + j, (t - ma - n * mb) * rstd, left);
		}
	}
}

/* --- softmax ------------------------------------------------------------------ */

IN float
row_max(int n, const float *s)
{
	vf m = all(-INFINITY);
	int j = 0;

	for (; j + W <= n; j += W)
		m = vmax(m, load(s + j));
	float best = max_of(m);
	for (; j < n; j++)
		best = s[j] > best ? s[j] : best;
	return best;
}

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
			sum += m - j >= W ? e : get(s + j, m - j);
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
			sum += get(p + j, n - j) * get(dp + j, n - j);
		float dot = sum_of(sum);
		for (int j = 0; j < n; j += W)
			put(dp + j, get(p + j, n - j) *
				(get(dp + j, n - j) - dot) * scale, n - j);
	}
}

static float
log_sum_exp(int n, const float *x)
{
	float max = row_max(n, x);
	vf sum = { 0 };
	int j = 0;

	for (; j + W <= n; j += W)
		sum += vexp(load(x + j) - max);
	float total = sum_of(sum);
	for (; j < n; j++)
		total += expf(x[j] - max);
	return max + logf(total);
}

static void
xent(int rows, int v, float *x, size_t ld, const int *target, float smooth,
	float grad, float *loss, float *nll)
{
	float each = smooth / (float)v;

	for (int i = 0; i < rows; i++, x += ld) {
		float lse = log_sum_exp(v, x), right = x[target[i]];
		double sum = 0;
		/* in pieces: a float sum of 40,000 terms loses digits */
		for (int j = 0; j < v; j += 32 * W) {
			vf part = { 0 };
			for (int k = j; k < v && k < j + 32 * W; k += W)
				part += get(x + k, v - k);
			sum += (double)sum_of(part);
		}
		nll[i] = lse - right;
		loss[i] = (1 - smooth) * nll[i] +
			each * (float)((double)v * (double)lse - sum);
		if (grad == 0)
			continue;
		for (int j = 0; j < v; j += W)
			put(x + j, (vexp(get(x + j, v - j) - lse) - each) *
				grad, v - j);
		x[target[i]] -= (1 - smooth) * grad;
	}
}

/* --- vectors ------------------------------------------------------------------ */

static void
axpy(int n, float a, const float *x, float *out)
{
	for (int j = 0; j < n; j += W)
		put(out + j, get(out + j, n - j) + a * get(x + j, n - j),
			n - j);
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
			part += load(x + k) * load(x + k);
		sum += (double)sum_of(part);
	}
	for (; i < n; i++)
		sum += (double)x[i] * (double)x[i];
	return sum;
}

/* --- few columns --------------------------------------------------------------- */

enum { PV = PANEL / W };   /* vectors in a panel */

/* One panel times nc columns. The accumulators must fit the registers:
 * nc x PV + PV of 32 (AVX-512) or fewer. Row p >> slow of ahead is fetched
 * meanwhile. */
IN void
panel(int nc, int k, const float *w, const float *ahead, int slow,
	const float *x, size_t ldx, const float *bias, int relu, int left,
	float *y, size_t ldy)
{
	vf acc[8][PV];

	for (int c = 0; c < nc; c++)
		for (int j = 0; j < PV; j++)
			acc[c][j] = (vf){ 0 };
	for (int p = 0; p < k; p++, w += PANEL) {
		vf wv[PV];
		for (int j = 0; j < PV; j++)
			wv[j] = *(const vf *)(w + j * W);
		const float *next = ahead + (size_t)(p >> slow) * PANEL;
		__builtin_prefetch(next);
		__builtin_prefetch(next + 16);
		for (int c = 0; c < nc; c++) {
			vf xv = all(x[(size_t)c * ldx + (size_t)p]);
			for (int j = 0; j < PV; j++)
				acc[c][j] += wv[j] * xv;
		}
	}
	for (int c = 0; c < nc; c++)
		for (int j = 0; j < PV && left > j * W; j++) {
			vf t = acc[c][j];
			if (bias)
				t += get(bias + j * W, left - j * W);
			if (relu)
				t = (vf)((vi)(t > 0) & (vi)t);
			put(y + (size_t)c * ldy + j * W, t, left - j * W);
		}
}

static void
panels(int from, int to, int rows, int k, const float *w, const float *x,
	size_t ldx, int cols, const float *bias, int relu, float *y,
	size_t ldy)
{
	/* how many columns the registers hold beside a panel */
	enum { NC = W == 16 ? 8 : W == 8 ? 3 : 2, AHEAD = 24 * PANEL };
	int passes = (cols + NC - 1) / NC, slow = 0;

	while (passes >> (slow + 1))
		slow++;

	for (int p = from; p < to; p++) {
		const float *wp = w + (size_t)p * (size_t)k * PANEL;
		const float *b = bias ? bias + p * PANEL : NULL;
		float *yp = y + p * PANEL;
		int left = rows - p * PANEL, c = 0;
		/* a panel that is gone through once is fetched just ahead;
		 * else each pass fetches a part of the next panel */
#define COLS(n) panel(n, k, wp, passes == 1 ? wp + AHEAD : wp + ((size_t)k + \
	(size_t)k * (size_t)(c / NC) / (size_t)passes) * PANEL, slow, \
	x + (size_t)c * ldx, ldx, b, relu, left, yp + (size_t)c * ldy, ldy)
		for (; cols - c >= NC; c += NC)
			COLS(NC);
		switch (cols - c) {
		case 7: COLS(7); break;
		case 6: COLS(6); break;
		case 5: COLS(5); break;
		case 4: COLS(4); break;
		case 3: COLS(3); break;
		case 2: COLS(2); break;
		case 1: COLS(1); break;
		}
#undef COLS
	}
}

static void
attend(int n, int h, const float *q, const float *keys, size_t ldk,
	const float *values, size_t ldv, float scale, float *p, float *out)
{
	for (int i = 0; i < n; i++) {
		const float *key = keys + (size_t)i * ldk;
		vf sum = { 0 };
		int j = 0;
		for (; j + W <= h; j += W)
			sum += load(q + j) * load(key + j);
		float dot = sum_of(sum);
		for (; j < h; j++)
			dot += q[j] * key[j];
		p[i] = dot;
	}
	softmax(1, n, p, 0, scale, 0, 0, NULL, 0);
	for (int j = 0; j < h; j += W) {
		vf sum = { 0 };
		for (int i = 0; i < n; i++)
			sum += p[i] * get(values + (size_t)i * ldv + j, h - j);
		put(out + j, sum, h - j);
	}
}

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
			sum[j] += share * get(v + j * W, left - j * W);
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
			sum += load(q + k) * load(key + k);
		float dot = sum_of(sum);
		for (; k < h; k++)
			dot += q[k] * key[k];
		p[i] = dot;
	}
	softmax(1, n, p, 0, scale, 0, 0, NULL, 0);
	for (; j + 4 * W <= h; j += 4 * W)
		mix(4, n, p, values + j, ld, at, out + j, 4 * W);
	for (; j < h; j += W)
		mix(1, n, p, values + j, ld, at, out + j, h - j);
}

IN int
any(vi mask)
{
	int64_t t[W / 2], x = 0;

	memcpy(t, &mask, sizeof t);
	for (int i = 0; i < W / 2; i++)
		x |= t[i];
	return x != 0;
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
	.name = TEXT(ISA), .product = product, .bias = bias_rows,
	.bias_relu = bias_relu, .relu_back = relu_back,
	.residual_norm = residual_norm, .norm_again = norm_again,
	.norm_back = norm_back, .drop_apply = drop_apply, .softmax = softmax,
	.softmax_again = softmax_again, .softmax_back = softmax_back,
	.xent = xent, .axpy = axpy, .adam = adam, .sum_squares = sum_squares,
	.panels = panels, .attend = attend,
	.attend_at = attend_at, .top = top, .log_sum_exp = log_sum_exp,
};
