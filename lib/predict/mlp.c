#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "mem.h"
#include "mlp.h"
#include "rng.h"
#include "team.h"

/* A tile of a product is up to TILE rows, as many as the registers hold, by
 * MLP_LANES columns; a block of ROWS rows is what a thread takes at a time.
 * The sum runs in the same order wherever the tile lies, so threads do not
 * change the bytes. */
enum { TILE = 8, ROWS = 32, HALF = MLP_LANES / 2, CHUNK = 1 << 14 };

typedef float vec __attribute__((vector_size(HALF * sizeof(float))));

#define INLINE static inline __attribute__((always_inline))

/* c[m x MLP_LANES] = bias + a[m x k] b[k x MLP_LANES], m a multiple of
 * TILE, or 1. a's rows are ar floats apart, its columns ak; b's and c's rows
 * ldb, ldc. */
struct product {
	const float *a, *b, *bias;   /* bias [columns], or NULL */
	float *c;
	size_t m, n, k, ar, ak, ldb, ldc;
};

INLINE void
panel_body(const struct product *p, size_t row, size_t col, int tile)
{
	size_t end = row + ROWS < p->m ? row + ROWS : p->m;

	for (size_t i = row; i < end; i += (size_t)tile) {
		const float *a = p->a + i * p->ar, *b = p->b + col;
		vec sum[TILE][2];
		for (int r = 0; r < tile; r++)
			for (int h = 0; h < 2; h++)
				sum[r][h] = p->bias ? *(const vec *)(p->bias +
					col + h * HALF) : (vec){ 0 };
		for (size_t k = 0; k < p->k; k++, a += p->ak, b += p->ldb) {
			vec left = *(const vec *)b;
			vec right = *(const vec *)(b + HALF);
			for (int r = 0; r < tile; r++) {
				float x = a[(size_t)r * p->ar];
				sum[r][0] += x * left;
				sum[r][1] += x * right;
			}
		}
		for (int r = 0; r < tile; r++) {
			float *c = p->c + (i + (size_t)r) * p->ldc + col;
			*(vec *)c = sum[r][0];
			*(vec *)(c + HALF) = sum[r][1];
		}
	}
}

struct adam {
	float rate, unbias, decay;   /* unbias: 1 / sqrt(1 - beta2^t) */
};

INLINE void
adam_body(float *restrict w, const float *restrict g, float *restrict m,
	float *restrict v, size_t n, const struct adam *a)
{
	float rate = a->rate, unbias = a->unbias, keep = 1 - a->decay;

	for (size_t i = 0; i < n; i++) {
		float to = 0.9f * m[i] + 0.1f * g[i];
		/* a dead unit's momentum would shrink to slow denormals */
		m[i] = fabsf(to) < 1e-30f ? 0 : to;
		v[i] = 0.999f * v[i] + 0.001f * (g[i] * g[i]);
		w[i] = keep * w[i] - rate * m[i] /
			(sqrtf(v[i]) * unbias + 1e-8f);
	}
}

struct kernels {
	void (*panel)(const struct product *, size_t row, size_t col);
	void (*adam)(float *, const float *, float *, float *, size_t,
		const struct adam *);
};

#define KERNELS(isa, tile, attribute) \
attribute static void \
panel_##isa(const struct product *p, size_t row, size_t col) \
{ \
	if (p->m == 1) \
		panel_body(p, row, col, 1); \
	else \
		panel_body(p, row, col, tile); \
} \
attribute static void \
adam_##isa(float *w, const float *g, float *m, float *v, size_t n, \
	const struct adam *a) \
{ adam_body(w, g, m, v, n, a); } \
static const struct kernels kernels_##isa = { panel_##isa, adam_##isa }

KERNELS(plain, 4, );
#ifdef __x86_64__
KERNELS(avx2, 4, __attribute__((target("avx2,fma"))));
KERNELS(avx512, 8, __attribute__((target("avx512f,avx2,fma"))));
#endif

static const struct kernels *
kernels_here(void)
{
#ifdef __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f"))
		return &kernels_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return &kernels_avx2;
#endif
	return &kernels_plain;
}

/* A product for those who form its panels. */
struct panels {
	const struct kernels *kernels;
	const struct product *p;
	size_t blocks;
};

static void
form_panel(void *arg, int i, int me)
{
	const struct panels *f = arg;
	size_t at = (size_t)i;

	(void)me;
	f->kernels->panel(f->p, at % f->blocks * ROWS,
		at / f->blocks * MLP_LANES);
}

static void
multiply(const struct kernels *k, const struct product *p, struct team *team)
{
	struct panels f = { k, p, (p->m + ROWS - 1) / ROWS };
	size_t n = f.blocks * (p->n / MLP_LANES);

	team_for(team, (int)n, form_panel, &f);
}

static size_t
whole(size_t n, size_t of)
{
	return (n + of - 1) / of * of;
}

size_t
mlp_padded(int n)
{
	return whole((size_t)n, MLP_LANES);
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
struct pass {
	const struct kernels *kernels;
	struct team *team;             /* or NULL: the caller alone */
	size_t rows;                   /* padded to tiles, or 1 */
	float *at[MLP_LAYERS_MAX];     /* [rows x padded]: inputs, then the
	                                  outputs of the hidden layers */
};

static struct pass
pass_init(const struct mlp *m, int rows, struct team *team, struct arena *a)
{
	struct pass p = { kernels_here(), team, rows == 1 ? 1 :
		whole((size_t)rows, TILE), { NULL } };

	for (int l = 0; l < m->layers; l++)
		p.at[l] = arena_floats(a, p.rows * mlp_padded(m->width[l]));
	return p;
}

/* From p->at[0], which is filled, to y[rows]. */
static void
forward(const struct mlp *m, const struct pass *p, int rows, float *y)
{
	int last = m->layers - 1;
	size_t in = mlp_padded(m->width[last]);

	for (int l = 0; l < last; l++) {
		size_t out = mlp_padded(m->width[l + 1]);
		multiply(p->kernels, &(struct product){ p->at[l], m->weight[l],
			m->bias[l], p->at[l + 1], p->rows, out,
			(size_t)m->width[l], mlp_padded(m->width[l]), 1, out,
			out }, p->team);
		float *x = p->at[l + 1];
		for (size_t i = 0; i < p->rows * out; i++)
			x[i] = x[i] > 0 ? x[i] : 0;
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

	pass_init(m, rows, NULL, &a);
	return a.used / sizeof(float);
}

void
mlp_predict(const struct mlp *m, const float *x, int rows, float *y,
	float *scratch)
{
	struct arena a = { (char *)scratch, SIZE_MAX / 8, 0, 0 };
	struct pass p = pass_init(m, rows, NULL, &a);
	size_t in = mlp_padded(m->width[0]);

	memcpy(p.at[0], x, (size_t)rows * in * sizeof *x);
	memset(p.at[0] + (size_t)rows * in, 0,
		(p.rows - (size_t)rows) * in * sizeof *x);
	forward(m, &p, rows, y);
}

/* --- training --- */

struct train {
	struct pass pass;
	float *y, *goal;           /* [batch] */
	float *slope;              /* [batch], of the loss by y */
	float *down[2];            /* [rows x widest]: by a layer's outputs */
	float *flipped;            /* [widest x widest]: a transposed weight */
	float *grad, *m, *v;       /* as the block of weights */
};

static struct train
train_init(const struct mlp *m, int rows, struct team *team, struct arena *a)
{
	struct train t = { .pass = pass_init(m, rows, team, a) };
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
flip(const float *restrict w, size_t in, size_t out, float *restrict to)
{
	for (size_t i = 0; i < in; i += 16)
		for (size_t o = 0; o < out; o += 16)
			for (size_t k = i; k < i + 16; k++)
				for (size_t j = o; j < o + 16; j++)
					to[j * in + k] = w[k * out + j];
}

/* Through the ReLU, then the bias: column sums of down. */
static void
backward_relu(const float *restrict x, float *restrict down, int rows,
	size_t n, float *restrict bias)
{
	memset(bias, 0, n * sizeof *bias);
	for (size_t i = 0; i < (size_t)rows; i++)
		for (size_t k = 0; k < n; k++) {
			float d = x[i * n + k] > 0 ? down[i * n + k] : 0;
			down[i * n + k] = d;
			bias[k] += d;
		}
}

static void
backward(const struct mlp *m, struct train *t, int rows)
{
	float *weight[MLP_LAYERS_MAX], *bias[MLP_LAYERS_MAX];
	const struct pass *p = &t->pass;
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
		backward_relu(p->at[l + 1], down, rows, out, bias[l]);
		multiply(p->kernels, &(struct product){ p->at[l], down, NULL,
			weight[l], whole((size_t)m->width[l], TILE), out,
			(size_t)rows, 1, in, out, out }, p->team);
		if (!l)
			break;
		flip(m->weight[l], in, out, t->flipped);
		multiply(p->kernels, &(struct product){ down, t->flipped, NULL,
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

/* A step of Adam for those who do CHUNKs of it. */
struct step {
	struct mlp *m;
	struct train *t;
	struct adam adam;
};

static void
step_chunk(void *arg, int chunk, int me)
{
	const struct step *s = arg;
	const struct train *t = s->t;
	size_t i = (size_t)chunk * CHUNK, left = s->m->size - i;

	(void)me;
	t->pass.kernels->adam(s->m->block + i, t->grad + i, t->m + i,
		t->v + i, left < CHUNK ? left : CHUNK, &s->adam);
}

static void
step_adam(struct mlp *m, struct train *t, const struct mlp_plan *plan, long s)
{
	double share = (double)s / (double)plan->steps;
	double rate = plan->lr * (plan->anneal ?
		0.5 + 0.5 * cos(3.141592653589793 * share) : 1);
	struct step f = { m, t, {
		(float)(rate / (1 - pow(0.9, (double)s + 1))),
		(float)(1 / sqrt(1 - pow(0.999, (double)s + 1))),
		(float)(rate * plan->decay),
	} };
	size_t chunks = (m->size + CHUNK - 1) / CHUNK;

	team_for(plan->team, (int)chunks, step_chunk, &f);
}

void
mlp_train(struct mlp *m, const float *x, const float *y, size_t n,
	const struct mlp_plan *plan)
{
	size_t batch = (size_t)plan->batch < n ? (size_t)plan->batch : n;
	struct rng r = rng_stream(plan->seed, plan->stream, 1);
	size_t *order = xcalloc(n, sizeof *order);
	struct arena a = { 0 };

	train_init(m, (int)batch, plan->team, &a);
	a = (struct arena){ xaligned(a.used), a.used, 0, 0 };
	struct train t = train_init(m, (int)batch, plan->team, &a);
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
	struct arena a = { 0 };

	train_init(m, n, NULL, &a);
	a = (struct arena){ xaligned(a.used), a.used, 0, 0 };
	struct train t = train_init(m, n, NULL, &a);
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
