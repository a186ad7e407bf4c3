#include <math.h>
#include <stdlib.h>
#include "base/sig.h"
#include "base/stats.h"
#include "clock.h"
#include "measure.h"

#ifndef MEASURE_WARM_MS   /* fuzzing needs none */
#define MEASURE_WARM_MS 5
#endif
enum {
	WINDOW = 3,             /* steps that are compared in warming up */
	WARM_MS = MEASURE_WARM_MS, WARM_MAX = 100,   /* ms at least; windows */
	CPU_STATE_MS = 20,          /* between two looks at the machine */
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
	for (int i = 0; i < WARM_MAX && !sig_pending(); i++) {
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
struct series {
	struct timings *t;
	struct cpu_state cpu;      /* the last */
	long since;              /* the repetition that followed it */
	double lost_ms;          /* since, as seen sample by sample */
	double *speed;           /* [t->cap] around each repetition */
	long shared;             /* samples at whose end the core was */
	double lost_all_ms;
	double stopped_ms;       /* of that, lost at once */
	struct watch watch;
};

static void
add_sample(struct series *c, int cell, const struct stamp *from,
	const struct stamp *to, int threads)
{
	struct timings *t = c->t;
	long i = t->reps * t->cells + cell;

	t->ms[i] = (float)stamp_ms(from, to);
	t->bad[i] = 0;
	if (stamp_disturbed(from, to, threads))
		timings_spoil(t, t->reps, cell);
	double lost = stamp_lost_ms(from, to);
	c->lost_ms += lost;
	c->lost_all_ms += lost;
	if (lost > STOP_MS)
		c->stopped_ms += lost;
	c->shared += to->shared;
}

static void
repeat(struct subject *s, struct series *c)
{
	struct stamp m[2];
	int cell = 0;

	for (int b = 0; b < s->w->batches; b++) {
		int left = workload_steps(s->w, b);
		stamp_now(&m[0], &c->watch);
		subject_encode(s, b);
		stamp_now(&m[1], &c->watch);
		add_sample(c, cell++, &m[0], &m[1], s->w->threads);
		for (int at = 1; left-- > 0; at = !at) {
			beam_step(&s->beam);
			stamp_now(&m[!at], &c->watch);
			add_sample(c, cell++, &m[at], &m[!at],
				s->w->threads);
		}
		beam_end(&s->beam);
	}
}

/* Look at the machine; what was stolen, no sample shows. */
static void
series_look(struct series *c)
{
	struct timings *t = c->t;
	struct cpu_state p;

	cpu_state_now(&p);
	int stolen = cpu_state_stolen(&c->cpu, &p, c->lost_ms);
	for (long r = c->since; r < t->reps; r++) {
		c->speed[r] = p.speed;
		for (int i = 0; stolen && i < t->cells; i++)
			timings_spoil(t, r, i);
	}
	c->cpu = p;
	c->since = t->reps;
	c->lost_ms = 0;
}

/* Repetitions at another clock frequency than most are disturbed. */
static void
series_speeds(struct series *c)
{
	struct timings *t = c->t;
	double usual = stats_median(c->speed, (size_t)t->reps);

	for (long r = 0; r < t->reps; r++)
		for (int i = 0; speed_differs(c->speed[r], usual) &&
		    i < t->cells; i++)
			timings_spoil(t, r, i);
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
series_add(struct subject *s, struct series *c)
{
	struct timings *t = c->t;
	long cap = t->cap;

	timings_grow(t);
	if (t->cap != cap)
		c->speed = xrealloc(c->speed, (size_t)t->cap,
			sizeof *c->speed);
	c->speed[t->reps] = c->cpu.speed;
	repeat(s, c);
	t->reps++;
	if (clock_ms() - c->cpu.ms > CPU_STATE_MS)
		series_look(c);
}

/* Repetitions that are wanted at least. */
static long
wanted(const struct stop_rule *p)
{
	return p->repeat ? p->repeat : p->min_repeat;
}

/* Is it time to estimate? Not after each of many repetitions. */
static int
is_due(const struct stop_rule *p, const struct timings *t, long last)
{
	return t->reps - redone(t) >= wanted(p) && t->reps >= last + last / 5;
}

/* Is the time over? What was asked for is made in any case; beyond that,
 * precision and undisturbed samples are waited for. */
static int
is_over(const struct stop_rule *p, const struct series *c, double from)
{
	return c->t->reps >= wanted(p) && clock_ms() - from - c->stopped_ms >
		1e3 * p->max_s;
}

/* l: as estimated after the last of so many repetitions. */
static int
is_enough(const struct stop_rule *p, const struct timings *t,
	const struct latency *l, long last)
{
	return last == t->reps && is_due(p, t, 0) &&
		timings_settled(t, wanted(p)) &&
		(p->repeat || latency_within(l, p->precision));
}

static void
describe(struct latency *l, const struct series *c,
	const struct stop_rule *p, double from)
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

int
subject_measure(struct subject *s, const struct stop_rule *p,
	struct core_cycles *core, struct timings *t, struct latency *l)
{
	struct series c = { .t = t };
	long last = 0;
	int over;

	watch_open(&c.watch, s->w->threads, s->w->device->apart, core);
	warm_up(s);
	timings_start(t, s->w);
	cpu_state_now(&c.cpu);
	double from = c.cpu.ms;
	*l = (struct latency){ 0 };
	do {
		series_add(s, &c);
		over = is_over(p, &c, from);
		if (!over && !is_due(p, t, last))
			continue;
		series_look(&c);
		series_speeds(&c);
		latency_estimate(l, t);
		last = t->reps;
	} while (!s->decoder->failed && !over &&
	    !is_enough(p, t, l, last) && !sig_pending());
	l->stopped = !over && !is_enough(p, t, l, last);
	describe(l, &c, p, from);
	l->launches = s->decoder->launches;
	watch_close(&c.watch);
	free(c.speed);
	return s->decoder->failed ? -1 : 0;
}
