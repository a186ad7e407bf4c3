#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "clock.h"
#include "measure.h"
#include "stats.h"

enum { WARM_UPS = 5, REDO_MORE = 3 };

void
timings_free(struct timings *s)
{
	free(s->encoder);
	free(s->decoder);
	free(s->total);
	*s = (struct timings){ 0 };
}

static void
timings_room(struct timings *s, size_t n)
{
	if (n <= s->cap)
		return;
	s->cap = n * 2;
	s->encoder = xrealloc(s->encoder, s->cap, sizeof(double));
	s->decoder = xrealloc(s->decoder, s->cap, sizeof(double));
	s->total = xrealloc(s->total, s->cap, sizeof(double));
}

/* One repetition; how often the process lost its CPU in it. */
static long
repeat(struct subject *s, double *encoder, double *decoder)
{
	long before = clock_switches();
	double from = clock_ms(), mid, to;

	beam_start(&s->beam, s->src, s->at, s->w.batch);
	mid = clock_ms();
	while (beam_step(&s->beam))
		;
	beam_end(&s->beam);
	to = clock_ms();
	*encoder = mid - from;
	*decoder = to - mid;
	return clock_switches() - before;
}

/* Run until a repetition is no longer clearly faster than the one before. */
static void
warm_up(struct subject *s)
{
	double e, d, last = INFINITY;

	for (int i = 0; i < WARM_UPS; i++) {
		repeat(s, &e, &d);
		if (e + d > 0.98 * last)
			return;
		last = e + d;
	}
}

static int
enough(const struct patience *p, struct timings *s, size_t n, double from)
{
	double ci[2];

	if (p->repeat)
		return n >= (size_t)p->repeat;
	if (n < (size_t)p->min_repeat)
		return 0;
	if (clock_ms() - from > 1e3 * p->max_s)
		return 1;
	/* sorting as we go: the order of the samples is not needed */
	stats_sort(s->total, n);
	stats_median_ci95(s->total, n, ci);
	return (ci[1] - ci[0]) / 2 <= p->precision * stats_median(s->total, n);
}

void
subject_measure(struct subject *s, const struct patience *p,
	struct timings *t, struct latency *l)
{
	size_t n = 0;

	*l = (struct latency){ 0 };
	warm_up(s);
	double from = clock_ms();
	while (!n || !enough(p, t, n, from)) {
		double encoder, decoder;
		timings_room(t, n + 1);
		/* on a busy machine all are disturbed: not for ever */
		if (repeat(s, &encoder, &decoder) &&
		    l->redone < (long)n / 4 + REDO_MORE) {
			l->redone++;
			continue;
		}
		t->encoder[n] = encoder;
		t->decoder[n] = decoder;
		t->total[n++] = encoder + decoder;
	}
	l->at = (from + clock_ms()) / 2;
	stats_sort(t->encoder, n);
	stats_sort(t->decoder, n);
	stats_sort(t->total, n);
	l->repeats = (long)n;
	l->encoder = stats_median(t->encoder, n);
	l->decoder = stats_median(t->decoder, n);
	l->total = l->encoder + l->decoder;
	l->p50 = stats_quantile(t->total, n, 0.5);
	l->p90 = stats_quantile(t->total, n, 0.9);
	l->p99 = stats_quantile(t->total, n, 0.99);
	stats_median_ci95(t->total, n, l->ci95);
}
