/* The sum of kinds of work: exact data, slow rows, weights that must not be
 * negative. */
#include <stdlib.h>
#include "base/mem.h"
#include "base/rng.h"
#include "predict/products.h"
#include "tap.h"

enum { ROWS = 400 };

static void
draw(double x[FEATURES], struct rng *r)
{
	static const double lo[FEATURES_HAT] =
		{ 512, 6, 512, 2, 512, 1, 512, 2, 2, 1 };

	features_complete(x);
	for (int i = 0; i < FEATURES_HAT; i++)
		x[i] = lo[i] * (1 + (double)rng_below(r, 6));
}

int
main(void)
{
	double *x = xcalloc(ROWS * FEATURES, sizeof *x), y[ROWS];
	double truth[PRODUCTS] = { [0] = 5, [3] = 0.5, [8] = 6, [11] = 3e-6,
		[14] = 0.7 };
	double weight[PRODUCTS], worst = 0, least = 0;
	struct rng r = rng_seed(11);

	for (int i = 0; i < ROWS; i++) {
		draw(x + i * FEATURES, &r);
		y[i] = products_sum(truth, x + i * FEATURES);
	}
	const double f[FEATURES] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	NEAR(products_sum(truth, f),
		5 + 0.5 * 2 + 6 * 6 + 3e-6 * 5 * 6 * 7 + 0.7 * 6 * 10, 1e-12,
		"products of features, summed");
	products_fit(weight, x, y, ROWS, NULL);
	for (int i = 0; i < ROWS; i++)
		worst = fmax(worst, fabs(products_sum(weight,
			x + i * FEATURES) / y[i] - 1));
	OK(worst < 2e-3, "exact data are met within %.2g", worst);
	for (int i = 0; i < ROWS; i += 5)
		y[i] *= 1.25;
	products_fit(weight, x, y, ROWS, NULL);
	worst = 0;
	for (int i = 0; i < ROWS; i++)
		worst = fmax(worst, fabs(products_sum(weight,
			x + i * FEATURES) / y[i] - 1) * (i % 5 != 0));
	OK(worst < 0.02, "a fifth of slow rows moves the others by %.2g",
		worst);
	for (int i = 0; i < PRODUCTS; i++)
		least = fmin(least, weight[i]);
	OK(least >= 0, "no work takes less than no time");

	/* a device three times as slow, with other costs a call and a layer */
	double other[PRODUCTS], mean = 0;
	for (int i = 0; i < PRODUCTS; i++)
		other[i] = 3 * truth[i];
	other[0] += 20;
	other[8] += 10;
	for (int i = 0; i < ROWS; i++)
		y[i] = products_sum(other, x + i * FEATURES);
	products_fit(weight, x, y, 8, truth);
	for (int i = 8; i < ROWS; i++)
		mean += fabs(products_sum(weight, x + i * FEATURES) / y[i] -
			1) / (ROWS - 8);
	OK(mean < 0.02, "eight rows of it and the first one's weights predict "
		"it within %.2g", mean);
	for (int i = 0; i < ROWS; i++)
		y[i] = products_sum(truth, x + i * FEATURES) *
			(i % 3 ? 1 : 1.5);
	products_fit(weight, x, y, ROWS, NULL);
	double before = 0, less = 0, more = 0;
	for (int i = 0; i < ROWS; i++) {
		double v = products_sum(weight, x + i * FEATURES);
		before += fabs(v / y[i] - 1);
		less += fabs(0.99 * v / y[i] - 1);
		more += fabs(1.01 * v / y[i] - 1);
	}
	OK(before < less && before < more,
		"no factor would lower the mean relative error");
	free(x);
	return FINISH();
}
