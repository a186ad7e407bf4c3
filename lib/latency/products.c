#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "mem.h"
#include "products.h"
#include "stats.h"

enum { ROUNDS = 25, SWEEPS = 1000 };
static const double ridge = 1e-5;

/* Columns: encoder width, layers, FFN, heads; decoder width, layers, FFN,
 * self heads, cross heads, encoder layers attended to. */
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

/* Minimise b'Gb/2 - c'b over b >= 0, one coordinate after another. */
static void
solve(double g[PRODUCTS][PRODUCTS], const double c[PRODUCTS],
	double b[PRODUCTS])
{
	for (int s = 0; s < SWEEPS; s++) {
		double moved = 0;
		for (int i = 0; i < PRODUCTS; i++) {
			double slope = c[i];
			for (int j = 0; j < PRODUCTS; j++)
				slope -= g[i][j] * b[j];
			double to = fmax(0, b[i] + slope / g[i][i]);
			moved = fmax(moved, fabs(to - b[i]));
			b[i] = to;
		}
		if (moved < 1e-9)
			break;
	}
}

/* a: [n x PRODUCTS] products over y, w: [n]. The goal of each row is 1. */
static void
weigh(double (*a)[PRODUCTS], const double *w, size_t n,
	double g[PRODUCTS][PRODUCTS], double c[PRODUCTS])
{
	double sum = 0;

	memset(g, 0, sizeof(double[PRODUCTS][PRODUCTS]));
	memset(c, 0, sizeof(double[PRODUCTS]));
	for (size_t r = 0; r < n; r++) {
		sum += w[r];
		for (int i = 0; i < PRODUCTS; i++) {
			double x = w[r] * a[r][i];
			c[i] += x;
			for (int j = 0; j < PRODUCTS; j++)
				g[i][j] += x * a[r][j];
		}
	}
	for (int i = 0; i < PRODUCTS; i++)
		g[i][i] += ridge * sum;
}

/* Weights of the rows for the next round: as in least squares up to the
 * median error, falling beyond it (Huber). */
static void
reweigh(double (*a)[PRODUCTS], const double *b, size_t n, double *w,
	double *sorted)
{
	for (size_t r = 0; r < n; r++) {
		double v = -1;
		for (int i = 0; i < PRODUCTS; i++)
			v += a[r][i] * b[i];
		sorted[r] = w[r] = fabs(v);
	}
	stats_sort(sorted, n);
	double bound = fmax(stats_median(sorted, n), 1e-6);
	for (size_t r = 0; r < n; r++)
		w[r] = bound / fmax(w[r], bound);
}

void
products_fit(double weight[PRODUCTS], const double *x,
	const double *y, size_t n)
{
	double (*a)[PRODUCTS] = xcalloc(n, sizeof *a);
	double *w = xcalloc(2 * n, sizeof *w);
	double g[PRODUCTS][PRODUCTS], c[PRODUCTS], b[PRODUCTS] = { 0 };
	double scale[PRODUCTS] = { 0 };

	for (size_t r = 0; r < n; r++) {
		w[r] = 1;
		for (int i = 0; i < PRODUCTS; i++) {
			a[r][i] = product(i, x + r * FEATURES) / y[r];
			scale[i] += a[r][i] * a[r][i];
		}
	}
	for (int i = 0; i < PRODUCTS; i++)
		scale[i] = sqrt(scale[i] / (double)n);
	for (size_t r = 0; r < n; r++)
		for (int i = 0; i < PRODUCTS; i++)
			a[r][i] /= scale[i];
	for (int k = 0; k < ROUNDS; k++) {
		weigh(a, w, n, g, c);
		solve(g, c, b);
		reweigh(a, b, n, w, w + n);
	}
	for (int i = 0; i < PRODUCTS; i++)
		weight[i] = b[i] / scale[i];
	free(a);
	free(w);
}
