#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "base/team.h"
#include "gemm.h"
#include "nn.h"

enum { ROWS = 64, COLUMNS = 128, NORM_ROWS = 128, FLAT = 1 << 16 };

/* The arguments of an operation, for those who do a piece of it: n rows,
 * columns or elements from from on. */
struct op {
	void (*piece)(const struct op *, long from, int n);
	long total;
	int size;                /* of a piece */
	const struct kernels *k;
	int t, d, ldw, ldp;
	const int *ids, *pos;
	const float *x, *z, *w, *bias, *gain, *shift;
	float *y, *r, *stats, *m, *v, *sums;
	double *squares;
	struct drop drop;
	float scale, step;
	const struct adam *adam;
};

static void
do_piece(void *arg, int i, int me)
{
	const struct op *o = arg;
	long from = (long)i * o->size, left = o->total - from;

	(void)me;
	o->piece(o, from, left < o->size ? (int)left : o->size);
}

/* All of total, in pieces of size, on threads. */
static void
in_pieces(const struct num *num, long total, int size,
	void (*piece)(const struct op *, long, int), struct op *o)
{
	o->piece = piece;
	o->total = total;
	o->size = size;
	o->k = num->k;
	team_for(num->team, (int)((total + size - 1) / size), do_piece, o);
}

struct drop
drop_make(double p, uint64_t seed, uint64_t step, int site)
{
	struct rng r = rng_stream(seed, RNG_DROPOUT + (uint64_t)site, step);
	uint64_t key = rng_u64(&r);

	if (p <= 0)
		return (struct drop){ 0, 1, { 0, 0 } };
	return (struct drop){ (uint32_t)(p * 0x1p32), (float)(1 / (1 - p)),
		{ (uint32_t)key, (uint32_t)(key >> 32) } };
}

void
nn_linear(const struct num *num, int t, int out, int in, const float *x,
	int ldx, const float *w, int ldw, const float *bias, float *y, int ldy)
{
	struct epilogue e = { .bias = bias };

	gemm(num, GEMM_NT, t, out, in, x, ldx, w, ldw, y, ldy, STORE, &e);
}

void
nn_linear_relu(const struct num *num, int t, int out, int in, const float *x,
	const float *w, int ldw, const float *bias, struct drop drop, float *y)
{
	struct epilogue e = { bias, 1, drop };

	gemm(num, GEMM_NT, t, out, in, x, in, w, ldw, y, out, STORE, &e);
}

void
nn_linear_back_input(const struct num *num, int t, int out, int in,
	const float *dy, int ldy, const float *w, int ldw, float *dx, int ldx,
	enum store add)
{
	gemm(num, GEMM_NN, t, in, out, dy, ldy, w, ldw, dx, ldx, add, NULL);
}

static void
sum_some(const struct op *o, long from, int n)
{
	for (long i = 0; i < o->t; i++)
		o->k->axpy(n, 1, o->x + i * o->d + from, o->y + from);
}

void
nn_column_sums(const struct num *num, int t, int n, const float *x, int ldx,
	float *out)
{
	struct op o = { .t = t, .d = ldx, .x = x, .y = out };

	in_pieces(num, n, COLUMNS, sum_some, &o);
}

void
nn_linear_back_weight(const struct num *num, int t, int out, int in,
	const float *dy, int ldy, const float *x, int ldx, float *dw, int ldw,
	float *dbias)
{
	gemm(num, GEMM_TN, out, in, t, dy, ldy, x, ldx, dw, ldw, ADD, NULL);
	if (dbias)
		nn_column_sums(num, t, out, dy, ldy, dbias);
}

static void
relu_back_rows(const struct op *o, long from, int n)
{
	o->k->relu_back(n, o->d, o->y + from * o->d, o->x + from * o->d,
		(size_t)o->d, o->scale);
}

void
nn_relu_back(const struct num *num, int t, int f, float *dx, const float *y,
	struct drop drop)
{
	struct op o = { .d = f, .x = y, .y = dx,
		.scale = drop.limit ? drop.scale : 1 };

	in_pieces(num, t, ROWS, relu_back_rows, &o);
}

static void
residual_norm_rows(const struct op *o, long from, int n)
{
	long at = from * o->d;

	o->k->residual_norm(n, o->d, o->x + at, o->z + at, o->bias, o->drop,
		(uint32_t)at, o->gain, o->shift, o->r + at,
		o->stats + 2 * from, o->y + at);
}

void
nn_residual_norm(const struct num *num, int t, int d, const float *x,
	const float *z, const float *bias, struct drop drop, const float *gain,
	const float *shift, float *r, float *stats, float *y)
{
	struct op o = { .d = d, .x = x, .z = z, .bias = bias, .drop = drop,
		.gain = gain, .shift = shift, .r = r, .stats = stats, .y = y };

	in_pieces(num, t, ROWS, residual_norm_rows, &o);
}

/* x: what is to be normalised, w: its stats */
static void
norm_again_rows(const struct op *o, long from, int n)
{
	o->k->norm_again(n, o->d, o->x + from * o->d, o->w + 2 * from,
		o->gain, o->shift, o->y + from * o->d);
}

void
nn_norm_again(const struct num *num, int t, int d, const float *r,
	const float *stats, const float *gain, const float *shift, float *y)
{
	struct op o = { .d = d, .x = r, .w = stats, .gain = gain,
		.shift = shift, .y = y };

	in_pieces(num, t, ROWS, norm_again_rows, &o);
}

size_t
nn_parts(int t, int d)
{
	return (size_t)((t + NORM_ROWS - 1) / NORM_ROWS) * 2 * (size_t)d;
}

/* x: dy, z: r, w: stats, y: dr; sums: the parts */
static void
norm_back_rows(const struct op *o, long from, int n)
{
	long at = from * o->d;
	float *part = o->sums + from / NORM_ROWS * 2 * o->d;

	memset(part, 0, 2 * sizeof *part * (size_t)o->d);
	o->k->norm_back(n, o->d, o->x + at, o->z + at, o->w + 2 * from,
		o->gain, o->y + at, part, part + o->d);
}

void
nn_norm_back(const struct num *num, int t, int d, const float *dy,
	const float *r, const float *stats, const float *gain, float *dr,
	float *dgain, float *dshift, float *parts)
{
	struct op o = { .d = d, .x = dy, .z = r, .w = stats, .gain = gain,
		.y = dr, .sums = parts };

	in_pieces(num, t, NORM_ROWS, norm_back_rows, &o);
	for (long i = 0; i < t; i += NORM_ROWS) {
		const float *part = parts + i / NORM_ROWS * 2 * d;
		num->k->axpy(d, 1, part, dgain);
		num->k->axpy(d, 1, part + d, dshift);
	}
}

static void
drop_rows(const struct op *o, long from, int n)
{
	long at = from * o->d;

	o->k->drop_apply(n, o->d, o->x + at, o->y + at, (size_t)o->d, o->drop,
		(uint32_t)at);
}

void
nn_drop(const struct num *num, int t, int d, const float *x, float *y,
	struct drop drop)
{
	struct op o = { .d = d, .x = x, .y = y, .drop = drop };

	in_pieces(num, t, ROWS, drop_rows, &o);
}

/* w: the table, z: the positions */
static void
embed_rows(const struct op *o, long from, int n)
{
	size_t d = (size_t)o->d;
	float *y = o->y + from * o->d;

	for (int i = 0; i < n; i++) {
		const float *p = o->z + (size_t)o->pos[from + i] *
			(size_t)o->ldp;
		memcpy(y + (size_t)i * d, p, sizeof *p * d);
		o->k->axpy(o->d, o->scale, o->w + (size_t)o->ids[from + i] *
			(size_t)o->ldw, y + (size_t)i * d);
	}
	if (o->drop.limit)
		o->k->drop_apply(n, o->d, y, y, d, o->drop,
			(uint32_t)(from * o->d));
}

void
nn_embed(const struct num *num, int t, int d, const int *ids, const int *pos,
	const float *table, int ldw, const float *positions, int ldp,
	float scale, struct drop drop, float *x)
{
	struct op o = { .d = d, .ids = ids, .pos = pos, .w = table, .ldw = ldw,
		.z = positions, .ldp = ldp, .scale = scale, .drop = drop,
		.y = x };

	in_pieces(num, t, ROWS, embed_rows, &o);
}

static void
embed_back_columns(const struct op *o, long from, int n)
{
	for (long i = 0; i < o->t; i++) {
		float row[ROWS + NUM_SLACK / 4];
		o->k->drop_apply(1, n, o->x + i * o->d + from, row, 0,
			o->drop, (uint32_t)(i * o->d + from));
		o->k->axpy(n, o->scale, row, o->y +
			(size_t)o->ids[i] * (size_t)o->ldw + from);
	}
}

void
nn_embed_back(const struct num *num, int t, int d, const int *ids,
	const float *dx, float *dtable, int ldw, float scale, struct drop drop)
{
	struct op o = { .t = t, .d = d, .ids = ids, .x = dx, .y = dtable,
		.ldw = ldw, .scale = scale, .drop = drop };

	/* columns are shared out, so that each sum keeps the tokens' order */
	in_pieces(num, d, ROWS, embed_back_columns, &o);
}

/* x: the gradient, scale: what it is multiplied by */
static void
adam_elements(const struct op *o, long from, int n)
{
	const struct adam *a = o->adam;

	o->k->adam((size_t)n, o->y + from, o->x + from, o->m + from,
		o->v + from, o->scale, (float)a->beta1, (float)a->beta2,
		(float)a->eps, o->step, (float)(a->lr * a->weight_decay));
}

void
nn_adam(const struct num *num, const struct adam *a, long step, size_t n,
	float *w, const float *g, float *m, float *v, double g_scale)
{
	double c1 = 1 - pow(a->beta1, (double)step);
	double c2 = 1 - pow(a->beta2, (double)step);
	struct op o = { .adam = a, .x = g, .y = w, .m = m, .v = v,
		.scale = (float)g_scale,
		.step = (float)(a->lr * sqrt(c2) / c1) };

	in_pieces(num, (long)n, FLAT, adam_elements, &o);
}

static void
square_elements(const struct op *o, long from, int n)
{
	o->squares[from / o->size] = o->k->sum_squares((size_t)n, o->x + from);
}

double
nn_sum_squares(const struct num *num, size_t n, const float *x)
{
	enum { PARTS = 64 };
	double sums[PARTS] = { 0 }, sum = 0;
	struct op o = { .x = x, .squares = sums };

	in_pieces(num, (long)n, (int)(n / PARTS + (n % PARTS > 0) + !n),
		square_elements, &o);
	for (int i = 0; i < PARTS; i++)
		sum += sums[i];
	return sum;
}

static void
zero_elements(const struct op *o, long from, int n)
{
	memset(o->y + from, 0, sizeof *o->y * (size_t)n);
}

void
nn_zero(const struct num *num, size_t n, float *x)
{
	struct op o = { .y = x };

	in_pieces(num, (long)n, FLAT, zero_elements, &o);
}

static void
add_elements(const struct op *o, long from, int n)
{
	o->k->axpy(n, 1, o->x + from, o->y + from);
}

void
nn_add(const struct num *num, size_t n, const float *x, float *to)
{
	struct op o = { .x = x, .y = to };

	in_pieces(num, (long)n, FLAT, add_elements, &o);
}
