/* Codebooks in training: the gradients of their entries, the weights that they
 * stand for, and floats that are trained with them. */
#include "base/team.h"
#include "nn.h"

enum { ENTRIES = 1 << CODED_BITS_MAX, PARTS = 32 };

/* A matrix in codebooks, whose rows are shared out in parts. */
struct job {
	const struct coded *c;
	void (*row)(const struct job *, int part, int row);
	int rows;                  /* of a part */
	const float *g, *by;       /* gradients or floats [rows, cols],
	                              [entries] */
	float *sum, *w;            /* [entries], [rows, cols] */
	uint8_t *indices;
	double (*part)[ENTRIES];   /* [PARTS], of one codebook */
};

static void
do_part(void *arg, int i, int me)
{
	const struct job *job = arg;
	int from = i * job->rows, end = from + job->rows;

	(void)me;
	for (int r = from; r < end && r < job->c->rows; r++)
		job->row(job, i, r);
}

static void
in_parts(const struct num *num, struct job *job)
{
	int rows = job->c->rows;

	job->rows = (rows + PARTS - 1) / PARTS;
	team_for(num->team, (rows + job->rows - 1) / job->rows, do_part, job);
}

static size_t
row_at(const struct job *job, int row)
{
	return (size_t)row * (size_t)job->c->cols;
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
sum_row(const struct job *job, int part, int r)
{
	const struct coded *c = job->c;
	int n = 1 << c->bits;
	double own[ENTRIES] = { 0 };

	add_row(c, r, job->g + row_at(job, r), c->per_row ? own :
		job->part[part]);
	for (int e = 0; c->per_row && e < n; e++)
		job->sum[r * n + e] = (float)own[e];
}

void
nn_sum_by_entry(const struct num *num, const struct coded *c, const float *g,
	float *sum)
{
	double part[PARTS][ENTRIES] = { { 0 } };
	struct job job = { .c = c, .row = sum_row, .g = g, .sum = sum,
		.part = part };

	in_parts(num, &job);
	for (int e = 0; !c->per_row && e < 1 << c->bits; e++) {
		double all = 0;
		for (int i = 0; i < PARTS; i++)
			all += part[i][e];
		sum[e] = (float)all;
	}
}

static void
decode_row(const struct job *job, int part, int r)
{
	(void)part;
	coded_row(job->c, r, job->c->cols, job->w + row_at(job, r));
}

void
nn_decode(const struct num *num, const struct coded *c, float *w)
{
	struct job job = { .c = c, .row = decode_row, .w = w };

	in_parts(num, &job);
}

static void
shift_row(const struct job *job, int part, int r)
{
	const struct coded *c = job->c;
	const float *by = job->by + (c->per_row ? r << c->bits : 0);
	float *w = job->w + row_at(job, r);
	uint8_t index[CODED_SOME];

	(void)part;
	for (int at = 0, n; (n = coded_some(c, r, at, c->cols, index));
	    at += n)
		for (int i = 0; i < n; i++)
			w[at + i] += by[index[i]];
}

void
nn_shift(const struct num *num, const struct coded *c, const float *by,
	float *w)
{
	struct job job = { .c = c, .row = shift_row, .by = by, .w = w };

	in_parts(num, &job);
}

static void
nearest_row(const struct job *job, int part, int r)
{
	const struct coded *c = job->c;
	float entry[ENTRIES];

	(void)part;
	coded_book(c, r, entry);
	coded_nearest(c->bits, c->cols, entry, job->g + row_at(job, r),
		job->indices + (size_t)r * coded_row_bytes(c->bits, c->cols));
}

void
nn_nearest(const struct num *num, const struct coded *c, const float *w,
	uint8_t *indices)
{
	struct job job = { .c = c, .row = nearest_row, .g = w,
		.indices = indices };

	in_parts(num, &job);
}
