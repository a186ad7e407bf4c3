/* HAT's own perceptron: the features over constants, squared error of the
 * latency over its mean. */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/stats.h"
#include "predictor_hat.h"

const double predictor_hat_scale[FEATURES_HAT] =
	{ 640, 6, 2048, 6, 640, 6, 2048, 6, 6, 2 };

struct ticker {
	const struct predictor_plan *plan;
	double steps;
};

static void
tick(void *data, long step)
{
	struct ticker *t = data;

	if (t->plan->tick)
		t->plan->tick(t->plan->data, (double)step / t->steps);
}

void
predictor_fit_hat(struct predictor *p, const double *x, const double *y,
	size_t n, const struct predictor_plan *plan, struct team *team)
{
	float *goal = xcalloc(n, sizeof *goal);
	struct mlp_plan mp = {
		.steps = plan->steps ? plan->steps : 5000,
		.batch = plan->batch ? plan->batch : 128,
		.lr = plan->lr > 0 ? plan->lr : 1e-5,
		.seed = plan->seed, .stream = RNG_HAT_MLP,
		.team = team, .tick = tick,
	};
	struct ticker ticker = { plan, (double)mp.steps };

	mp.data = &ticker;
	memcpy(p->scale, predictor_hat_scale, sizeof predictor_hat_scale);
	/* HAT sets 200, 300 or 5,000 by hand, near the mean of each set */
	p->unit = stats_mean(y, n);
	float *rows = predictor_rows(p, x, n);
	for (size_t i = 0; i < n; i++)
		goal[i] = (float)(y[i] / p->unit);
	mlp_init(&p->member[0], FEATURES_HAT, plan->hidden ? (int)plan->hidden :
		400, plan->layers ? (int)plan->layers : 4);
	p->members = 1;
	mlp_draw(&p->member[0], plan->seed, RNG_HAT_MLP);
	mlp_train(&p->member[0], rows, goal, n, &mp);
	free(rows);
	free(goal);
}
