#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/stats.h"
#include "estimate.h"

enum {
	LINE_MIN = 8,           /* positions from which a slope is fitted */
	SHAPE_MIN = 6,          /* samples of a stretch that show a shape */
	CI_MIN = 6,             /* 2 / 2^n < 5% */
	BLOCKS_MIN = 6, BLOCKS_MAX = 24,
	UNKNOWN_SPREAD = 3,     /* of what was timed once: x that of others */
};

/* A sample: which, and how far off its stretch's median it is. */
struct residual {
	double ms;              /* without slope */
	double z;               /* relative */
	double weight;          /* ms of the total that rest on it */
	long when;              /* index into timings */
	short encoder, few;     /* few: its stretch has too few like it */
};

/* --- timings ------------------------------------------------------------- */

static void
add_stretch(struct timings *t, int n, int batch, int encoder)
{
	t->stretch = xrealloc(t->stretch, (size_t)t->stretches + 1,
		sizeof *t->stretch);
	t->stretch[t->stretches++] = (struct stretch){ .at = t->cells, .n = n,
		.batch = batch, .encoder = encoder };
	t->cells += n;
}

void
timings_start(struct timings *t, const struct workload *w)
{
	t->cells = t->stretches = 0;
	t->batches = w->batches;
	for (int b = 0; b < w->batches; b++) {
		int steps = workload_steps(w, b), at = 1, next;
		add_stretch(t, 1, b, 1);
		/* the first step has one row a sentence, not a beam */
		add_stretch(t, 1, b, 0);
		for (; at < steps; at = next) {
			int alive = workload_alive(w, b, at);
			for (next = at; next < steps &&
			    workload_alive(w, b, next) == alive; next++)
				;
			add_stretch(t, next - at, b, 0);
		}
	}
	t->reps = t->cap = t->disturbed = 0;
}

void
timings_grow(struct timings *t)
{
	size_t cells = (size_t)t->cells;

	if (t->reps < t->cap)
		return;
	t->cap = t->cap ? 2 * t->cap : 8;
	size_t n = (size_t)t->cap * cells;
	t->ms = xrealloc(t->ms, n, sizeof *t->ms);
	t->bad = xrealloc(t->bad, n, sizeof *t->bad);
	t->scratch = xrealloc(t->scratch, n, sizeof *t->scratch);
}

void
timings_free(struct timings *t)
{
	free(t->stretch);
	free(t->ms);
	free(t->bad);
	free(t->scratch);
	*t = (struct timings){ 0 };
}

void
timings_spoil(struct timings *t, long rep, int cell)
{
	unsigned char *bad = &t->bad[rep * t->cells + cell];

	t->disturbed += !*bad;
	*bad = 1;
}

int
timings_settled(const struct timings *t, long repeats)
{
	for (int k = 0; k < t->stretches; k++) {
		const struct stretch *s = &t->stretch[k];
		long clean = 0;
		for (long rep = 0; rep < t->reps; rep++)
			for (int c = s->at; c < s->at + s->n; c++)
				clean += !t->bad[rep * t->cells + c];
		if (2 * clean < repeats * s->n)
			return 0;
	}
	return 1;
}

/* --- a stretch ----------------------------------------------------------- */

static int
by_ms(const void *a, const void *b)
{
	double x = ((const struct residual *)a)->ms;
	double y = ((const struct residual *)b)->ms;

	return (x > y) - (x < y);
}

/* The undisturbed samples of a stretch's cells [from, to), or all if there
 * are none. Returns how many. */
static size_t
gather(const struct timings *t, const struct stretch *s, int from, int to,
	struct residual *r)
{
	size_t n = 0;

	for (int bad = 0; !n && bad < 2; bad++)
		for (long rep = 0; rep < t->reps; rep++)
			for (int c = from; c < to; c++) {
				long i = rep * t->cells + s->at + c;
				if (t->bad[i] <= bad)
					r[n++] = (struct residual){ .when = i,
						.ms = t->ms[i] };
			}
	return n;
}

static double
median_ms(struct residual *r, size_t n)
{
	qsort(r, n, sizeof *r, by_ms);
	return n % 2 ? r[n / 2].ms : (r[n / 2 - 1].ms + r[n / 2].ms) / 2;
}

/* ms a step by which a stretch grows. */
static double
stretch_slope(const struct timings *t, const struct stretch *s,
	struct residual *scratch)
{
	int third = s->n / 3;

	if (s->n < LINE_MIN)
		return 0;
	double a = median_ms(scratch, gather(t, s, 0, third, scratch));
	double b = median_ms(scratch, gather(t, s, s->n - third, s->n,
		scratch));
	return (b - a) / (s->n - third);
}

static double
off_middle(const struct stretch *s, long cell)
{
	return (double)(cell - s->at) - (s->n - 1) / 2.0;
}

/* A stretch's median and slope; its samples with residuals and weights to r,
 * how many to n. Returns the mean of their middle 80%. */
static double
fit_stretch(const struct timings *t, struct stretch *s, struct residual *r,
	size_t *n)
{
	double trimmed = 0, small = 1;

	s->slope = stretch_slope(t, s, r);
	*n = gather(t, s, 0, s->n, r);
	for (size_t i = 0; i < *n; i++)
		r[i].ms -= s->slope * off_middle(s, r[i].when % t->cells);
	s->median = median_ms(r, *n);
	s->least = r[0].ms;
	s->most = r[*n - 1].ms;
	size_t cut = *n / 10;
	for (size_t i = cut; i < *n - cut; i++)
		trimmed += r[i].ms / (double)(*n - 2 * cut);
	/* off a median of few, samples seem closer than they are */
	if (*n > 1)
		small = sqrt((double)*n / ((double)*n - 1));
	for (size_t i = 0; i < *n; i++) {
		r[i].z = small * (r[i].ms / s->median - 1);
		r[i].weight = s->n * s->median / (double)*n;
		r[i].encoder = (short)s->encoder;
		r[i].few = *n < SHAPE_MIN;
	}
	return trimmed;
}

/* --- the interval -------------------------------------------------------- */

static int
by_z(const void *a, const void *b)
{
	double x = ((const struct residual *)a)->z;
	double y = ((const struct residual *)b)->z;

	return (x > y) - (x < y);
}

static int
by_time(const void *a, const void *b)
{
	long x = ((const struct residual *)a)->when;
	long y = ((const struct residual *)b)->when;

	return (x > y) - (x < y);
}

/* How much farther encoder runs lie off their medians than steps do; at least
 * as far. */
static double
encoder_spread(const struct timings *t, const struct residual *r, size_t n)
{
	double sum[2] = { 0 };
	size_t of[2] = { 0 };

	for (size_t i = 0; i < n; i++) {
		sum[r[i].encoder] += fabs(r[i].z);
		of[r[i].encoder]++;
	}
	if (of[1] <= (size_t)t->batches)
		return UNKNOWN_SPREAD;
	double ratio = sum[1] / (double)of[1] / (sum[0] / (double)of[0]) *
		sqrt(stats_t975((double)of[1] - t->batches) / 1.96);
	return ratio > 1 ? ratio : 1;
}

/* How many independent samples of equal weight would be worth as much, were
 * neighbours in time independent. */
static double
worth(const struct residual *r, size_t n, double spread)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++) {
		double w = r[i].weight * (r[i].encoder ? spread : 1);
		sum += r[i].weight;
		squares += w * w;
	}
	return sum * sum / squares;
}

/* Variance of the weighted sum of signs, by sums of blocks in time, over
 * what it were if neighbours had nothing to do with each other. */
static double
correlation(const struct residual *r, size_t n, int blocks)
{
	double sum[BLOCKS_MAX] = { 0 }, all = 0, alone = 0, var = 0;

	for (size_t i = 0; i < n; i++) {
		double u = r[i].weight * ((r[i].z > 0) - (r[i].z < 0));
		sum[i * (size_t)blocks / n] += u;
		all += u / blocks;
		alone += u * u;
	}
	for (int b = 0; b < blocks; b++)
		var += (sum[b] - all) * (sum[b] - all);
	var *= (double)blocks / (blocks - 1);
	return var > alone ? var / alone : 1;
}

/* z at a share of the sorted samples, outward to the next. */
static double
bound(const struct residual *r, size_t n, double share)
{
	double at = share * (double)n - 0.5;

	at = share > 0.5 ? ceil(at) : floor(at);
	return r[at < 0 ? 0 : at > (double)n - 1 ? n - 1 : (size_t)at].z;
}

/* Within the sums of the stretches' shortest and longest samples, and around
 * the total: few samples alone would reach farther. */
static void
hold_to_seen(struct latency *l, const struct timings *t)
{
	double least = 0, most = 0;

	for (int k = 0; k < t->stretches; k++) {
		const struct stretch *s = &t->stretch[k];
		least += s->least * s->n / t->batches;
		most += s->most * s->n / t->batches;
	}
	l->ci95[0] = fmin(l->total, fmax(l->ci95[0], fmax(least, 0)));
	l->ci95[1] = fmax(l->total, fmin(l->ci95[1], most));
}

static void
interval(struct latency *l, const struct timings *t, struct residual *r,
	size_t n)
{
	int blocks = (int)sqrt((double)n);
	size_t kept = 0;

	l->independent = worth(r, n, encoder_spread(t, r, n));
	if (blocks > BLOCKS_MAX)
		blocks = BLOCKS_MAX;
	if (blocks >= BLOCKS_MIN) {
		qsort(r, n, sizeof *r, by_time);
		double narrow = correlation(r, n, blocks);
		double wide = correlation(r, n, (blocks + 1) / 2);
		l->independent /= wide > narrow ? wide : narrow;
	}
	for (size_t i = 0; i < n; i++)
		if (!r[i].few)
			r[kept++] = r[i];
	kept = kept ? kept : n;
	qsort(r, kept, sizeof *r, by_z);
	double free = blocks >= BLOCKS_MIN ? blocks : l->independent;
	double half = free < 2 ? 1 : stats_t975(free - 1) /
		(2 * sqrt(l->independent));
	/* too few: farther than any sample */
	double far = half > 0.5 ? 2 * half : 1;
	l->ci95[0] = l->total * (1 + far * bound(r, kept, 0.5 - half));
	l->ci95[1] = l->total * (1 + far * bound(r, kept, 0.5 + half));
	hold_to_seen(l, t);
}

/* --- the whole ----------------------------------------------------------- */

/* Quantiles of the batches as they came; for a disturbed sample stands what
 * is usual. */
static void
percentiles(struct latency *l, const struct timings *t)
{
	size_t n = (size_t)t->reps * (size_t)t->batches;
	double *total = xcalloc(n, sizeof *total);

	for (long rep = 0; rep < t->reps; rep++)
		for (int k = 0; k < t->stretches; k++) {
			const struct stretch *s = &t->stretch[k];
			double *own = &total[rep * t->batches + s->batch];
			for (int c = s->at; c < s->at + s->n; c++) {
				long i = rep * t->cells + c;
				*own += t->bad[i] ? s->median + s->slope *
					off_middle(s, c) : t->ms[i];
			}
		}
	stats_sort(total, n);
	l->p50 = stats_quantile(total, n, 0.5);
	l->p90 = stats_quantile(total, n, 0.9);
	l->p99 = stats_quantile(total, n, 0.99);
	free(total);
}

void
latency_estimate(struct latency *l, struct timings *t)
{
	size_t n = 0, more;

	l->encoder = l->decoder = l->trimmed = 0;
	for (int k = 0; k < t->stretches; k++, n += more) {
		struct stretch *s = &t->stretch[k];
		double *part = s->encoder ? &l->encoder : &l->decoder;
		l->trimmed += fit_stretch(t, s, t->scratch + n, &more) *
			s->n / t->batches;
		*part += s->median * s->n / t->batches;
	}
	l->total = l->encoder + l->decoder;
	interval(l, t, t->scratch, n);
	percentiles(l, t);
}

int
latency_within(const struct latency *l, double share)
{
	return l->independent >= CI_MIN &&
		(l->ci95[1] - l->ci95[0]) / 2 <= share * l->total;
}
