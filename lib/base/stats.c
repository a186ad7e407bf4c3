#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "mem.h"
#include "stats.h"

int
stats_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
stats_sort(double *x, size_t n)
{
	if (n)
		qsort(x, n, sizeof *x, stats_compare);
}

double
stats_quantile(const double *x, size_t n, double p)
{
	if (!n)
		return NAN;
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;
	if (i + 1 >= n)
		return x[n - 1];
	return x[i] + (at - (double)i) * (x[i + 1] - x[i]);
}

double
stats_median(const double *x, size_t n)
{
	double *sorted = xcalloc(n, sizeof *sorted);

	memcpy(sorted, x, n * sizeof *x);
	stats_sort(sorted, n);
	double median = stats_quantile(sorted, n, 0.5);
	free(sorted);
	return median;
}

void
stats_huber(double *x, size_t n)
{
	double bound = fmax(stats_median(x, n), 1e-6);

	for (size_t i = 0; i < n; i++)
		x[i] = bound / fmax(x[i], bound);
}

double
stats_mean(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return n ? sum / (double)n : NAN;
}

double
stats_t975(double f)
{
	/* Cornish and Fisher's expansion about the normal quantile; f < 3:
	 * from tables */
	double z = 1.959964, c[3];

	if (f < 3)
		return f < 2 ? 12.7062 : 4.30265;
	c[0] = (pow(z, 3) + z) / 4;
	c[1] = (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / 96;
	c[2] = (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) /
		384;
	return z + c[0] / f + c[1] / (f * f) + c[2] / (f * f * f);
}

double
stats_rmse(const double *t, const double *g, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (t[i] - g[i]) * (t[i] - g[i]);
	return sqrt(sum / (double)n);
}

double
stats_mape(const double *t, const double *g, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabs(t[i] - g[i]) / fabs(t[i]);
	return 100 * sum / (double)n;
}

double
stats_r2(const double *t, const double *g, size_t n)
{
	double mean = stats_mean(t, n), res = 0, tot = 0;

	for (size_t i = 0; i < n; i++) {
		res += (t[i] - g[i]) * (t[i] - g[i]);
		tot += (t[i] - mean) * (t[i] - mean);
	}
	return 1 - res / tot;
}
