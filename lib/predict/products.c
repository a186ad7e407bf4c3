#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/stats.h"
#include "products.h"

#ifndef PRODUCTS_ROUNDS   /* fuzzing has fewer: a fit need not be good there */
#define PRODUCTS_ROUNDS 25
#define PRODUCTS_SWEEPS 1000
#endif
enum { ROUNDS = PRODUCTS_ROUNDS, SWEEPS = PRODUCTS_SWEEPS };
/* What holds weights where they are: to 0; to the first guess from another
 * device; the first guess itself to that device times a factor. */
static const double ridge = 1e-5, prior_ridge = 0.1, guess_ridge = 1e-3;

/* Columns: encoder width, layers, FFN, heads; decoder width, layers, FFN,
 * self heads, cross heads, encoder layers attended to; of the encoder's layers
 * those that convolve, those that do not, and their kernels; the decoder's. */
const unsigned char products_powers[PRODUCTS][FEATURES] = {
	{ 0 },
	{ 1 }, { 0, 0, 0, 0, 1 },
	{ 0, 1 }, { 1, 1 }, { 0, 1, 1 }, { 1, 1, 1 }, { 0, 1, 0, 1 },
	{ 0, 0, 0, 0, 0, 1 },
	{ 0, 0, 0, 0, 1, 1 },
	{ 0, 0, 0, 0, 0, 1, 1 },
	{ 0, 0, 0, 0, 1, 1, 1 },
	{ 0, 0, 0, 0, 0, 1, 0, 1 },
	{ 0, 0, 0, 0, 0, 1, 0, 0, 1 },
	{ 0, 0, 0, 0, 0, 1, 0, 0, 0, 1 },
	{ 1, 0, 0, 0, 0, 1, 0, 0, 0, 1 },
	{ 0, 0, 0, 0, 1, 1, 0, 0, 0, 1 },
	{ 0, 0, 0, 0, 0, 1, 0, 0, 1, 1 },
	{ 1, 0, 0, 0, 0, 1 },
	[PRODUCTS_HAT] =
	{ [1] = 1, [10] = 1 }, { [0] = 1, [1] = 1, [10] = 1 },
	{ [1] = 1, [11] = 1 }, { [0] = 1, [1] = 1, [11] = 1 },
	{ [1] = 1, [12] = 1 },
	{ [5] = 1, [13] = 1 }, { [4] = 1, [5] = 1, [13] = 1 },
	{ [5] = 1, [14] = 1 }, { [4] = 1, [5] = 1, [14] = 1 },
	{ [5] = 1, [15] = 1 },
};

static double
product(int p, const double f[FEATURES])
{
	double v = 1;

	for (int i = 0; i < FEATURES; i++)
		for (int k = products_powers[p][i]; k > 0; k--)
			v *= f[i];
	return v;
}

double
products_sum(const double weight[PRODUCTS], const double f[FEATURES])
{
	double sum = 0;

	for (int p = 0; p < PRODUCTS; p++)
		if (weight[p] != 0)
			sum += weight[p] * product(p, f);
	return sum;
}

/* Minimise b'Gb/2 - c'b over b[n] >= 0, one coordinate after another. */
static void
solve(int n, double g[PRODUCTS][PRODUCTS], const double c[PRODUCTS],
	double b[PRODUCTS])
{
	for (int s = 0; s < SWEEPS; s++) {
		double moved = 0;
		for (int i = 0; i < n; i++) {
			double slope = c[i];
			for (int j = 0; j < n; j++)
				slope -= g[i][j] * b[j];
			double to = fmax(0, b[i] + slope / g[i][i]);
			moved = fmax(moved, fabs(to - b[i]));
			b[i] = to;
		}
		if (moved < 1e-9)
			break;
	}
}

/* A linear fit of 1 by columns: products over y. */
struct regression {
	double (*a)[PRODUCTS];   /* [n x columns], others 0 */
	size_t n;
	int columns;
	double prior[PRODUCTS], hold;   /* the weights are held to prior */
};

static void
weigh(const struct regression *f, const double *w, double g[PRODUCTS][PRODUCTS],
	double c[PRODUCTS])
{
	double sum = 0;

	memset(g, 0, sizeof(double[PRODUCTS][PRODUCTS]));
	memset(c, 0, sizeof(double[PRODUCTS]));
	for (size_t r = 0; r < f->n; r++) {
		sum += w[r];
		for (int i = 0; i < f->columns; i++) {
			double x = w[r] * f->a[r][i];
			c[i] += x;
			for (int j = 0; j < f->columns; j++)
				g[i][j] += x * f->a[r][j];
		}
	}
	for (int i = 0; i < PRODUCTS; i++) {
		g[i][i] += f->hold * sum;
		c[i] += f->hold * sum * f->prior[i];
	}
}

/* Weights of the rows for the next round. */
static void
reweigh(double (*a)[PRODUCTS], const double *b, size_t n, double *w)
{
	for (size_t r = 0; r < n; r++) {
		double v = -1;
		for (int i = 0; i < PRODUCTS; i++)
			v += a[r][i] * b[i];
		w[r] = fabs(v);
	}
	stats_huber(w, n);
}

/* Make the root mean square of each column 1; what it was goes to size. */
static void
scale_columns(struct regression *f, double size[PRODUCTS])
{
	memset(size, 0, sizeof(double[PRODUCTS]));
	for (size_t r = 0; r < f->n; r++)
		for (int i = 0; i < PRODUCTS; i++)
			size[i] += f->a[r][i] * f->a[r][i];
	for (int i = 0; i < PRODUCTS; i++)
		size[i] = size[i] > 0 ? sqrt(size[i] / (double)f->n) : 1;
	for (size_t r = 0; r < f->n; r++)
		for (int i = 0; i < PRODUCTS; i++)
			f->a[r][i] /= size[i];
}

/* The factor of f[n] that makes sum |c f - y| / y least: the median of y / f,
 * weighted by f / y. */
static double
best_factor(const double *x, const double *y, size_t n,
	const double weight[PRODUCTS])
{
	double (*ratio)[2] = xcalloc(n, sizeof *ratio);   /* y / f, weight */
	double sum = 0, at = 0;
	size_t i = 0;

	for (size_t r = 0; r < n; r++) {
		ratio[r][0] = y[r] / products_sum(weight, x + r * FEATURES);
		ratio[r][1] = 1 / ratio[r][0];
		sum += ratio[r][1];
	}
	qsort(ratio, n, sizeof *ratio, stats_compare);
	while (i + 1 < n && (at += ratio[i][1]) < sum / 2)
		i++;
	double c = ratio[i][0];
	free(ratio);
	return c;
}

/* b is 0 at least. */
static void
fit_columns(const struct regression *f, double b[PRODUCTS])
{
	double *w = xcalloc(f->n, sizeof *w);
	double g[PRODUCTS][PRODUCTS], c[PRODUCTS];

	memcpy(b, f->prior, sizeof f->prior);
	for (size_t r = 0; r < f->n; r++)
		w[r] = 1;
	for (int k = 0; k < ROUNDS; k++) {
		weigh(f, w, g, c);
		solve(f->columns, g, c, b);
		reweigh(f->a, b, f->n, w);
	}
	free(w);
}

/* What few rows tell, if another device's weights are known: how much faster
 * it is as a whole, and what a call and a decoder layer cost beside. */
static void
guess(double weight[PRODUCTS], const double *x, const double *y, size_t n,
	const double other[PRODUCTS])
{
	enum { CALL = 0, LAYER = 8, WHOLE = 1 };   /* columns, and a free one */
	struct regression f = { xcalloc(n, sizeof *f.a), n, PRODUCTS_HAT,
		{ 0 }, guess_ridge };
	double b[PRODUCTS], size[PRODUCTS] = { 0 };

	for (size_t r = 0; r < n; r++) {
		f.a[r][CALL] = product(CALL, x + r * FEATURES) / y[r];
		f.a[r][LAYER] = product(LAYER, x + r * FEATURES) / y[r];
		f.a[r][WHOLE] = products_sum(other, x + r * FEATURES) / y[r];
	}
	scale_columns(&f, size);
	f.prior[WHOLE] = size[WHOLE] * best_factor(x, y, n, other);
	fit_columns(&f, b);
	for (int i = 0; i < PRODUCTS; i++)
		weight[i] = b[WHOLE] / size[WHOLE] * other[i];
	weight[CALL] += b[CALL] / size[CALL];
	weight[LAYER] += b[LAYER] / size[LAYER];
	free(f.a);
}

/* How many products tell anything of these rows. */
static int
columns(const double *x, size_t n, const double *other)
{
	if (features_seen(x, n) == FEATURES)
		return PRODUCTS;
	for (int i = PRODUCTS_HAT; other && i < PRODUCTS; i++)
		if (other[i] > 0)
			return PRODUCTS;
	return PRODUCTS_HAT;
}

void
products_fit(double weight[PRODUCTS], const double *x, const double *y,
	size_t n, const double *other)
{
	struct regression f = { xcalloc(n, sizeof *f.a), n,
		columns(x, n, other), { 0 }, ridge };
	double b[PRODUCTS], size[PRODUCTS];

	for (size_t r = 0; r < n; r++)
		for (int i = 0; i < f.columns; i++)
			f.a[r][i] = product(i, x + r * FEATURES) / y[r];
	scale_columns(&f, size);
	if (other) {
		guess(weight, x, y, n, other);
		f.hold = prior_ridge;
		for (int i = 0; i < PRODUCTS; i++)
			f.prior[i] = weight[i] * size[i];
	}
	fit_columns(&f, b);
	for (int i = 0; i < PRODUCTS; i++)
		weight[i] = b[i] / size[i];
	double factor = best_factor(x, y, n, weight);
	for (int i = 0; i < PRODUCTS; i++)
		weight[i] *= factor;
	free(f.a);
}
