#include <math.h>
#include <string.h>
#include "base/team.h"
#include "gemm.h"
#include "xent.h"

enum { LOGITS = 8 << 20, ROWS_MIN = 64, ROWS_MAX = 1024, PIECE = 8 };

/* A chunk of rows of logits, for those who do a piece of it. */
struct chunk {
	const struct kernels *k;
	int rows, v;
	float *logits, *theirs;   /* [rows, v], of the teacher: NULL, or so */
	const int *target;
	float smooth, grad;
	const struct teacher *teacher;
	const int *at;            /* teacher->at of the first row */
	struct losses losses;

	/* the likeliest words: */
	float *sum;               /* [rows, v] of probabilities */
	float temperature, share; /* share: of a model */
	int best, *ids;           /* [rows, best] */
	float *p;
};

/* Rows of a chunk: each is a pass over the output matrix and its gradient, so
 * as many as 32 MB of logits hold. */
static int
chunk_rows(int v)
{
	int rows = LOGITS / v;

	return rows < ROWS_MIN ? ROWS_MIN : rows > ROWS_MAX ? ROWS_MAX : rows;
}

static void
in_pieces(const struct num *num, const struct chunk *c, team_piece *piece)
{
	team_for(num->team, (c->rows + PIECE - 1) / PIECE, piece, (void *)c);
}

/* The rows of a piece: from, and how many. */
static int
piece_of(const struct chunk *c, int piece, int *from)
{
	*from = piece * PIECE;
	return c->rows - *from < PIECE ? c->rows - *from : PIECE;
}

static float *
row_at(const struct chunk *c, float *x, int row)
{
	return x + (size_t)row * (size_t)c->v;
}

/* --- the loss ------------------------------------------------------------ */

size_t
nn_xent_scratch(int v)
{
	return (size_t)chunk_rows(v) * ((size_t)v + 3) + NUM_SLACK;
}

static void
lose(void *arg, int piece, int me)
{
	const struct chunk *c = arg;
	int from, n = piece_of(c, piece, &from);
	size_t ld = (size_t)c->v;
	float *x = row_at(c, c->logits, from);
	struct losses to = { c->losses.loss + from, c->losses.nll + from,
		c->losses.taught + from };

	(void)me;
	if (!c->teacher) {
		c->k->xent(n, c->v, x, ld, c->target + from, c->smooth,
			c->grad, to.loss, to.nll);
		return;
	}
	struct teacher t = *c->teacher;
	if (c->theirs)
		c->k->xent_logits(n, c->v, x, ld, c->target + from, c->smooth,
			&t, row_at(c, c->theirs, from), c->grad, &to);
	else {
		t.at = c->at + from;
		c->k->xent_words(n, c->v, x, ld, c->target + from, c->smooth,
			&t, c->grad, &to);
	}
}

/* logits[rows, v] of the rows from at on */
static void
form_logits(const struct num *num, const struct outputs *o, int at, int rows,
	int v, float *logits)
{
	gemm(num, GEMM_NT, rows, v, o->d, o->h + (size_t)at * (size_t)o->d,
		o->d, o->w, o->ldw, logits, v, STORE, NULL);
}

static void
add_losses(struct xent *sum, const struct chunk *c)
{
	for (int i = 0; i < c->rows; i++) {
		sum->loss += (double)c->losses.loss[i];
		sum->nll += (double)c->losses.nll[i];
		if (c->teacher)
			sum->taught += (double)c->losses.taught[i];
	}
}

struct xent
nn_xent(const struct num *num, int t, int d, int v, const float *h,
	const float *w, int ldw, const int *target, float smooth,
	const struct teacher *teacher, float grad, float *dh, float *dw,
	float *scratch)
{
	const struct outputs own = { h, w, d, ldw };
	struct xent sum = { 0 };
	size_t most = (size_t)chunk_rows(v);
	float *loss = scratch + most * (size_t)v;
	struct chunk c = { .k = num->k, .v = v, .logits = scratch,
		.smooth = smooth, .grad = dh ? grad : 0, .teacher = teacher,
		.theirs = teacher && !teacher->at ? teacher->scratch : NULL,
		.losses = { loss, loss + most, loss + 2 * most } };

	for (int at = 0; at < t; at += c.rows) {
		const float *hp = h + (size_t)at * (size_t)d;
		c.rows = t - at < (int)most ? t - at : (int)most;
		c.target = target + at;
		c.at = teacher && teacher->at ? teacher->at + at : NULL;
		form_logits(num, &own, at, c.rows, v, c.logits);
		if (teacher && c.theirs)
			form_logits(num, &teacher->outputs, at, c.rows, v,
				c.theirs);
		in_pieces(num, &c, lose);
		add_losses(&sum, &c);
		if (!dh)
			continue;
		gemm(num, GEMM_NN, c.rows, d, v, c.logits, v, w, ldw,
			dh + (size_t)at * (size_t)d, d, STORE, NULL);
		gemm(num, GEMM_TN, v, d, c.rows, c.logits, v, hp, d, dw, ldw,
			ADD, NULL);
	}
	return sum;
}

/* What a chunk leaves in scratch are the losses of its rows. */
struct xent
nn_xent_each(const struct num *num, int t, int d, int v, const float *h,
	const float *w, int ldw, const int *target, float smooth,
	float *scratch, float *each)
{
	struct xent sum = { 0 };
	int most = chunk_rows(v);
	const float *loss = scratch + (size_t)most * (size_t)v;

	for (int at = 0; at < t; at += most) {
		int rows = t - at < most ? t - at : most;
		struct xent x = nn_xent(num, rows, d, v, h + (size_t)at *
			(size_t)d, w, ldw, target + at, smooth, NULL, 1, NULL,
			NULL, scratch);
		memcpy(each + at, loss, (size_t)rows * sizeof *loss);
		sum.loss += x.loss;
		sum.nll += x.nll;
	}
	return sum;
}

/* --- the likeliest words ------------------------------------------------- */

size_t
nn_likeliest_scratch(int v)
{
	return 2 * (size_t)chunk_rows(v) * (size_t)v + NUM_SLACK;
}

/* sum += the probabilities of a model's logits */
static void
add_probabilities(void *arg, int piece, int me)
{
	const struct chunk *c = arg;
	int from, n = piece_of(c, piece, &from);
	float *x = row_at(c, c->logits, from);

	(void)me;
	c->k->softmax(n, c->v, x, (size_t)c->v, 1 / c->temperature, 0, 0, NULL,
		0);
	for (int i = 0; i < n; i++)
		c->k->axpy(c->v, c->share, row_at(c, x, i),
			row_at(c, c->sum, from + i));
}

static void
take_best(void *arg, int piece, int me)
{
	const struct chunk *c = arg;
	int from, n = piece_of(c, piece, &from);

	(void)me;
	for (int i = from; i < from + n; i++) {
		float *p = c->p + (size_t)i * (size_t)c->best;
		for (int k = 0; k < c->best; k++)
			p[k] = -INFINITY;
		c->k->top(c->v, row_at(c, c->sum, i), 0, c->best, p,
			c->ids + (size_t)i * (size_t)c->best);
	}
}

void
nn_likeliest(const struct num *num, int t, int v, const struct outputs *o,
	int models, float temperature, int k, int *ids, float *p,
	float *scratch)
{
	int most = chunk_rows(v);
	size_t each = (size_t)k;
	struct chunk c = { .k = num->k, .v = v, .logits = scratch,
		.sum = scratch + (size_t)most * (size_t)v, .best = k,
		.temperature = temperature, .share = 1 / (float)models };

	for (int at = 0; at < t; at += c.rows) {
		c.rows = t - at < most ? t - at : most;
		c.ids = ids + (size_t)at * each;
		c.p = p + (size_t)at * each;
		nn_zero(num, (size_t)c.rows * (size_t)v, c.sum);
		for (int m = 0; m < models; m++) {
			form_logits(num, &o[m], at, c.rows, v, c.logits);
			in_pieces(num, &c, add_probabilities);
		}
		in_pieces(num, &c, take_best);
	}
}
