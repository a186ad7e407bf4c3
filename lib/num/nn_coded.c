/* Codebooks in training: the gradients of their entries, the weights that they
 * stand for, and floats that are trained with them. */
#include "base/team.h"
#include "nn.h"

enum { ENTRIES = 1 << CODED_BITS_MAX, PARTS = 32 };

/* A matrix in codebooks, whose rows are shared out in parts. */
struct job {
	const struct coded *c;
	int rows;                  /* of a part */
	const float *g, *by;       /* gradients or floats [rows, cols],
	                              [entries] */
	float *sum, *w;            /* [entries], [rows, cols] */
	uint8_t *indices;
	double (*part)[ENTRIES];   /* [PARTS], of one codebook */
};

static void
in_parts(const struct num *num, struct job *job, team_piece *piece)
{
	int rows = job->c->rows;

	job->rows = (rows + PARTS - 1) / PARTS;
	team_for(num->team, (rows + job->rows - 1) / job->rows, piece, job);
}

static void
add_row(const struct coded *c, int row, const float *g, double *sum)
{
	uint8_t index[CODED_SOME];

	for (int at = 0, n; (n = coded_some(c, row, at, c->cols, index));
	    at += n)
		for (int i = 0; i < n; i++)
			sum[index[i]] += (double)g[at + i];
}

static void
sum_part(void *arg, int i, int me)
{
	const struct job *job = arg;
	const struct coded *c = job->c;
	int n = 1 << c->bits, from = i * job->rows, end = from + job->rows;

	(void)me;
	for (int r = from; r < end && r < c->rows; r++) {
		double own[ENTRIES] = { 0 };
		add_row(c, r, job->g + (size_t)r * (size_t)c->cols,
			c->per_row ? own : job->part[i]);
		for (int e = 0; c->per_row && e < n; e++)
			job->sum[r * n + e] = (float)own[e];
	}
}

void
nn_sum_by_entry(const struct num *num, const struct coded *c, const float *g,
	float *sum)
{
	double part[PARTS][ENTRIES] = { { 0 } };
	struct job job = { .c = c, .g = g, .sum = sum, .part = part };

	in_parts(num, &job, sum_part);
	for (int e = 0; !c->per_row && e < 1 << c->bits; e++) {
		double all = 0;
		for (int i = 0; i < PARTS; i++)
			all += part[i][e];
		sum[e] = (float)all;
	}
}

static void
decode_part(void *arg, int i, int me)
{
	const struct job *job = arg;
	const struct coded *c = job->c;
	int from = i * job->rows, end = from + job->rows;

	(void)me;
	for (int r = from; r < end && r < c->rows; r++)
		coded_row(c, r, c->cols, job->w + (size_t)r * (size_t)c->cols);
}

void
nn_decode(const struct num *num, const struct coded *c, float *w)
{
	struct job job = { .c = c, .w = w };

	in_parts(num, &job, decode_part);
}

static void
shift_row(const struct coded *c, int row, const float *by, float *w)
{
	uint8_t index[CODED_SOME];

	for (int at = 0, n; (n = coded_some(c, row, at, c->cols, index));
	    at += n)
		for (int i = 0; i < n; i++)
			w[at + i] += by[index[i]];
}

static void
shift_part(void *arg, int i, int me)
{
	const struct job *job = arg;
	const struct coded *c = job->c;
	int from = i * job->rows, end = from + job->rows;

	(void)me;
	for (int r = from; r < end && r < c->rows; r++)
		shift_row(c, r, job->by + (c->per_row ? r << c->bits : 0),
			job->w + (size_t)r * (size_t)c->cols);
}

void
nn_shift(const struct num *num, const struct coded *c, const float *by,
	float *w)
{
	struct job job = { .c = c, .by = by, .w = w };

	in_parts(num, &job, shift_part);
}

static void
nearest_part(void *arg, int i, int me)
{
	const struct job *job = arg;
	const struct coded *c = job->c;
	size_t bytes = coded_row_bytes(c->bits, c->cols);
	int from = i * job->rows, end = from + job->rows;
	float entry[ENTRIES];

	(void)me;
	for (int r = from; r < end && r < c->rows; r++) {
		coded_book(c, r, entry);
		coded_nearest(c->bits, c->cols, entry, job->g + (size_t)r *
			(size_t)c->cols, job->indices + (size_t)r * bytes);
	}
}

void
nn_nearest(const struct num *num, const struct coded *c, const float *w,
	uint8_t *indices)
{
	struct job job = { .c = c, .g = w, .indices = indices };

	in_parts(num, &job, nearest_part);
}
