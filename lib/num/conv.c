#include <math.h>
#include <string.h>
#include "base/team.h"
#include "conv.h"

enum { ROWS = 64, COLUMNS = 64, TAPS_MAX = 64 };

static int
smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Where a tap looks. */
static int
offset(int causal, int tap)
{
	return causal ? -tap : tap % 2 ? -(tap + 1) / 2 : tap / 2;
}

void
conv_shares(const struct conv *c, float *shares)
{
	int each = c->channels / c->heads;

	for (int h = 0; h < c->heads; h++) {
		const float *w = c->w + (size_t)h * (size_t)c->ldw;
		double max = -INFINITY, sum = 0;
		for (int k = 0; k < c->taps; k++)
			max = (double)w[k] > max ? (double)w[k] : max;
		for (int k = 0; k < c->taps; k++)
			sum += exp((double)w[k] - max);
		for (int k = 0; k < c->taps; k++) {
			float share = (float)(exp((double)w[k] - max) / sum);
			for (int i = h * each; i < (h + 1) * each; i++)
				shares[k * c->channels + i] = share;
		}
	}
}

/* y = the sum over taps of shares x row i + sign x offset of [0, n) */
static void
gather(const struct kernels *k, const struct conv *c, int sign, int i, int n,
	const float *x, size_t ldx, const float *shares, float *y)
{
	const float *share[TAPS_MAX], *row[TAPS_MAX];
	int taps = 0;

	for (int t = 0; t < c->taps; t++) {
		int from = i + sign * offset(c->causal, t);
		if (from < 0 || from >= n)
			continue;
		share[taps] = shares + t * c->channels;
		row[taps++] = x + (size_t)from * ldx;
	}
	k->conv(c->channels, taps, share, row, y);
}

void
conv_token(const struct kernels *k, const struct conv *c, int i, int n,
	const float *x, size_t ldx, const float *shares, float *y)
{
	gather(k, c, 1, i, n, x, ldx, shares, y);
}

void
conv_last(const struct kernels *k, int channels, int taps, int n,
	const int *at, const float *x, size_t ldx, const float *shares,
	float *y)
{
	const float *share[TAPS_MAX], *row[TAPS_MAX];

	taps = smaller(taps, n);
	for (int t = 0; t < taps; t++) {
		share[t] = shares + t * channels;
		row[t] = x + (size_t)at[n - 1 - t] * ldx;
	}
	k->conv(channels, taps, share, row, y);
}

/* An operation for those who do a piece of it. */
struct conv_op {
	const struct kernels *k;
	const struct conv *c;
	const float *shares, *x, *dy;
	float *y;
	int sign, t, n;
};

static void
convolve_sentence(void *arg, int s, int me)
{
	const struct conv_op *o = arg;
	size_t width = (size_t)o->c->channels;
	size_t at = (size_t)o->c->at[s] * width;
	int n = o->c->at[s + 1] - o->c->at[s];

	(void)me;
	for (int i = 0; i < n; i++)
		gather(o->k, o->c, o->sign, i, n, o->x + at, width, o->shares,
			o->y + at + (size_t)i * width);
}

void
nn_conv(const struct num *num, const struct conv *c, const float *shares,
	float *y)
{
	struct conv_op o = { .k = num->k, .c = c, .shares = shares, .x = c->x,
		.y = y, .sign = 1 };

	team_for(num->team, c->sentences, convolve_sentence, &o);
}

/* Sums over all tokens of some channels, in y[K,C]. */
static void
sum_products(void *arg, int piece, int me)
{
	const struct conv_op *o = arg;
	const struct conv *c = o->c;
	size_t width = (size_t)c->channels;
	int from = piece * COLUMNS, n = smaller(COLUMNS, c->channels - from);

	(void)me;
	for (int t = 0; t < c->taps; t++)
		memset(o->y + (size_t)t * width + from, 0,
			(size_t)n * sizeof *o->y);
	for (int s = 0; s < c->sentences; s++)
		for (int i = c->at[s]; i < c->at[s + 1]; i++)
			for (int t = 0; t < c->taps; t++) {
				int k = i + offset(c->causal, t);
				if (k < c->at[s] || k >= c->at[s + 1])
					continue;
				o->k->add_products(n,
					o->dy + (size_t)i * width + from,
					c->x + (size_t)k * width + from,
					o->y + (size_t)t * width + from);
			}
}

/* Of the weights before the softmax. */
static void
add_gradient(const struct conv *c, const float *shares, const float *dshares,
	float *dw)
{
	int each = c->channels / c->heads;

	for (int h = 0; h < c->heads; h++) {
		double d[TAPS_MAX], dot = 0;
		for (int t = 0; t < c->taps; t++) {
			const float *from = dshares + t * c->channels +
				h * each;
			d[t] = 0;
			for (int i = 0; i < each; i++)
				d[t] += (double)from[i];
			dot += d[t] * (double)shares[t * c->channels +
				h * each];
		}
		for (int t = 0; t < c->taps; t++)
			dw[h * c->ldw + t] += (float)((d[t] - dot) *
				(double)shares[t * c->channels + h * each]);
	}
}

void
nn_conv_back(const struct num *num, const struct conv *c,
	const float *shares, const float *dy, float *dx, float *dw,
	float *dshares)
{
	struct conv_op o = { .k = num->k, .c = c, .shares = shares, .x = dy,
		.dy = dy, .y = dx, .sign = -1 };

	team_for(num->team, c->sentences, convolve_sentence, &o);
	o.y = dshares;
	team_for(num->team, (c->channels + COLUMNS - 1) / COLUMNS,
		sum_products, &o);
	add_gradient(c, shares, dshares, dw);
}

static void
glu_rows(void *arg, int piece, int me)
{
	const struct conv_op *o = arg;
	size_t n = (size_t)o->n;

	(void)me;
	for (int i = piece * ROWS; i < smaller(o->t, (piece + 1) * ROWS); i++) {
		const float *x = o->x + (size_t)i * 2 * n;
		if (!o->dy)
			o->k->glu(o->n, x, x + n, o->y + (size_t)i * n);
		else
			o->k->glu_back(o->n, x, x + n, o->dy + (size_t)i * n,
				o->y + (size_t)i * 2 * n,
				o->y + (size_t)i * 2 * n + n);
	}
}

void
nn_glu(const struct num *num, int t, int c, const float *x, float *y)
{
	struct conv_op o = { .k = num->k, .x = x, .y = y, .t = t, .n = c };

	team_for(num->team, (t + ROWS - 1) / ROWS, glu_rows, &o);
}

void
nn_glu_back(const struct num *num, int t, int c, const float *x,
	const float *dy, float *dx)
{
	struct conv_op o = { .k = num->k, .x = x, .dy = dy, .y = dx, .t = t,
		.n = c };

	team_for(num->team, (t + ROWS - 1) / ROWS, glu_rows, &o);
}
