/* Each OpenCL kernel against a naive reference in double precision, built as
 * for a CPU and as for a GPU, in whatever shapes. Skips without a device. */
#include <math.h>
#include "base/rng.h"
#include "num/panels.h"
#include "opencl.h"
#include "text/pairs.h"

static const float EDGE = -12345;   /* what no kernel may write over */

static double worst;

static void
near(double got, double want)
{
	double e = fabs(got - want) / (1 + fabs(want));

	if (!(e <= worst))   /* NaN too */
		worst = e;
}

static float *
normals(struct rng *r, size_t n)
{
	float *x = xmalloc(n * sizeof *x);

	for (size_t i = 0; i < n; i++)
		x[i] = (float)rng_normal(r);
	return x;
}

static float *
edges(size_t n)
{
	float *x = xmalloc(n * sizeof *x);

	for (size_t i = 0; i < n; i++)
		x[i] = EDGE;
	return x;
}

static int
below(struct rng *r, int n)
{
	return (int)rng_below(r, (uint64_t)n);
}

static cl_mem
give_floats(const struct opencl *o, size_t n, const float *x)
{
	return give(o, (n ? n : 1) * sizeof *x, x);
}

/* --- products ------------------------------------------------------------ */

struct shape {
	int n, times, rows, k, x0, more;   /* more: columns of x behind k */
	int bias, scaled, relu, normed, step, slots, y0;
	int parts;   /* of a panel */
};

/* norm(x + z + bias) in double */
static void
naive_norm(int n, int d, const float *x, const float *z, const float *v,
	double *y)
{
	for (int r = 0; r < n; r++) {
		double sum = 0, squares = 0;
		for (int i = 0; i < d; i++)
			sum += y[r * d + i] = (double)x[r * d + i] +
				(double)z[r * d + i] + (double)v[i];
		for (int i = 0; i < d; i++) {
			double t = y[r * d + i] - sum / d;
			squares += t * t;
		}
		for (int i = 0; i < d; i++)
			y[r * d + i] = (y[r * d + i] - sum / d) /
				sqrt(squares / d + 1e-5) * (double)v[d + i] +
				(double)v[2 * d + i];
	}
}

static int
check_product(const struct opencl *o, struct rng *r, const struct shape *s)
{
	int n = s->n * s->times, ldx = s->x0 + s->k + s->more;
	int ldy = s->y0 + s->rows + 3, place = s->step * s->slots, fine = 1;
	size_t ys = (size_t)(place + n + 1) * (size_t)ldy;
	size_t xs = (size_t)n * (size_t)ldx, ws = (size_t)s->rows *
		(size_t)s->k;
	size_t panels = panels_bytes(DTYPE_FP32, s->rows, s->k);
	float *x = normals(r, xs), *zs = normals(r, xs), *w = normals(r, ws);
	int vs = 3 * ldx + 2 * s->rows, scales = 3 * ldx + s->rows;
	float *v = normals(r, (size_t)vs), *y = edges(ys);
	float *xo = edges(xs + 9), *packed = xcalloc(panels, 1);
	double *in = xmalloc(xs * sizeof *in);
	int now[HEAD] = { s->n, s->step, 0, s->n };

	for (int p = 0; p < packed_panels(s->rows); p++)
		panel_pack(DTYPE_FP32, s->rows, s->k, w, (size_t)s->k, p,
			(char *)packed + (size_t)p * panels_bytes(DTYPE_FP32,
			PANEL, s->k), NULL, NULL);
	cl_mem mn = give(o, sizeof now, now), mw = give(o, panels, packed);
	cl_mem mv = give_floats(o, (size_t)vs, v);
	cl_mem mx = give_floats(o, xs, x), mz = give_floats(o, xs, zs);
	cl_mem mo = give_floats(o, xs + 9, xo), my = give_floats(o, ys, y);
	size_t local = (size_t)o->o.items, groups = (size_t)(s->parts *
		packed_panels(s->rows));
	int lanes = PANEL / o->o.vec / s->parts;
	if (s->normed)
		run_kernel(o, "norm_linear", local, groups, 1, (size_t)(n + 7) /
			ROWS, "mmiiimiiimiimimmiii", mn, mw, s->rows, s->k,
			lanes, mv, s->scaled ? scales : -1, s->bias ? 3 * ldx :
			-1, s->relu, mx, ldx, s->x0, mz, 0, mo, my, ldy, s->y0,
			s->slots);
	else
		run_kernel(o, "linear", local, groups, 1, (size_t)(n + 7) / ROWS,
			"mimiiimiiimiimiii", mn, s->times, mw, s->rows, s->k,
			lanes, mv, s->scaled ? scales : -1, s->bias ? 3 * ldx :
			-1, s->relu, mx, ldx, s->x0, my, ldy, s->y0, s->slots);
	take(o, my, ys * sizeof *y, y);
	take(o, mo, (xs + 9) * sizeof *xo, xo);
	take(o, mn, 0, NULL), take(o, mw, 0, NULL), take(o, mv, 0, NULL);
	take(o, mx, 0, NULL), take(o, mz, 0, NULL);
	if (s->normed)
		naive_norm(n, ldx, x, zs, v, in);
	for (size_t i = 0; i < xs + 9; i++) {
		if (!s->normed && i < xs)
			in[i] = (double)x[i];
		if (s->normed && i < xs)
			near((double)xo[i], in[i]);
		else
			fine &= !memcmp(&xo[i], &EDGE, sizeof EDGE);
	}
	for (int i = 0; i < place + n + 1; i++)
		for (int c = 0; c < ldy; c++) {
			float got = y[(size_t)i * (size_t)ldy + (size_t)c];
			int from = i - place, to = c - s->y0;
			if (from < 0 || from >= n || to < 0 || to >= s->rows) {
				fine &= !memcmp(&got, &EDGE, sizeof got);
				continue;
			}
			double sum = 0;
			for (int k = 0; k < s->k; k++)
				sum += in[from * ldx + s->x0 + k] *
					(double)w[to * s->k + k];
			sum *= s->scaled ? (double)v[scales + to] : 1;
			sum += s->bias ? (double)v[3 * ldx + to] : 0;
			near((double)got / sqrt(s->k), (s->relu ?
				fmax(sum, 0) : sum) / sqrt(s->k));
		}
	free(x), free(zs), free(w), free(v), free(y), free(xo), free(packed);
	free(in);
	return fine;
}

static void
check_products(const struct opencl *o, const char *how, int few)
{
	struct rng r = rng_seed(1);
	static const int ks[] = { 1, 3, 7, 31, 64, 255, 256, 257, 600 };
	static const int rows[] = { 1, 5, 31, 32, 33, 70, 96 };
	int fine = 1, n = 0;

	worst = 0;
	for (size_t i = 0; i < sizeof ks / sizeof *ks; i++)
		for (size_t k = few ? i % 4 : 0; k < sizeof rows / sizeof *rows;
		    k += few ? 4 * few : 1, n++) {
			struct shape s = { .n = 1 + below(&r, 20), .times =
				n % 2 ? 1 : 1 + below(&r, 3), .rows = rows[k], .k = ks[i],
				.x0 = below(&r, 4), .more = below(&r, 5),
				.bias = below(&r, 2), .relu = below(&r, 2),
				.scaled = n % 3 == 0, .normed = n % 2, .step = below(&r, 4),
				.slots = below(&r, 2) * 21 * 3,
				.y0 = below(&r, 9),
				.parts = 1 << below(&r, 3) };
			if (s.x0 + s.k + s.more > o->chunk)
				s.normed = 0;
			fine &= check_product(o, &r, &s);
		}
	OK(worst < 2e-6, "%s: %d products, half of them normed (worst %.2g)",
		how, n, worst);
	OK(fine, "%s: and nothing else is written", how);
}

static void
check_norms(const struct opencl *o, const char *how)
{
	struct rng r = rng_seed(2);
	static const int ds[] = { 1, 3, 15, 16, 17, 33, 64, 513 };

	worst = 0;
	for (size_t i = 0; i < sizeof ds / sizeof *ds; i++) {
		int d = ds[i], n = 1 + below(&r, 9), plane = below(&r, 4) - 1;
		size_t xs = (size_t)(n * d);
		float *x = normals(&r, xs), *zs = normals(&r, xs);
		float *v = normals(&r, (size_t)(3 * d));
		float *y = edges(xs), *planes = edges(3 * xs);
		double *want = xmalloc(xs * sizeof *want);
		int now[HEAD] = { n, 0, 0, n };
		cl_mem mn = give(o, sizeof now, now);
		cl_mem mx = give_floats(o, xs, x), mz = give_floats(o, xs, zs);
		cl_mem mv = give_floats(o, (size_t)(3 * d), v);
		cl_mem mp = give_floats(o, 3 * xs, planes);
		run_kernel(o, "norm", (size_t)o->o.local, 1, 1, (size_t)n,
			"mimmmimmi", mn, d, mx, mz, mv, 0, mx, mp, plane);
		take(o, mx, xs * sizeof *y, y);
		take(o, mp, 3 * xs * sizeof *y, planes);
		take(o, mn, 0, NULL), take(o, mz, 0, NULL);
		take(o, mv, 0, NULL);
		naive_norm(n, d, x, zs, v, want);
		for (size_t k = 0; k < xs; k++) {
			near((double)y[k], want[k]);
			for (size_t p = 0; p < 3; p++)
				near((double)planes[p * xs + k], plane ==
					(int)p ? want[k] : (double)EDGE);
		}
		free(x), free(zs), free(v), free(y), free(planes), free(want);
	}
	OK(worst < 1e-5, "%s: norms, also to a plane of memory (worst %.2g)",
		how, worst);
}

/* --- attention, convolution ---------------------------------------------- */

/* Rows, their sentences, and what they look at. */
struct looks {
	int mode, rows, sentences, segments, step, slots, steps, tokens;
	int at[9], now[HEAD + 3 * 256];
	int *past;
};

static void
looks_draw(struct looks *l, struct rng *r, int mode, int longest)
{
	*l = (struct looks){ .mode = mode, .sentences = 1 + below(r, 8),
		.segments = mode == ALL_SOURCE ? 1 + below(r, 3) : 1,
		.step = mode == OWN_PAST ? below(r, longest) : 0 };
	for (int s = 0; s < l->sentences; s++)
		l->at[s + 1] = l->at[s] + 1 + below(r, longest);
	l->tokens = l->at[l->sentences];
	if (mode == OWN_SENTENCE && l->tokens > 256) {
		l->sentences = 1;
		l->tokens = l->at[1];
	}
	l->rows = mode == OWN_SENTENCE ? l->tokens : 1 + below(r, 12);
	l->slots = l->rows + below(r, 4);
	l->steps = l->step + 1 + below(r, 4);
	l->past = xcalloc((size_t)(2 * l->slots * l->steps), sizeof *l->past);
	for (int i = 0; i < 2 * l->slots * l->steps; i++)
		l->past[i] = below(r, (l->step + 1) * l->slots);
	int *now = l->now;
	now[0] = l->rows;
	now[1] = l->step;
	now[3] = l->tokens;
	for (int i = 0, s = 0; i < l->rows; i++) {
		if (mode != OWN_SENTENCE)
			s = below(r, l->sentences);
		while (mode == OWN_SENTENCE && i >= l->at[s + 1])
			s++;
		now[HEAD + l->rows + i] = s;
	}
}

/* How many rows does row r look at, and which is number i? */
static int
seen(const struct looks *l, int r, int i, size_t *row)
{
	int s = l->now[HEAD + l->rows + r], first = l->at[s];
	int len = l->at[s + 1] - first;

	if (l->mode == OWN_PAST) {
		*row = (size_t)l->past[(l->step % 2 * l->slots + r) * l->steps +
			i % (l->step + 1)];
		return l->step + 1;
	}
	*row = (size_t)(i / len * l->tokens + first + i % len);
	return len * l->segments;
}

static size_t
rows_kept(const struct looks *l)
{
	return (size_t)(l->mode == OWN_PAST ? (l->step + 1) * l->slots :
		l->segments * l->tokens);
}

static void
check_attention(const struct opencl *o, struct rng *r, int mode, int h,
	int heads, int longest)
{
	struct looks l;
	looks_draw(&l, r, mode, longest);
	int q = h * heads, ld = 3 * q + 2, ldo = q + 3, most = 0;
	size_t keys = rows_kept(&l) * (size_t)ld, unused;
	size_t qs = mode == OWN_PAST ? keys : (size_t)(l.rows * ld);
	size_t outs = (size_t)(l.rows * ldo);
	float *kv = normals(r, keys), *own = mode == OWN_PAST ? kv :
		normals(r, qs), *out = edges(outs);

	for (int i = 0; i < l.rows; i++)
		most = seen(&l, i, 0, &unused) > most ? seen(&l, i, 0,
			&unused) : most;
	cl_mem mn = give(o, sizeof l.now, l.now), ma = give(o, sizeof l.at,
		l.at), mp = give(o, (size_t)(2 * l.slots * l.steps) *
		sizeof *l.past, l.past), mk = give_floats(o, keys, kv);
	cl_mem mq = mode == OWN_PAST ? mk : give_floats(o, qs, own);
	float *scratch = edges((size_t)(l.rows * heads * most));
	cl_mem ms = give_floats(o, (size_t)(l.rows * heads * most), scratch);
	cl_mem mo = give_floats(o, outs, out);
	run_kernel(o, "attend", (size_t)o->o.local, 1, (size_t)heads,
		(size_t)l.rows, "mmiimiiifmimiiimimi", mn, ma, mode, l.segments,
		mp, l.steps, l.slots, h, 1 / sqrt(h), mq, ld, mk, ld, q, 2 * q,
		ms, most, mo, ldo);
	take(o, mo, outs * sizeof *out, out);
	take(o, mn, 0, NULL), take(o, ma, 0, NULL), take(o, mp, 0, NULL);
	take(o, mk, 0, NULL), take(o, ms, 0, NULL);
	if (mq != mk)
		take(o, mq, 0, NULL);
	for (int i = 0; i < l.rows; i++)
		for (int head = 0; head < heads; head++) {
			const float *query = own + (size_t)(i + (mode ==
				OWN_PAST ? l.step * l.slots : 0)) * (size_t)ld +
				head * h;
			int n = seen(&l, i, 0, &unused);
			double p[n], sum = 0;
			for (int k = 0; k < n; k++) {
				size_t row;
				seen(&l, i, k, &row);
				p[k] = 0;
				for (int c = 0; c < h; c++)
					p[k] += (double)query[c] * (double)kv[
						row * (size_t)ld + (size_t)(q +
						head * h + c)];
				sum += p[k] = exp(p[k] / sqrt(h));
			}
			for (int c = 0; c < h; c++) {
				double want = 0;
				for (int k = 0; k < n; k++) {
					size_t row;
					seen(&l, i, k, &row);
					want += p[k] / sum * (double)kv[row *
						(size_t)ld + (size_t)(2 * q +
						head * h + c)];
				}
				near((double)out[i * ldo + head * h + c],
					want);
			}
		}
	for (int i = 0; i < l.rows; i++)
		for (int c = q; c < ldo; c++)
			near((double)out[i * ldo + c], (double)EDGE);
	free(l.past), free(kv), free(out), free(scratch);
	if (mode != OWN_PAST)
		free(own);
}

static void
check_attentions(const struct opencl *o, const char *how, int few)
{
	static const int heads[] = { 1, 2, 3, 4, 7, 16, 33, 64, 130 };
	static const char *const names[] = { "of sentences", "of a past",
		"of three outputs of the encoder" };
	struct rng r = rng_seed(3);

	for (int mode = OWN_SENTENCE; mode <= ALL_SOURCE; mode++) {
		worst = 0;
		for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
			check_attention(o, &r, mode, heads[i], 1 + below(&r, 4),
				i % 2 ? 12 : 40);
			check_attention(o, &r, mode, heads[i], 1, 3);
		}
		check_attention(o, &r, mode, 8, 2, few ? 30 : 200);
		OK(worst < 1e-5, "%s: attention %s (worst %.2g)", how,
			names[mode], worst);
	}
}

static void
check_convolution(const struct opencl *o, struct rng *r, int mode, int c,
	int taps, int gated)
{
	struct looks l;
	looks_draw(&l, r, mode, 30);
	int x0 = 2, ld = x0 + (1 + gated) * c, o0 = 1, ldo = o0 + c + 1;
	size_t xs = rows_kept(&l) * (size_t)ld, outs = (size_t)(l.rows * ldo);
	float *x = normals(r, xs), *shares = normals(r, (size_t)(taps * c));
	float *out = edges(outs);
	cl_mem mn = give(o, sizeof l.now, l.now), ma = give(o, sizeof l.at,
		l.at), mp = give(o, (size_t)(2 * l.slots * l.steps) *
		sizeof *l.past, l.past), mx = give_floats(o, xs, x);
	cl_mem mv = give_floats(o, (size_t)(taps * c), shares);
	cl_mem mo = give_floats(o, outs, out);

	run_kernel(o, "convolve", (size_t)o->o.local, 1, 1, (size_t)l.rows,
		"mmimiimiiiiimimii", mn, ma, mode, mp, l.steps, l.slots, mx, ld,
		x0, gated, c, taps, mv, 0, mo, ldo, o0);
	take(o, mo, outs * sizeof *out, out);
	take(o, mn, 0, NULL), take(o, ma, 0, NULL), take(o, mp, 0, NULL);
	take(o, mx, 0, NULL), take(o, mv, 0, NULL);
	for (int i = 0; i < l.rows; i++)
		for (int k = -o0; k < c + 1; k++) {
			double want = 0;
			size_t row;
			int n = seen(&l, i, 0, &row);
			int own = mode == OWN_PAST ? n - 1 : i -
				l.at[l.now[HEAD + l.rows + i]];
			for (int t = 0; k >= 0 && k < c && t < taps; t++) {
				int from = own + (mode == OWN_PAST ? -t :
					t % 2 ? -(t + 1) / 2 : t / 2);
				if (from < 0 || from >= n)
					continue;
				seen(&l, i, from, &row);
				const float *v = x + row * (size_t)ld + x0 + k;
				want += (double)shares[t * c + k] *
					(double)v[0] / (gated ? 1 +
					exp(-(double)v[c]) : 1);
			}
			near((double)out[i * ldo + o0 + k], k < 0 || k >= c ?
				(double)EDGE : want);
		}
	free(l.past), free(x), free(shares), free(out);
}

static void
check_convolutions(const struct opencl *o, const char *how)
{
	static const int taps[] = { 1, 2, 3, 7, 31 };
	struct rng r = rng_seed(4);

	worst = 0;
	for (size_t i = 0; i < sizeof taps / sizeof *taps; i++)
		for (int what = 0; what < 4; what++)
			check_convolution(o, &r, what / 2, 1 + below(&r, 40),
				taps[i], what % 2);
	OK(worst < 1e-5, "%s: convolutions, gated or not (worst %.2g)", how,
		worst);
}

/* --- the first input ----------------------------------------------------- */

static void
check_embedding(const struct opencl *o, struct rng *r, int decoder,
	int in_panels)
{
	int width = 1 + below(r, 70), vocab = 40 + below(r, 60), longest = 11;
	int ld = width + (in_panels ? below(r, 9) : below(r, 3)), ldp = width +
		2, fine = 1;
	struct looks l;
	looks_draw(&l, r, decoder ? OWN_PAST : OWN_SENTENCE, longest);
	size_t tables = (size_t)((vocab + PANEL - 1) / PANEL * PANEL * ld);
	size_t places = (size_t)((longest + 3 + l.steps) * ldp);
	size_t xs = (size_t)(l.rows * width);
	float *table = normals(r, tables), *place = normals(r, places);
	float *x = edges(xs);
	int pasts = 2 * l.slots * l.steps, *got = xcalloc((size_t)pasts,
		sizeof *got);

	for (int i = 0; i < l.rows; i++) {
		l.now[HEAD + i] = below(r, vocab);
		l.now[HEAD + 2 * l.rows + i] = below(r, l.rows);
	}
	cl_mem mn = give(o, sizeof l.now, l.now), ma = give(o, sizeof l.at,
		l.at), mp = give(o, (size_t)pasts * sizeof *got, l.past);
	cl_mem mt = give_floats(o, tables, table), mx = give_floats(o, xs, x);
	cl_mem mw = give_floats(o, places, place);
	run_kernel(o, "embed", (size_t)o->o.local, 1, 1, (size_t)l.rows,
		"mmimiiifmiimmii", mn, ma, decoder, mt, in_panels, ld, width,
		1.5, mw, ldp, 2, mx, mp, l.steps, l.slots);
	take(o, mx, xs * sizeof *x, x);
	take(o, mp, (size_t)pasts * sizeof *got, got);
	take(o, mn, 0, NULL), take(o, ma, 0, NULL), take(o, mt, 0, NULL);
	take(o, mw, 0, NULL);
	for (int i = 0; i < l.rows; i++) {
		int id = l.now[HEAD + i], p = 2 + (decoder ? l.step : i -
			l.at[l.now[HEAD + l.rows + i]]);
		for (int c = 0; c < width; c++) {
			float t = in_panels ? table[(id / PANEL * ld + c) *
				PANEL + id % PANEL] : table[id * ld + c];
			near((double)x[i * width + c], 1.5 * (double)t +
				(double)place[p * ldp + c]);
		}
	}
	int half = l.slots * l.steps, is = l.step % 2 * half;
	for (int i = 0; decoder && i < l.rows; i++)
		for (int t = 0; t <= l.step; t++) {
			int parent = l.now[HEAD + 2 * l.rows + i];
			int want = t == l.step ? t * l.slots + i :
				l.past[half - is + parent * l.steps + t];
			fine &= got[is + i * l.steps + t] == want;
			l.past[is + i * l.steps + t] = want;
		}
	if (memcmp(got, l.past, (size_t)pasts * sizeof *got) || !fine)
		worst = INFINITY;
	free(l.past), free(table), free(place), free(x), free(got);
}

static void
check_embeddings(const struct opencl *o, const char *how)
{
	struct rng r = rng_seed(5);

	worst = 0;
	for (int i = 0; i < 24; i++)
		check_embedding(o, &r, i / 2 % 2, i % 2);
	OK(worst < 1e-6, "%s: embeddings of both sides, and each row's past "
		"(worst %.2g)", how, worst);
}

/* --- the best words ------------------------------------------------------ */

struct word {
	float x;
	int id;
};

static int
by_worth(const void *a, const void *b)
{
	const struct word *p = a, *q = b;

	if (p->x < q->x || p->x > q->x)
		return p->x < q->x ? 1 : -1;
	return p->id - q->id;
}

/* equal: some numbers are; else some are -infinity or no numbers. */
static int
check_row(const float *x, int vocab, int many, const int *out, int nan)
{
	struct word *w = xcalloc((size_t)vocab, sizeof *w);
	double most = -INFINITY, sum = 0;
	float logp;
	int n = 0, fine = 1;

	for (int i = 0; i < vocab; i++) {
		most = fmax(most, (double)x[i]);
		if (i != ID_PAD && x[i] > -INFINITY)
			w[n++] = (struct word){ x[i], i };
	}
	for (int i = 0; i < vocab; i++)
		sum += exp((double)x[i] - most);
	qsort(w, (size_t)n, sizeof *w, by_worth);
	for (int i = 0; i < many; i++) {
		fine &= out[2 * i] == (i < n ? w[i].id : -1);
		memcpy(&logp, &out[2 * i + 1], sizeof logp);
		if (i < n && !nan)
			near((double)logp, (double)w[i].x - most - log(sum));
	}
	memcpy(&logp, &out[2 * many], sizeof logp);
	if (!nan)
		near((double)logp, (double)x[ID_EOS] - most - log(sum));
	free(w);
	return fine;
}

static int
check_words(const struct opencl *o, struct rng *r, int vocab, int beam,
	int rows, int nan)
{
	int many = 2 * beam + 2, parts = (vocab + WORDS - 1) / WORDS, fine = 1;
	size_t n = (size_t)(rows * vocab), lists = (size_t)(rows * parts);
	size_t outs = (size_t)(rows * (2 * many + 1));
	float *x = normals(r, n), *none = edges(lists * (size_t)many);
	int *out = xcalloc(outs, sizeof *out);

	for (size_t i = 0; i < n; i++) {
		if (i % 3)   /* many are equal */
			x[i] = (float)below(r, 50) / 10;
		if (nan && i % 7 == 0)
			x[i] = i % 2 ? NAN : -INFINITY;
	}
	cl_mem mx = give_floats(o, n, x), mf = give_floats(o, lists *
		(size_t)many, none), mi = give_floats(o, lists * (size_t)many,
		none), ms = give_floats(o, 2 * lists, none), mo = give(o,
		outs * sizeof *out, out);
	run_kernel(o, "best", (size_t)o->o.local, 1, (size_t)parts,
		(size_t)rows, "miimmm", mx, vocab, many, mf, mi, ms);
	run_kernel(o, "merge", (size_t)o->o.local, 1, 1, (size_t)rows,
		"miiimmmm", mx, vocab, parts, many, mf, mi, ms, mo);
	take(o, mo, outs * sizeof *out, out);
	take(o, mx, 0, NULL), take(o, mf, 0, NULL), take(o, mi, 0, NULL);
	take(o, ms, 0, NULL);
	for (int i = 0; i < rows; i++)
		fine &= check_row(x + (size_t)i * (size_t)vocab, vocab, many,
			out + i * (2 * many + 1), nan);
	free(x), free(none), free(out);
	return fine;
}

static void
check_best(const struct opencl *o, const char *how, int few)
{
	static const int vocabs[] = { 3, 5, 37, 2047, 2048, 2049, 6000 };
	struct rng r = rng_seed(6);
	int fine = 1;

	worst = 0;
	for (size_t i = 0; i < sizeof vocabs / sizeof *vocabs; i += few ? few : 1)
		for (int beam = 1; beam <= 16; beam += few ? 16 : i % 2 ? 5 : 15)
			for (int nan = 0; nan < 2; nan++)
				fine &= check_words(o, &r, vocabs[i], beam,
					1 + below(&r, 4), nan);
	OK(fine, "%s: the best words, of equal ones the first", how);
	OK(worst < 1e-5, "%s: their log probabilities (worst %.2g)", how,
		worst);
}

/* --- halves -------------------------------------------------------------- */

static double
half_value(uint16_t h)
{
	int e = h >> 10 & 31;
	double m = h & 1023;

	m = e ? ldexp(1024 + m, e - 25) : ldexp(m, -24);
	return e == 31 ? INFINITY : m;
}

static void
check_halves(void)
{
	struct rng r = rng_seed(7);
	int fine = 1;

	for (int i = 0; i < 200000; i++) {
		double x = fabs(rng_normal(&r)) * ldexp(1, below(&r, 40) - 26);
		uint16_t h = ocl_half((float)x), minus = ocl_half(-(float)x);
		double e = fabs(half_value(h) - (double)(float)x);
		fine &= minus == (h | 0x8000) || x <= 0;
		if (h >= 0x7c00) {
			fine &= h == 0x7c00 && x >= 65519;
			continue;
		}
		double more = fabs(half_value(h + 1) - (double)(float)x);
		double less = h ? fabs(half_value(h - 1) - (double)(float)x) :
			INFINITY;
		fine &= e <= more && e <= less;
		fine &= (e < more && e < less) || h % 2 == 0;
	}
	OK(fine, "halves are the nearest, of two the even one");
	OK(ocl_half(65504) == 0x7bff && ocl_half(INFINITY) == 0x7c00 &&
		ocl_half(-INFINITY) == 0xfc00 && ocl_half(0) == 0 &&
		(ocl_half(NAN) & 0x7fff) > 0x7c00, "the largest, infinity, "
		"NaN, zero");
}

static void
check_all(const struct opencl *o, const char *how, int few)
{
	check_products(o, how, few);
	check_norms(o, how);
	check_attentions(o, how, few);
	check_convolutions(o, how);
	check_embeddings(o, how);
	check_best(o, how, few);
}

/* Reads and writes behind a buffer: for those who watch, to see that they do. */
static void
go_beyond(const struct opencl *o)
{
	float x[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	int now[HEAD] = { 2, 0, 0, 2 };
	cl_mem mn = give(o, sizeof now, now), mx = give_floats(o, 8, x);

	run_kernel(o, "norm", (size_t)o->o.local, 1, 1, 2, "mimmmimmi", mn, 4,
		mx, mx, mx, 0, mx, mx, 0);
	take(o, mn, 0, NULL), take(o, mx, 0, NULL);
}

/* One group writes what another one reads; likewise. */
static void
race(const struct opencl *o)
{
	enum { D = 4, OUT = 2 * PANEL };
	float w[D * OUT] = { 1 }, v[3 * D] = { 1 }, y[OUT] = { 0 };
	int now[HEAD] = { 1, 0, 0, 1 };
	cl_mem mn = give(o, sizeof now, now), mw = give_floats(o, D * OUT, w);
	cl_mem mv = give_floats(o, 3 * D, v), mx = give_floats(o, D, v);
	cl_mem my = give_floats(o, OUT, y);

	run_kernel(o, "norm_linear", (size_t)o->o.items, 2, 1, 1,
		"mmiiimiiimiimimmiii", mn, mw, OUT, D, PANEL / o->o.vec, mv, -1,
		-1, 0, mx, D, 0, mv, 0, mx, my, OUT, 0, 0);
	take(o, mn, 0, NULL), take(o, mw, 0, NULL), take(o, mv, 0, NULL);
	take(o, mx, 0, NULL), take(o, my, 0, NULL);
}

/* operand "few": what a simulator gets through in seconds; "groups": less, for
 * groups of another size; "beyond" and "race": see there */
int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		struct opencl_options o;
	} builds[] = {
		{ "as for a GPU", { .vec = 4, .items = 64, .local = 64 } },
		{ "as fits the device", { 0 } },
		{ "groups of one", { .vec = 2, .items = 16, .local = 1 } },
	};
	const char *how = argc > 1 ? argv[1] : "";
	int n = *how && strcmp(how, "tests") ? 1 : 3;

	for (int i = 0; i < n; i++) {
		struct opencl_options options = builds[i].o;
		if (!strcmp(how, "groups"))
			options.items = 256;
		struct opencl *o = open_or_skip(&options);
		if (!i)
			printf("# %s, driver %s (%s), groups of %d and %d\n",
				o->info.name, o->info.driver, o->info.platform,
				o->o.items, o->o.local);
		if (!strcmp(how, "beyond"))
			go_beyond(o);
		else if (!strcmp(how, "race"))
			race(o);
		else if (!strcmp(how, "groups"))
			check_norms(o, builds[i].name),
			check_best(o, builds[i].name, 2),
			check_products(o, builds[i].name, 2);
		else
			check_all(o, builds[i].name, n == 1);
		opencl_close(o);
	}
	check_halves();
	return FINISH();
}
