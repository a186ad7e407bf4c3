#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/stats.h"
#include "baseline.h"

/* A column for each feature that is seen, and a constant. */
enum { COLUMNS = FEATURES + 1, DECODER_LAYERS = 5, ROUNDS = 25 };
/* Of few rows features are held to 0, or they would be fitted to chance; the
 * constant, the last column, is not. */
static const double ridge = 1e-4, ridge_of_few = 0.1;

/* A constant and what is seen of the features, in units near 1. */
struct scaling {
	int features;        /* FEATURES, or only HAT's */
	double mean[FEATURES], scale[FEATURES];
};

static struct scaling
scaling_of(const double *x, size_t n, int layers_alone)
{
	struct scaling v = { features_seen(x, n), { 0 }, { 0 } };

	for (int i = 0; i < v.features; i++) {
		double square = 0, count = (double)n;
		for (size_t r = 0; r < n; r++)
			v.mean[i] += x[r * FEATURES + i] / count;
		for (size_t r = 0; r < n; r++)
			square += pow(x[r * FEATURES + i] - v.mean[i], 2);
		if (square > 0 && (!layers_alone || i == DECODER_LAYERS))
			v.scale[i] = sqrt(square / count);
	}
	return v;
}

static void
see(const struct scaling *v, const double f[FEATURES], double to[COLUMNS])
{
	to[v->features] = 1;
	for (int i = 0; i < v->features; i++)
		to[i] = v->scale[i] > 0 ? (f[i] - v->mean[i]) / v->scale[i] :
			0;
}

/* g[n,n] b = c by Cholesky; g, symmetric and positive, is lost. */
static void
solve(int n, double g[COLUMNS][COLUMNS], const double c[COLUMNS],
	double b[COLUMNS])
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j <= i; j++) {
			double v = g[i][j];
			for (int k = 0; k < j; k++)
				v -= g[i][k] * g[j][k];
			g[i][j] = i == j ? sqrt(v) : v / g[j][j];
		}
	for (int i = 0; i < n; i++) {
		b[i] = c[i];
		for (int k = 0; k < i; k++)
			b[i] -= g[i][k] * b[k];
		b[i] /= g[i][i];
	}
	for (int i = n; i-- > 0; ) {
		for (int k = i + 1; k < n; k++)
			b[i] -= g[k][i] * b[k];
		b[i] /= g[i][i];
	}
}

static double
dot(int n, const double a[COLUMNS], const double b[COLUMNS])
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

/* a: [n x columns], w: [n]. The goal of each row is 1. */
static void
step(int columns, double (*a)[COLUMNS], const double *w, size_t n,
	double hold, double b[COLUMNS])
{
	double g[COLUMNS][COLUMNS] = { { 0 } }, c[COLUMNS] = { 0 }, trace = 0;

	for (size_t r = 0; r < n; r++)
		for (int i = 0; i < columns; i++) {
			c[i] += w[r] * a[r][i];
			for (int j = 0; j < columns; j++)
				g[i][j] += w[r] * a[r][i] * a[r][j];
		}
	for (int i = 0; i < columns; i++)
		trace += g[i][i];
	for (int i = 0; i < columns; i++)
		g[i][i] += (i + 1 < columns ? hold : ridge) * trace / columns;
	solve(columns, g, c, b);
}

void
baseline_predict(enum baseline of, const double *x, const double *y,
	size_t n, const double *to, size_t m, double *guess)
{
	struct scaling v = scaling_of(x, n, of == BY_LAYERS);
	double hold = of == BY_FEW ? ridge_of_few : ridge;
	double (*a)[COLUMNS] = xcalloc(n, sizeof *a), b[COLUMNS], seen[COLUMNS];
	double *w = xcalloc(n, sizeof *w);
	int columns = v.features + 1;

	for (size_t r = 0; r < n; r++) {
		see(&v, x + r * FEATURES, a[r]);
		for (int i = 0; i < columns; i++)
			a[r][i] /= y[r];
		w[r] = 1;
	}
	for (int k = 0; k < ROUNDS; k++) {
		step(columns, a, w, n, hold, b);
		for (size_t r = 0; r < n; r++)
			w[r] = fabs(dot(columns, a[r], b) - 1);
		stats_huber(w, n);
	}
	for (size_t r = 0; r < m; r++) {
		see(&v, to + r * FEATURES, seen);
		guess[r] = dot(columns, seen, b);
	}
	free(w);
	free(a);
}
