/* The perceptron against a naive one; its gradient against differences. */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "base/team.h"
#include "predict/mlp.h"
#include "tap.h"

enum { INPUTS = 10, HIDDEN = 37, ROWS = 13 };

static double
weight(const struct mlp *m, int l, int in, int out)
{
	size_t row = l + 1 == m->layers ? 1 : mlp_padded(m->width[l + 1]);

	return (double)m->weight[l][(size_t)in * row + (size_t)out];
}

static double
naive(const struct mlp *m, const float *x)
{
	double a[64] = { 0 }, b[64];

	for (int i = 0; i < m->width[0]; i++)
		a[i] = (double)x[i];
	for (int l = 0; l < m->layers; l++) {
		for (int o = 0; o < m->width[l + 1]; o++) {
			b[o] = (double)m->bias[l][o];
			for (int i = 0; i < m->width[l]; i++)
				b[o] += a[i] * weight(m, l, i, o);
			if (l + 1 < m->layers && b[o] < 0)
				b[o] = 0;
		}
		memcpy(a, b, sizeof a);
	}
	return a[0];
}

static double
naive_loss(const struct mlp *m, const float *x, const float *y, int n,
	double huber)
{
	double sum = 0;

	for (int i = 0; i < n; i++) {
		double e = naive(m, x + (size_t)i * mlp_padded(INPUTS)) -
			(double)y[i];
		sum += huber > 0 && fabs(e) > huber ?
			huber * (2 * fabs(e) - huber) : e * e;
	}
	return sum / n;
}

static void
check_gradient(struct mlp *m, const float *x, const float *y, double huber)
{
	float *grad = xcalloc(m->size, sizeof *grad);
	double loss = mlp_gradient(m, x, y, ROWS, huber, grad), worst = 0;
	struct rng r = rng_seed(5);
	int padding = 0, tried = 0;

	NEAR(loss, naive_loss(m, x, y, ROWS, huber), 1e-5, "loss, huber %g",
		huber);
	for (size_t i = 0; i < m->size; i++)
		padding += m->block[i] == 0 && grad[i] != 0;
	OK(!padding, "padding has no gradient");
	while (tried < 300) {
		size_t i = rng_below(&r, m->size);
		float was = m->block[i];
		if (was == 0)
			continue;
		tried++;
		float step = 1e-3f;
		m->block[i] = was + step;
		double up = naive_loss(m, x, y, ROWS, huber);
		m->block[i] = was - step;
		double down = naive_loss(m, x, y, ROWS, huber);
		m->block[i] = was;
		double off = fabs((up - down) / 2e-3 - (double)grad[i]);
		worst = fmax(worst, off);
	}
	OK(worst < 3e-3, "gradient as by differences (off by %.2g)", worst);
	free(grad);
}

int
main(void)
{
	size_t in = mlp_padded(INPUTS);
	struct rng r = rng_seed(3);
	struct mlp m, copy;
	struct team team;
	float *x = xaligned(ROWS * in * sizeof *x), y[ROWS], guess[ROWS];

	mlp_init(&m, INPUTS, HIDDEN, 3);
	mlp_draw(&m, 1, 2);
	for (int i = 0; i < ROWS; i++) {
		for (int k = 0; k < INPUTS; k++)
			x[(size_t)i * in + (size_t)k] = (float)rng_normal(&r);
		y[i] = (float)rng_normal(&r);
	}
	float *scratch = xaligned(mlp_scratch(&m, ROWS) * sizeof *scratch);
	double worst = 0;
	int alike = 1;
	mlp_predict(&m, x, ROWS, guess, scratch);
	for (int i = 0; i < ROWS; i++) {
		const float *row = x + (size_t)i * in;
		float one;
		worst = fmax(worst, fabs((double)guess[i] - naive(&m, row)));
		mlp_predict(&m, row, 1, &one, scratch);
		alike &= one == guess[i];
	}
	OK(worst < 1e-5, "forward as a naive one (off by %.2g)", worst);
	OK(alike, "one row alone as among others");
	check_gradient(&m, x, y, 0);
	check_gradient(&m, x, y, 0.5);

	struct mlp_plan plan = { .steps = 400, .batch = 8, .lr = 3e-3,
		.seed = 1, .stream = 1 };
	double before = naive_loss(&m, x, y, ROWS, 0);
	mlp_init(&copy, INPUTS, HIDDEN, 3);
	memcpy(copy.block, m.block, m.size * sizeof *m.block);
	mlp_train(&m, x, y, ROWS, &plan);
	double after = naive_loss(&m, x, y, ROWS, 0);
	OK(after < before / 100, "training lowers the loss, %.3g to %.3g",
		before, after);
	team_init(&team, 3);
	plan.team = &team;
	mlp_train(&copy, x, y, ROWS, &plan);
	team_free(&team);
	OK(!memcmp(copy.block, m.block, m.size * sizeof *m.block),
		"threads do not change the weights");
	mlp_free(&copy);
	mlp_free(&m);
	free(scratch);
	free(x);
	return FINISH();
}
