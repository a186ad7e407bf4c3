/* Codebooks in training: the gradients of their entries, the weights that they
 * stand for, and entries and indices that follow floats. */
#include "base/team.h"
#include "nn.h"

enum { ENTRIES = 1 << CODED_BITS_MAX, PARTS = 32 };

/* Of what the entries of one codebook stand for. */
struct sums {
	double sum[ENTRIES];
	int n[ENTRIES];
};

/* What entries become by them. */
typedef void becoming(int entries, const struct sums *, float *entry);

/* A matrix in codebooks, whose rows are shared out in parts. */
struct job {
	const struct coded *c;
	int rows;                  /* of a part */
	const float *from;         /* [rows, cols] */
	float *entry, *w;          /* [entries], [rows, cols] */
	uint8_t *indices;
	becoming *become;
	struct sums *part;         /* [PARTS], of one codebook */
};

static void
in_parts(const struct num *num, struct job *job, team_piece *piece)
{
	int rows = job->c->rows;

	job->rows = (rows + PARTS - 1) / PARTS;
	team_for(num->team, (rows + job->rows - 1) / job->rows, piece, job);
}

static void
add_row(const struct coded *c, int row, const float *x, struct sums *s)
{
	enum { SOME = 256 };
	uint8_t index[SOME];

	for (int at = 0; at < c->cols; at += SOME) {
		int n = c->cols - at < SOME ? c->cols - at : SOME;
		coded_indices(c, row, at, n, index);
		for (int i = 0; i < n; i++) {
			s->sum[index[i]] += (double)x[at + i];
			s->n[index[i]]++;
		}
	}
}

static void
sum_part(void *arg, int i, int me)
{
	const struct job *job = arg;
	const struct coded *c = job->c;
	int n = 1 << c->bits, from = i * job->rows, end = from + job->rows;

	(void)me;
	for (int r = from; r < end && r < c->rows; r++) {
		const float *row = job->from + (size_t)r * (size_t)c->cols;
		struct sums own = { .sum = { 0 } };
		add_row(c, r, row, c->per_row ? &own : &job->part[i]);
		if (c->per_row)
			job->become(n, &own, job->entry + r * n);
	}
}

static void
sum_all(const struct num *num, const struct coded *c, const float *from,
	becoming *become, float *entry)
{
	struct sums part[PARTS] = { { .sum = { 0 } } };
	struct job job = { .c = c, .from = from, .entry = entry,
		.become = become, .part = part };
	int n = 1 << c->bits;

	in_parts(num, &job, sum_part);
	if (c->per_row)
		return;
	for (int i = 1; i < PARTS; i++)
		for (int e = 0; e < n; e++) {
			part->sum[e] += part[i].sum[e];
			part->n[e] += part[i].n[e];
		}
	become(n, part, entry);
}

static void
become_sums(int entries, const struct sums *s, float *entry)
{
	for (int e = 0; e < entries; e++)
		entry[e] = (float)s->sum[e];
}

void
nn_sum_by_entry(const struct num *num, const struct coded *c, const float *g,
	float *sum)
{
	sum_all(num, c, g, become_sums, sum);
}

/* Each is put in among those before it. */
static void
become_means(int entries, const struct sums *s, float *entry)
{
	for (int e = 0; e < entries; e++) {
		float x = s->n[e] ? (float)(s->sum[e] / s->n[e]) : entry[e];
		int at = e;
		for (; at > 0 && entry[at - 1] > x; at--)
			entry[at] = entry[at - 1];
		entry[at] = x;
	}
}

void
nn_means(const struct num *num, const struct coded *c, const float *w,
	float *entry)
{
	sum_all(num, c, w, become_means, entry);
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
		coded_nearest(c->bits, c->cols, entry, job->from +
			(size_t)r * (size_t)c->cols, job->indices +
			(size_t)r * bytes);
	}
}

void
nn_nearest(const struct num *num, const struct coded *c, const float *w,
	uint8_t *indices)
{
	struct job job = { .c = c, .from = w, .indices = indices };

	in_parts(num, &job, nearest_part);
}
