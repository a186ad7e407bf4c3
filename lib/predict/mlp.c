#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "base/team.h"
#include "mlp.h"
#include "num/dense.h"

static size_t
whole(size_t n, size_t of)
{
	return (n + of - 1) / of * of;
}

size_t
mlp_padded(int n)
{
	return whole((size_t)n, DENSE_LANES);
}

/* Point the weights of to, which has from's widths, into block. */
static size_t
lay_out(const struct mlp *m, float *block, float *weight[], float *bias[])
{
	size_t at = 0;

	for (int l = 0; l < m->layers; l++) {
		int last = l + 1 == m->layers;
		size_t in = mlp_padded(m->width[l]);
		size_t out = mlp_padded(m->width[l + 1]);
		weight[l] = block ? block + at : NULL;
		at += last ? in : in * out;
		bias[l] = block ? block + at : NULL;
		at += out;
	}
	return at;
}

void
mlp_init(struct mlp *m, int inputs, int hidden, int hidden_layers)
{
	*m = (struct mlp){ .layers = hidden_layers + 1 };
	m->width[0] = inputs;
	for (int l = 1; l <= hidden_layers; l++)
		m->width[l] = hidden;
	m->width[m->layers] = 1;
	m->size = lay_out(m, NULL, m->weight, m->bias);
	m->block = xaligned(m->size * sizeof(float));
	lay_out(m, m->block, m->weight, m->bias);
}

void
mlp_free(struct mlp *m)
{
	free(m->block);
	*m = (struct mlp){ 0 };
}

void
mlp_draw(struct mlp *m, uint64_t seed, uint64_t stream)
{
	struct rng r = rng_stream(seed, stream, 0);

	for (int l = 0; l < m->layers; l++) {
		int in = m->width[l], out = m->width[l + 1];
		size_t row = l + 1 == m->layers ? 1 : mlp_padded(out);
		double bound = 1 / sqrt(in);
		for (int o = 0; o < out; o++)
			for (int i = 0; i < in; i++)
				m->weight[l][(size_t)i * row + (size_t)o] =
					(float)(bound * (2 * rng_unit(&r) - 1));
		for (int o = 0; o < out; o++)
			m->bias[l][o] =
				(float)(bound * (2 * rng_unit(&r) - 1));
	}
}

/* What a pass over some rows needs. */
struct activations {
	struct team *team;             /* or NULL: the caller alone */
	size_t rows;                   /* padded to tiles, or 1 */
	float *at[MLP_LAYERS_MAX];     /* [rows x padded]: inputs, then the
	                                  outputs of the hidden layers */
};

static struct activations
activations_init(const struct mlp *m, int rows, struct team *team,
	struct arena *a)
{
	struct activations p = { team, rows == 1 ? 1 :
		whole((size_t)rows, DENSE_TILE), { NULL } };

	for (int l = 0; l < m->layers; l++)
		p.at[l] = arena_floats(a, p.rows * mlp_padded(m->width[l]));
	return p;
}

/* From p->at[0], which is filled, to y[rows]. */
static void
forward(const struct mlp *m, const struct activations *p, int rows, float *y)
{
	int last = m->layers - 1;
	size_t in = mlp_padded(m->width[last]);

	for (int l = 0; l < last; l++) {
		size_t out = mlp_padded(m->width[l + 1]);
		dense_multiply(&(struct dense){ p->at[l], m->weight[l],
			m->bias[l], p->at[l + 1], p->rows, out,
			(size_t)m->width[l], mlp_padded(m->width[l]), 1, out,
			out }, p->team);
		dense_relu(p->rows * out, p->at[l + 1]);
	}
	for (int i = 0; i < rows; i++) {
		const float *x = p->at[last] + (size_t)i * in;
		double sum = m->bias[last][0];
		for (size_t k = 0; k < in; k++)
			sum += (double)(x[k] * m->weight[last][k]);
		y[i] = (float)sum;
	}
}

size_t
mlp_scratch(const struct mlp *m, int rows)
{
	struct arena a = { 0 };

	activations_init(m, rows, NULL, &a);
	return a.used / sizeof(float);
}

void
mlp_predict(const struct mlp *m, const float *x, int rows, float *y,
	float *scratch)
{
	struct arena a = { (char *)scratch, SIZE_MAX / 8, 0, 0 };
	struct activations p = activations_init(m, rows, NULL, &a);
	size_t in = mlp_padded(m->width[0]);

	memcpy(p.at[0], x, (size_t)rows * in * sizeof *x);
	memset(p.at[0] + (size_t)rows * in, 0,
		(p.rows - (size_t)rows) * in * sizeof *x);
	forward(m, &p, rows, y);
}

/* --- training --- */

struct train {
	struct activations pass;
	float *y, *goal;           /* [batch] */
	float *slope;              /* [batch], of the loss by y */
	float *down[2];            /* [rows x widest]: by a layer's outputs */
	float *flipped;            /* [widest x widest]: a transposed weight */
	float *grad, *m, *v;       /* as the block of weights */
};

static struct train
train_init(const struct mlp *m, int rows, struct team *team, struct arena *a)
{
	struct train t = { .pass = activations_init(m, rows, team, a) };
	size_t wide = 0;

	for (int l = 0; l < m->layers; l++)
		if (mlp_padded(m->width[l]) > wide)
			wide = mlp_padded(m->width[l]);
	t.y = arena_floats(a, (size_t)rows);
	t.goal = arena_floats(a, (size_t)rows);
	t.slope = arena_floats(a, (size_t)rows);
	t.down[0] = arena_floats(a, t.pass.rows * wide);
	t.down[1] = arena_floats(a, t.pass.rows * wide);
	t.flipped = arena_floats(a, wide * wide);
	t.grad = arena_floats(a, m->size);
	t.m = arena_floats(a, m->size);
	t.v = arena_floats(a, m->size);
	return t;
}

/* In memory of its own, a. */
static struct train
train_new(const struct mlp *m, int rows, struct team *team, struct arena *a)
{
	*a = (struct arena){ 0 };
	train_init(m, rows, team, a);
	*a = (struct arena){ xaligned(a->used), a->used, 0, 0 };
	return train_init(m, rows, team, a);
}

/* Mean loss, and its slopes. */
static double
loss(struct train *t, int rows, double huber)
{
	double sum = 0;

	for (int i = 0; i < rows; i++) {
		double e = t->y[i] - t->goal[i];
		int far = huber > 0 && fabs(e) > huber;
		sum += far ? huber * (2 * fabs(e) - huber) : e * e;
		t->slope[i] = (float)((far ? copysign(2 * huber, e) : 2 * e) /
			rows);
	}
	return sum / rows;
}

static void
backward(const struct mlp *m, struct train *t, int rows)
{
	float *weight[MLP_LAYERS_MAX], *bias[MLP_LAYERS_MAX];
	const struct activations *p = &t->pass;
	float *down = t->down[0], *next = t->down[1];
	int l = m->layers - 1;
	size_t in = mlp_padded(m->width[l]);

	lay_out(m, t->grad, weight, bias);
	memset(weight[l], 0, in * sizeof(float));
	bias[l][0] = 0;
	for (size_t i = 0; i < (size_t)rows; i++) {
		bias[l][0] += t->slope[i];
		for (size_t k = 0; k < in; k++) {
			weight[l][k] += t->slope[i] * p->at[l][i * in + k];
			down[i * in + k] = t->slope[i] * m->weight[l][k];
		}
	}
	while (l-- > 0) {
		size_t out = in;
		in = mlp_padded(m->width[l]);
		dense_relu_back(p->at[l + 1], down, rows, out, bias[l]);
		dense_multiply(&(struct dense){ p->at[l], down, NULL,
			weight[l], whole((size_t)m->width[l], DENSE_TILE), out,
			(size_t)rows, 1, in, out, out }, p->team);
		if (!l)
			break;
		dense_turn(m->weight[l], in, out, t->flipped);
		dense_multiply(&(struct dense){ down, t->flipped, NULL,
			next, p->rows, in, (size_t)m->width[l + 1], out, 1,
			in, in }, p->team);
		float *swap = down;
		down = next;
		next = swap;
	}
}

/* Read batch rows, drawn without repetition, from x and y. order: [n]. */
static void
draw_batch(struct train *t, const float *x, const float *y, size_t in,
	size_t *order, size_t n, size_t batch, struct rng *r)
{
	for (size_t i = 0; i < batch; i++) {
		size_t j = i + rng_below(r, n - i), row = order[j];
		order[j] = order[i];
		order[i] = row;
		memcpy(t->pass.at[0] + i * in, x + row * in, in * sizeof *x);
		t->goal[i] = y[row];
	}
}

static void
step_adam(struct mlp *m, struct train *t, const struct mlp_plan *plan, long s)
{
	double share = (double)s / (double)plan->steps;
	double rate = plan->lr * (plan->anneal ?
		0.5 + 0.5 * cos(3.141592653589793 * share) : 1);
	struct dense_adam adam = {
		(float)(rate / (1 - pow(0.9, (double)s + 1))),
		(float)(1 / sqrt(1 - pow(0.999, (double)s + 1))),
		(float)(rate * plan->decay),
	};

	dense_step(&adam, m->size, m->block, t->grad, t->m, t->v, plan->team);
}

void
mlp_train(struct mlp *m, const float *x, const float *y, size_t n,
	const struct mlp_plan *plan)
{
	size_t batch = (size_t)plan->batch < n ? (size_t)plan->batch : n;
	struct rng r = rng_stream(plan->seed, plan->stream, 1);
	size_t *order = xcalloc(n, sizeof *order);
	struct arena a;
	struct train t = train_new(m, (int)batch, plan->team, &a);

	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (long s = 0; s < plan->steps; s++) {
		draw_batch(&t, x, y, mlp_padded(m->width[0]), order, n, batch,
			&r);
		forward(m, &t.pass, (int)batch, t.y);
		loss(&t, (int)batch, plan->huber);
		backward(m, &t, (int)batch);
		step_adam(m, &t, plan, s);
		if (plan->tick)
			plan->tick(plan->data, s + 1);
	}
	free(a.base);
	free(order);
}

double
mlp_gradient(const struct mlp *m, const float *x, const float *y, int n,
	double huber, float *grad)
{
	struct arena a;
	struct train t = train_new(m, n, NULL, &a);

	memcpy(t.pass.at[0], x, (size_t)n * mlp_padded(m->width[0]) *
		sizeof *x);
	memcpy(t.goal, y, (size_t)n * sizeof *y);
	forward(m, &t.pass, n, t.y);
	double mean = loss(&t, n, huber);
	backward(m, &t, n);
	memcpy(grad, t.grad, m->size * sizeof *grad);
	free(a.base);
	return mean;
}
