#include <math.h>
#include <stdlib.h>
#include "clock.h"
#include "measure.h"
#include "stats.h"
#include "watch.h"

enum {
	WINDOW = 3,             /* steps that are compared in warming up */
	WARM_MS = 5, WARM_MAX = 100,   /* ms at least; windows at most */
	PULSE_MS = 20,          /* between two looks at the machine */
	REDO_MORE = 3,
	STOP_MS = 1000,         /* lost at once: stopped, not scheduled */
};

/* --- warming up ---------------------------------------------------------- */

/* A step, beginning anew where the sentences end; ms. */
static double
warm_step(struct subject *s, int *batch)
{
	double from = clock_ms();
	int more = beam_step(&s->beam);
	double ms = clock_ms() - from;

	if (!more) {
		*batch = (*batch + 1) % s->w->batches;
		subject_encode(s, *batch);
	}
	return ms;
}

/* Go on until steps are no longer clearly faster than those before. */
static void
warm_up(struct subject *s)
{
	double from = clock_ms(), last = INFINITY;
	int batch = 0;

	subject_encode(s, 0);
	warm_step(s, &batch);
	for (int i = 0; i < WARM_MAX; i++) {
		double best = INFINITY;
		for (int k = 0; k < WINDOW; k++)
			best = fmin(best, warm_step(s, &batch));
		if (best > 0.98 * last && clock_ms() - from > WARM_MS)
			return;
		last = best;
	}
}

/* --- repetitions --------------------------------------------------------- */

/* A series of repetitions, and how the machine was meanwhile. */
struct course {
	struct timings *t;
	struct pulse pulse;      /* the last */
	long since;              /* the repetition that followed it */
	double lost_ms;          /* since, as seen sample by sample */
	double *speed;           /* [t->cap] around each repetition */
	long shared;             /* samples at whose end the core was */
	double lost_all_ms;
	double stopped_ms;       /* of that, lost at once */
	struct watch watch;
};

static void
add_sample(struct course *c, int cell, const struct moment *from,
	const struct moment *to, int threads)
{
	struct timings *t = c->t;
	long i = t->reps * t->cells + cell;

	t->ms[i] = (float)moment_ms(from, to);
	t->bad[i] = 0;
	if (moment_disturbed(from, to, threads))
		timings_spoil(t, t->reps, cell);
	double lost = moment_lost_ms(from, to);
	c->lost_ms += lost;
	c->lost_all_ms += lost;
	if (lost > STOP_MS)
		c->stopped_ms += lost;
	c->shared += to->shared;
}

static void
repeat(struct subject *s, struct course *c)
{
	struct moment m[2];
	int cell = 0;

	for (int b = 0; b < s->w->batches; b++) {
		int left = workload_steps(s->w, b);
		moment_now(&m[0], &c->watch);
		subject_encode(s, b);
		moment_now(&m[1], &c->watch);
		add_sample(c, cell++, &m[0], &m[1], s->w->threads);
		for (int at = 1; left-- > 0; at = !at) {
			beam_step(&s->beam);
			moment_now(&m[!at], &c->watch);
			add_sample(c, cell++, &m[at], &m[!at],
				s->w->threads);
		}
		beam_end(&s->beam);
	}
}

/* Look at the machine; what was stolen, no sample shows. */
static void
course_look(struct course *c)
{
	struct timings *t = c->t;
	struct pulse p;

	pulse_take(&p);
	int stolen = pulse_stolen(&c->pulse, &p, c->lost_ms);
	for (long r = c->since; r < t->reps; r++) {
		c->speed[r] = p.speed;
		for (int i = 0; stolen && i < t->cells; i++)
			timings_spoil(t, r, i);
	}
	c->pulse = p;
	c->since = t->reps;
	c->lost_ms = 0;
}

/* Repetitions at another clock frequency than most are disturbed. */
static void
course_speeds(struct course *c)
{
	struct timings *t = c->t;
	size_t n = (size_t)t->reps;
	double *sorted = xcalloc(n, sizeof *sorted);

	for (size_t i = 0; i < n; i++)
		sorted[i] = c->speed[i];
	stats_sort(sorted, n);
	double usual = stats_median(sorted, n);
	for (long r = 0; r < t->reps; r++)
		for (int i = 0; speed_differs(c->speed[r], usual) &&
		    i < t->cells; i++)
			timings_spoil(t, r, i);
	free(sorted);
}

/* Repetitions that stand for disturbed ones: on a busy machine all are, so
 * not for ever. */
static long
redone(const struct timings *t)
{
	long n = (t->disturbed + t->cells - 1) / t->cells;
	long most = t->reps / 4 + REDO_MORE;

	return n < most ? n : most;
}

static void
course_add(struct subject *s, struct course *c)
{
	struct timings *t = c->t;
	long cap = t->cap;

	timings_grow(t);
	if (t->cap != cap)
		c->speed = xrealloc(c->speed, (size_t)t->cap,
			sizeof *c->speed);
	c->speed[t->reps] = c->pulse.speed;
	repeat(s, c);
	t->reps++;
	if (clock_ms() - c->pulse.ms > PULSE_MS)
		course_look(c);
}

/* Repetitions that are wanted at least. */
static long
wanted(const struct patience *p)
{
	return p->repeat ? p->repeat : p->min_repeat;
}

/* Is it time to estimate? Not after each of many repetitions. */
static int
is_due(const struct patience *p, const struct timings *t, long last)
{
	return t->reps - redone(t) >= wanted(p) && t->reps >= last + last / 5;
}

/* Is the time over? What was asked for is made in any case; beyond that,
 * precision and undisturbed samples are waited for. */
static int
is_over(const struct patience *p, const struct course *c, double from)
{
	return c->t->reps >= wanted(p) && clock_ms() - from - c->stopped_ms >
		1e3 * p->max_s;
}

static int
is_enough(const struct patience *p, const struct timings *t,
	const struct latency *l)
{
	return is_due(p, t, 0) && timings_settled(t, wanted(p)) &&
		(p->repeat || latency_within(l, p->precision));
}

static void
describe(struct latency *l, const struct course *c,
	const struct patience *p, double from)
{
	const struct timings *t = c->t;
	double now = clock_ms();
	long n = t->reps - redone(t);

	l->redone = t->disturbed;
	l->samples = t->reps * t->cells - t->disturbed;
	l->repeats = p->repeat && n > p->repeat ? p->repeat : n > 1 ? n : 1;
	l->unsettled = !timings_settled(t, wanted(p));
	l->shared = (double)c->shared / (double)(t->reps * t->cells);
	l->lost = c->lost_all_ms / fmax(now - from, 1e-3);
	l->at = (from + now) / 2;
}

void
subject_measure(struct subject *s, const struct patience *p,
	struct timings *t, struct latency *l)
{
	struct course c = { .t = t };
	long last = 0;
	int over;

	watch_open(&c.watch, s->w->threads);
	warm_up(s);
	timings_start(t, s->w);
	pulse_take(&c.pulse);
	double from = c.pulse.ms;
	*l = (struct latency){ 0 };
	do {
		course_add(s, &c);
		over = is_over(p, &c, from);
		if (!over && !is_due(p, t, last))
			continue;
		course_look(&c);
		course_speeds(&c);
		latency_estimate(l, t);
		last = t->reps;
	} while (!over && !is_enough(p, t, l));
	describe(l, &c, p, from);
	watch_close(&c.watch);
	free(c.speed);
}
