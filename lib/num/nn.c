#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "gemm.h"
#include "nn.h"
#include "rng.h"

enum { ROWS = 64, COLUMNS = 128, NORM_ROWS = 128,
	XENT_LOGITS = 8 << 20, XENT_MIN = 64, XENT_MAX = 1024,
	FLAT = 1 << 16 };

/* for (from, n) over pieces of total, on threads */
#define PARALLEL(num, total, piece) \
	_Pragma("omp parallel for num_threads(num->threads) if(num->threads>1)") \
	for (long from = 0; from < (long)(total); from += (piece))
#define LEFT(total, piece) \
	((int)((long)(total) - from < (piece) ? (long)(total) - from : (piece)))

struct num
num_init(int threads, enum dtype products, const struct kernels *k)
{
	gemm_init();
	return (struct num){ threads, k, products == DTYPE_BF16 ?
		xaligned(gemm_bf16_scratch(threads)) : NULL };
}

void
num_free(struct num *num)
{
	free(num->scratch);
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
	const float *w, int ldw, const float *bias, float *y)
{
	struct epilogue e = { .bias = bias };

	gemm(num, GEMM_NT, t, out, in, x, in, w, ldw, y, out, 0, &e);
}

void
nn_linear_relu(const struct num *num, int t, int out, int in, const float *x,
	const float *w, int ldw, const float *bias, struct drop drop, float *y)
{
	struct epilogue e = { bias, 1, drop };

	gemm(num, GEMM_NT, t, out, in, x, in, w, ldw, y, out, 0, &e);
}

void
nn_linear_back_input(const struct num *num, int t, int out, int in,
	const float *dy, const float *w, int ldw, float *dx, int add)
{
	gemm(num, GEMM_NN, t, in, out, dy, out, w, ldw, dx, in, add, NULL);
}

/* out[n] += the sum of the rows of x[t,n] */
static void
column_sums(const struct num *num, int t, int n, const float *x, float *out)
{
	PARALLEL(num, n, COLUMNS)
		for (long i = 0; i < t; i++)
			num->k->axpy(LEFT(n, COLUMNS), 1, x + i * n + from,
				out + from);
}

void
nn_linear_back_weight(const struct num *num, int t, int out, int in,
	const float *dy, const float *x, float *dw, int ldw, float *dbias)
{
	gemm(num, GEMM_TN, out, in, t, dy, out, x, in, dw, ldw, 1, NULL);
	if (dbias)
		column_sums(num, t, out, dy, dbias);
}

void
nn_relu_back(const struct num *num, int t, int f, float *dx, const float *y,
	struct drop drop)
{
	PARALLEL(num, t, ROWS)
		num->k->relu_back(LEFT(t, ROWS), f, dx + from * f,
			y + from * f, (size_t)f, drop.limit ? drop.scale : 1);
}

void
nn_residual_norm(const struct num *num, int t, int d, const float *x,
	const float *z, const float *bias, struct drop drop, const float *gain,
	const float *shift, float *r, float *stats, float *y)
{
	PARALLEL(num, t, ROWS)
		num->k->residual_norm(LEFT(t, ROWS), d, x + from * d,
			z + from * d, bias, drop, (uint32_t)(from * d), gain,
			shift, r + from * d, stats + 2 * from, y + from * d);
}

void
nn_norm_again(const struct num *num, int t, int d, const float *r,
	const float *stats, const float *gain, const float *shift, float *y)
{
	PARALLEL(num, t, ROWS)
		num->k->norm_again(LEFT(t, ROWS), d, r + from * d,
			stats + 2 * from, gain, shift, y + from * d);
}

size_t
nn_parts(int t, int d)
{
	return (size_t)((t + NORM_ROWS - 1) / NORM_ROWS) * 2 * (size_t)d;
}

void
nn_norm_back(const struct num *num, int t, int d, const float *dy,
	const float *r, const float *stats, const float *gain, float *dr,
	float *dgain, float *dshift, float *parts)
{
	PARALLEL(num, t, NORM_ROWS) {
		float *part = parts + from / NORM_ROWS * 2 * d;
		memset(part, 0, 2 * sizeof *part * (size_t)d);
		num->k->norm_back(LEFT(t, NORM_ROWS), d, dy + from * d,
			r + from * d, stats + 2 * from, gain, dr + from * d,
			part, part + d);
	}
	for (long i = 0; i < t; i += NORM_ROWS) {
		const float *part = parts + i / NORM_ROWS * 2 * d;
		num->k->axpy(d, 1, part, dgain);
		num->k->axpy(d, 1, part + d, dshift);
	}
}

void
nn_drop(const struct num *num, int t, int d, const float *x, float *y,
	struct drop drop)
{
	PARALLEL(num, t, ROWS)
		num->k->drop_apply(LEFT(t, ROWS), d, x + from * d,
			y + from * d, (size_t)d, drop, (uint32_t)(from * d));
}

void
nn_embed(const struct num *num, int t, int d, const int *ids, const int *pos,
	const float *table, int ldw, const float *positions, int ldp,
	float scale, struct drop drop, float *x)
{
	PARALLEL(num, t, ROWS) {
		float *xp = x + from * d;
		for (int i = 0; i < LEFT(t, ROWS); i++) {
			const float *p = positions +
				(size_t)pos[from + i] * (size_t)ldp;
			memcpy(xp + (size_t)i * (size_t)d, p,
				sizeof *p * (size_t)d);
			num->k->axpy(d, scale, table + (size_t)ids[from + i] *
				(size_t)ldw, xp + (size_t)i * (size_t)d);
		}
		if (drop.limit)
			num->k->drop_apply(LEFT(t, ROWS), d, xp, xp, (size_t)d,
				drop, (uint32_t)(from * d));
	}
}

void
nn_embed_back(const struct num *num, int t, int d, const int *ids,
	const float *dx, float *dtable, int ldw, float scale, struct drop drop)
{
	/* columns are shared out, so that each sum keeps the tokens' order */
	PARALLEL(num, d, ROWS) {
		int n = LEFT(d, ROWS);
		for (long i = 0; i < t; i++) {
			float row[ROWS + NUM_SLACK / 4];
			num->k->drop_apply(1, n, dx + i * d + from, row, 0,
				drop, (uint32_t)(i * d + from));
			num->k->axpy(n, scale, row, dtable +
				(size_t)ids[i] * (size_t)ldw + from);
		}
	}
}

/* Rows of a chunk: each is a pass over the output matrix and its gradient, so
 * as many as 32 MB of logits hold. */
static int
xent_rows(int v)
{
	int rows = XENT_LOGITS / v;

	return rows < XENT_MIN ? XENT_MIN : rows > XENT_MAX ? XENT_MAX : rows;
}

size_t
nn_xent_scratch(int v)
{
	return (size_t)xent_rows(v) * ((size_t)v + 2) + NUM_SLACK;
}

struct xent
nn_xent(const struct num *num, int t, int d, int v, const float *h,
	const float *w, int ldw, const int *target, float smooth, float grad,
	float *dh, float *dw, float *scratch)
{
	struct xent sum = { 0, 0 };
	float *logits = scratch;
	int chunk = xent_rows(v);
	float *loss = scratch + (size_t)chunk * (size_t)v;
	float *nll = loss + chunk;

	for (int at = 0; at < t; at += chunk) {
		int rows = t - at < chunk ? t - at : chunk;
		const float *hp = h + (size_t)at * (size_t)d;
		gemm(num, GEMM_NT, rows, v, d, hp, d, w, ldw, logits, v, 0,
			NULL);
		PARALLEL(num, rows, 8)
			num->k->xent(LEFT(rows, 8), v, logits + from * v,
				(size_t)v, target + at + from, smooth,
				dh ? grad : 0, loss + from, nll + from);
		for (int i = 0; i < rows; i++) {
			sum.loss += (double)loss[i];
			sum.nll += (double)nll[i];
		}
		if (!dh)
			continue;
		gemm(num, GEMM_NN, rows, d, v, logits, v, w, ldw,
			dh + (size_t)at * (size_t)d, d, 0, NULL);
		gemm(num, GEMM_TN, v, d, rows, logits, v, hp, d, dw, ldw, 1,
			NULL);
	}
	return sum;
}

void
nn_adam(const struct num *num, const struct adam *a, long step, size_t n,
	float *w, const float *g, float *m, float *v, double g_scale)
{
	double c1 = 1 - pow(a->beta1, (double)step);
	double c2 = 1 - pow(a->beta2, (double)step);
	float size = (float)(a->lr * sqrt(c2) / c1);

	PARALLEL(num, n, FLAT)
		num->k->adam((size_t)LEFT(n, FLAT), w + from, g + from,
			m + from, v + from, (float)g_scale, (float)a->beta1,
			(float)a->beta2, (float)a->eps, size,
			(float)(a->lr * a->weight_decay));
}

double
nn_sum_squares(const struct num *num, size_t n, const float *x)
{
	enum { PARTS = 64 };
	double sums[PARTS] = { 0 }, sum = 0;
	long piece = ((long)n + PARTS - 1) / PARTS;

	piece += !piece;
	PARALLEL(num, n, piece)
		sums[from / piece] = num->k->sum_squares((size_t)((long)n -
			from < piece ? (long)n - from : piece), x + from);
	for (int i = 0; i < PARTS; i++)
		sum += sums[i];
	return sum;
}

void
nn_zero(const struct num *num, size_t n, float *x)
{
	PARALLEL(num, n, FLAT)
		memset(x + from, 0, sizeof *x * (size_t)LEFT(n, FLAT));
}

void
nn_add(const struct num *num, size_t n, const float *x, float *to)
{
	PARALLEL(num, n, FLAT)
		num->k->axpy(LEFT(n, FLAT), 1, x + from, to + from);
}
