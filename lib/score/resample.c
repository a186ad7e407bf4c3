#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/stats.h"
#include "resample.h"

enum { LANES = 4 };
typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));

void
rows_add(struct rows *r, const double *row)
{
	r->at = xroom(r->at, &r->cap, r->n + 1, r->width * sizeof *r->at);
	memcpy(r->at + r->n++ * r->width, row, r->width * sizeof *row);
}

void
rows_free(struct rows *r)
{
	free(r->at);
	*r = (struct rows){ 0 };
}

void
rows_sum(const struct rows *r, double *sums)
{
	memset(sums, 0, r->width * sizeof *sums);
	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->width; k++)
			sums[k] += r->at[i * r->width + k];
}

/* The rows in single precision, each filled up to whole vectors. */
static lanes *
to_single(const struct rows *r, size_t vectors)
{
	float *s = xaligned(r->n * vectors * sizeof(lanes));

	for (size_t i = 0; i < r->n; i++)
		for (size_t k = 0; k < r->width; k++)
			s[i * vectors * LANES + k] =
				(float)r->at[i * r->width + k];
	return (lanes *)(void *)s;
}

/* Add the rows drawn one after another: beyond 2^24 the order shows. */
static inline void
add_drawn(lanes *restrict sum, const lanes *restrict row, size_t vectors,
	const uint32_t *drawn, size_t n)
{
	lanes acc[4] = { { 0 } };

	for (size_t i = 0; i < n; i++)
		for (size_t v = 0; v < vectors; v++)
			acc[v] += row[drawn[i] * vectors + v];
	memcpy(sum, acc, vectors * sizeof *sum);
}

static void
sum_drawn(lanes *restrict sum, const lanes *restrict row, size_t vectors,
	const uint32_t *drawn, size_t n)
{
	switch (vectors) {   /* of known width the sums stay in registers */
	case 1: add_drawn(sum, row, 1, drawn, n); return;
	case 2: add_drawn(sum, row, 2, drawn, n); return;
	case 3: add_drawn(sum, row, 3, drawn, n); return;
	case 4: add_drawn(sum, row, 4, drawn, n); return;
	}
	memset(sum, 0, vectors * sizeof *sum);
	for (size_t i = 0; i < n; i++)
		for (size_t v = 0; v < vectors; v++)
			sum[v] += row[drawn[i] * vectors + v];
}

void
resamples_draw(struct resamples *s, const struct metric *m,
	const struct rows *r, struct pcg64 *rng, size_t n)
{
	size_t vectors = (r->width + LANES - 1) / LANES;
	uint32_t *drawn = xmalloc(r->n * sizeof *drawn);
	lanes *row = to_single(r, vectors);
	lanes *sum = xaligned(vectors * sizeof *sum);
	double *sums = xmalloc(r->width * sizeof *sums);

	s->score = xrealloc(s->score, n, sizeof *s->score);
	s->n = n;
	s->single = 1;
	for (size_t i = 0; i < n; i++) {
		pcg64_choice(rng, r->n, drawn, r->n);
		sum_drawn(sum, row, vectors, drawn, r->n);
		for (size_t k = 0; k < r->width; k++)
			sums[k] = sum[k / LANES][k % LANES];
		s->score[i] = metric_score(m, sums, SINGLE);
		s->single &= metric_is_single(m, sums);
	}
	free(drawn);
	free(row);
	free(sum);
	free(sums);
}

void
resamples_free(struct resamples *s)
{
	free(s->score);
	*s = (struct resamples){ 0 };
}

/* NumPy's sum: eight in turn up to 128, halves beyond. */
static double
pairwise_sum(const double *x, size_t n, enum arithmetic a)
{
	enum { BLOCK = 128, TURN = 8 };
	double s[TURN], sum = 0;
	size_t i = 0;

	if (n > BLOCK) {
		size_t half = n / 2 - n / 2 % TURN;
		return rounded(a, pairwise_sum(x, half, a) +
			pairwise_sum(x + half, n - half, a));
	}
	if (n >= TURN) {
		memcpy(s, x, sizeof s);
		for (i = TURN; i < n - n % TURN; i++)
			s[i % TURN] = rounded(a, s[i % TURN] + x[i]);
		for (size_t step = 1; step < TURN; step *= 2)
			for (size_t k = 0; k < TURN; k += 2 * step)
				s[k] = rounded(a, s[k] + s[k + step]);
		sum = s[0];
	}
	for (; i < n; i++)
		sum = rounded(a, sum + x[i]);
	return sum;
}

static double
pairwise_mean(const double *x, size_t n, enum arithmetic a)
{
	return rounded(a, pairwise_sum(x, n, a) / (double)n);
}

/* Rounded once (Neumaier's sum is exact to twice the digits). */
static double
exact_mean(const double *x, size_t n)
{
	double sum = 0, lost = 0;

	for (size_t i = 0; i < n; i++) {
		double next = sum + x[i];
		lost += fabs(sum) >= fabs(x[i]) ? (sum - next) + x[i] :
			(x[i] - next) + sum;
		sum = next;
	}
	return (double)(((long double)sum + lost) / (long double)n);
}

struct interval
resamples_interval(const struct resamples *s, int paired)
{
	enum arithmetic a = s->single ? SINGLE : EXACT;
	double *x = xmalloc(s->n * sizeof *x);
	size_t low = s->n / 40, high = s->n - low - 1;
	struct interval i;

	memcpy(x, s->score, s->n * sizeof *x);
	stats_sort(x, s->n);
	i.mean = paired ? pairwise_mean(x, s->n, a) :
		rounded(a, exact_mean(x, s->n));
	i.half = rounded(a, 0.5 * rounded(a, x[high] - x[low]));
	free(x);
	return i;
}

/* One is added to both: a p-value of 0 is never shown by so few samples. */
static double
p_value(size_t larger, size_t n)
{
	return (double)(larger + 1) / (double)(n + 1);
}

double
paired_bootstrap(const struct resamples *base, const struct resamples *other,
	double difference)
{
	enum arithmetic a = base->single && other->single ? SINGLE : EXACT;
	size_t n = base->n, larger = 0;
	double *gap = xmalloc(n * sizeof *gap);

	for (size_t i = 0; i < n; i++)
		gap[i] = fabs(rounded(a, other->score[i] - base->score[i]));
	double mean = pairwise_mean(gap, n, a);
	for (size_t i = 0; i < n; i++)
		larger += rounded(a, gap[i] - mean) > rounded(a, difference);
	free(gap);
	return p_value(larger, n);
}
