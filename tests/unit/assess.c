/* Baselines, learning curves, intervals: on made-up rows whose law is known. */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "predict/assess.h"
#include "predict/baseline.h"
#include "tap.h"

enum { ROWS = 300 };

/* Features; latency by layers and width, each +-spread. */
static void
draw(double *x, double *y, double spread, struct rng *r)
{
	for (int i = 0; i < ROWS; i++) {
		double *f = x + i * FEATURES;
		features_complete(f);
		for (int k = 0; k < FEATURES_HAT; k++)
			f[k] = 1 + (double)rng_below(r, 6);
		f[4] = 512 + 128 * (double)rng_below(r, 2);
		y[i] = (20 + 10 * f[5] + 0.02 * f[4]) *
			(1 + spread * (2 * rng_unit(r) - 1));
	}
}

static double
error(int layers_alone, const double *x, const double *y)
{
	double guess[ROWS], sum = 0;

	baseline_predict(layers_alone, x, y, 100, x, ROWS, guess);
	for (int i = 100; i < ROWS; i++)
		sum += fabs(guess[i] / y[i] - 1) / (ROWS - 100);
	return sum;
}

static void
check_interval(const double *x, const double *y)
{
	struct predictor_plan plan = { .seed = 1, .threads = 1, .steps = 50 };
	struct score s = score_fold(x, y, ROWS, 100, 100, &plan);
	struct predictor p = { .unit = 1 };
	double ratio[19];

	OK(s.coverage > 0.8 && s.coverage < 0.98, "the interval covers %g of "
		"what the fit has not seen", s.coverage);
	OK(s.width > 14 && s.width < 24, "noise of 10%% makes it %g%% wide",
		s.width);
	for (int i = 0; i < 19; i++)
		ratio[i] = 1 + (i * 7 % 19) / 100.;
	predictor_interval(&p, ratio, 19);
	NEAR(p.interval[0], 1, 1e-12, "19 ratios: from the smallest");
	NEAR(p.interval[1], 1.18, 1e-12, "to the largest");
}

static void
check_curve(const double *x, const double *y)
{
	struct predictor_plan plan = { .seed = 1, .threads = 1, .steps = 20,
		.hidden = 16, .layers = 1 };
	struct curve c;

	curve_draw(&c, x, y, ROWS, 40, &plan);
	OK(c.n == 4 && c.at[0].archs == 50 && c.at[2].archs == 200 &&
		c.at[3].archs == 260, "points at 50, 100, 200 and all, 260");
	struct score *s = c.at[3].score;
	OK(s[CURVE_OURS].mape < 7 && s[CURVE_RIDGE].mape < 7 &&
		s[CURVE_LAYERS].mape < 8 && s[CURVE_HAT].mape > 8,
		"scores %g, ridge %g, layers %g, few steps of HAT's %g",
		s[CURVE_OURS].mape, s[CURVE_RIDGE].mape, s[CURVE_LAYERS].mape,
		s[CURVE_HAT].mape);
	OK(isnan(s[CURVE_LAYERS].coverage) && s[CURVE_OURS].coverage > 0.7,
		"only the fits have intervals");

	struct curve made = { .n = 2, .at = { { .archs = 100 },
		{ .archs = 200 } } };
	for (int d = 0; d < CURVE_DRAWS; d++) {
		made.at[0].mape[d] = 10 + 0.1 * d;
		made.at[1].mape[d] = 8 + 0.1 * d;
	}
	NEAR(curve_promise(&made), 1, 1e-9, "2 points off: 1 more to expect");
	made.at[1].mape[0] = 14;
	NEAR(curve_promise(&made), 0, 0, "nothing, if that may be chance");
	made.n = 1;
	NEAR(curve_promise(&made), 0, 0, "nor from one point");
}

int
main(void)
{
	double *x = xcalloc(ROWS * FEATURES, sizeof *x);
	double *y = xcalloc(ROWS, sizeof *y);
	struct rng r = rng_seed(7);

	draw(x, y, 0, &r);
	OK(error(0, x, y) < 2e-3, "ridge meets a linear law, by %.2g",
		error(0, x, y));
	double layers = error(1, x, y);
	OK(layers > 0.01 && layers < 0.04, "layers alone leave the width: "
		"%.2g", layers);
	draw(x, y, 0.1, &r);
	check_interval(x, y);
	check_curve(x, y);
	free(y);
	free(x);
	return FINISH();
}
