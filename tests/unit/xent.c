/* Output layer and label-smoothed loss over several chunks of rows: values
 * against naive loops, gradients by finite differences. */
#include "num.h"

enum { T = 1043, D = 5, V = 19, LD = 8 };   /* chunks of 1024 and 19 rows */

struct loss {
	double *h, *w;         /* [T, D], [V, D] */
	const int *target;
	double smooth, grad;
	int from, to;          /* rows */
	double *nll;           /* sum, or NULL */
};

/* grad x the sum of the rows' losses */
static double
loss_sum(const void *what)
{
	const struct loss *l = what;
	double total = 0;

	for (int i = l->from; i < l->to; i++) {
		double x[V], all = 0, sum = 0;
		for (int j = 0; j < V; j++) {
			x[j] = 0;
			for (int p = 0; p < D; p++)
				x[j] += l->h[i * D + p] * l->w[j * D + p];
			sum += exp(x[j]);
		}
		for (int j = 0; j < V; j++)
			all += log(sum) - x[j];
		double nll = log(sum) - x[l->target[i]];
		if (l->nll)
			*l->nll += nll;
		total += (1 - l->smooth) * nll + l->smooth / V * all;
	}
	return total * l->grad;
}

static void
test_loss(const struct num *num, struct rng *r, double smooth)
{
	struct check c = check_new("nn_xent's gradients", num->k->name, 1e-5);
	struct mat h = mat_random(r, T, D, D, 1, 0);
	struct mat w = mat_random(r, V, D, LD, 1, 0);
	struct mat dh = mat_random(r, T, D, D, 1, 0);
	struct mat dw = mat_random(r, V, D, LD, 1, 0), dw0 = mat_copy(&dw);
	float *scratch = xmalloc(nn_xent_scratch(V) * sizeof *scratch);
	double nll = 0, *want = xmalloc(T * D * sizeof *want);
	int target[T];
	struct loss l = { mat_doubles(&h), mat_doubles(&w), target, smooth, 1,
		0, T, &nll };

	for (int i = 0; i < T; i++)
		target[i] = (int)rng_below(r, V);
	double loss = loss_sum(&l);
	struct xent x = nn_xent(num, T, D, V, h.x, w.x, LD, target,
		(float)smooth, 0.3f, NULL, NULL, scratch);
	NEAR(x.loss, loss, 1e-6, "nn_xent's loss, smoothed by %g, %s", smooth,
		num->k->name);
	NEAR(x.nll, nll, 1e-6, "its nll");
	struct xent y = nn_xent(num, T, D, V, h.x, w.x, LD, target,
		(float)smooth, 0.3f, dh.x, dw.x, scratch);
	OK(x.loss == y.loss && x.nll == y.nll, "the same with gradients");
	l.nll = NULL;
	l.grad = 0.3;
	for (int i = 0; i < V * D; i++)
		want[i] = at(&dw0, i / D, i % D) + slope(loss_sum, &l, l.w + i);
	check_mat(&c, &dw, want, "dw");
	for (int i = 0; i < T * D; i++) {
		l.from = i / D;
		l.to = i / D + 1;
		want[i] = slope(loss_sum, &l, l.h + i);
	}
	check_mat(&c, &dh, want, "dh");
	check_end(&c);
	free(l.h);
	free(l.w);
	free(want);
	free(scratch);
	mat_free(&h);
	mat_free(&w);
	mat_free(&dh);
	mat_free(&dw);
	mat_free(&dw0);
}

int
main(void)
{
	const struct kernels *k[TABLES_MAX];
	int n = tables(k);
	struct rng r = rng_seed(15);

	for (int i = 0; i < n; i++) {
		struct num num = num_init(2, DTYPE_FP32, kernels_best());
		num.k = k[i];
		test_loss(&num, &r, 0);
		test_loss(&num, &r, 0.1);
		num_free(&num);
	}
	return FINISH();
}
