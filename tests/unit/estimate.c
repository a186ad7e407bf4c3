/* The estimate of a latency: no bias, and an interval that covers what it says,
 * whatever the noise, also where repetitions go on until it is narrow. */
#include "base/rng.h"
#include "base/stats.h"
#include "latency/estimate.h"
#include "tap.h"

enum { RUNS = 400, REPS_MAX = 40 };

enum noise { NORMAL, SKEWED, OUTLIERS, CORRELATED, WAVES, ENCODER_MS, NOISES };
static const char *const names[] = { "normal", "skewed", "one in 20 far off",
	"correlated", "waves", "wilder in the encoder" };

/* Relative, with median 0. state: of what is correlated. */
static double
draw(enum noise kind, struct rng *r, double *state, int encoder)
{
	double n = rng_normal(r);

	switch (kind) {
	case SKEWED:
		return 0.02 * (-log(1 - rng_unit(r)) - 0.693147);
	case OUTLIERS:
		/* far off to both sides: the median stays */
		return rng_unit(r) < 0.05 ? n : 0.01 * n;
	case CORRELATED:
		*state = 0.6 * *state + 0.8 * n;
		return 0.02 * *state;
	case WAVES:
		*state += 6.2831853 / 25;
		return 0.01 * (n + sin(*state));
	case ENCODER_MS:
		return (encoder ? 0.06 : 0.01) * n;
	default:
		return 0.02 * n;
	}
}

/* What a cell takes on a still machine: encoder, first step, later steps. */
static double
still(int cell, int cells, double encoder)
{
	return cell == 0 ? encoder : cell == 1 ? 0.6 : cells ? 1 +
		0.003 * cell : 0;
}

static void
add_repetition(struct timings *t, enum noise kind, struct rng *r,
	double *state, double encoder)
{
	timings_grow(t);
	for (int c = 0; c < t->cells; c++) {
		long i = t->reps * t->cells + c;
		t->ms[i] = (float)(still(c, t->cells, encoder) *
			(1 + draw(kind, r, state, !c)));
		t->bad[i] = 0;
	}
	t->reps++;
}

static double
truth(const struct timings *t, double encoder)
{
	double sum = 0;

	for (int c = 0; c < t->cells; c++)
		sum += still(c, t->cells, encoder);
	return sum;
}

/* Runs of reps repetitions, or (0) until the interval is within 1%. */
static void
coverage(enum noise kind, int tgt_len, double encoder, int reps)
{
	struct workload w = { .beam = 5, .batch = 1, .threads = 1 };
	struct timings t = { 0 };
	struct latency l;
	double covered = 0, bias = 0, used = 0, width = 0;

	workload_uniform(&w, 30, tgt_len);
	for (int run = 0; run < RUNS; run++) {
		struct rng r = rng_stream(7, (uint64_t)kind, (uint64_t)run);
		double state = 10 * rng_unit(&r);
		if (kind == CORRELATED)
			state = rng_normal(&r);
		timings_start(&t, &w);
		do {
			add_repetition(&t, kind, &r, &state, encoder);
			if (t.reps < 2)
				continue;
			latency_estimate(&l, &t);
		} while (t.reps < 2 || (reps ? t.reps < reps :
		    t.reps < REPS_MAX && !latency_within(&l, 0.01)));
		double true_ms = truth(&t, encoder);
		covered += l.ci95[0] <= true_ms && true_ms <= l.ci95[1];
		bias += l.total / true_ms - 1;
		width += (l.ci95[1] - l.ci95[0]) / 2 / true_ms;
		used += (double)t.reps;
	}
	covered *= 100. / RUNS;
	bias *= 100. / RUNS;
	printf("# %s, %d steps, encoder %g: covered %.1f%%, bias %.3f%%, "
		"half-width %.2f%%, repetitions %.1f\n", names[kind], tgt_len,
		encoder, covered, bias, 100 * width / RUNS, used / RUNS);
	/* where neighbours have much in common and there are few of them, the
	 * stop at a lucky moment takes its share */
	OK(covered >= (kind == CORRELATED ? 88 : 94), "%s noise, %d steps, "
		"encoder of %g: the interval covers", names[kind], tgt_len,
		encoder);
	OK(fabs(bias) < 0.2, "%s noise, %d steps: no bias", names[kind],
		tgt_len);
	timings_free(&t);
	workload_free(&w);
}

/* A slope, and disturbed samples that do not count. */
static void
exact(void)
{
	struct workload w = { .beam = 5, .batch = 1, .threads = 1 };
	struct timings t = { 0 };
	struct latency l;
	double none = 0;
	struct rng r = rng_seed(1);

	workload_uniform(&w, 30, 30);
	timings_start(&t, &w);
	OK(t.cells == 31 && t.stretches == 3, "encoder, first step, the rest");
	for (int i = 0; i < 4; i++)
		add_repetition(&t, NORMAL, &r, &none, 3);
	for (int i = 0; i < 4 * 31; i++)
		t.ms[i] = (float)still(i % 31, 31, 3);
	for (int i = 5; i < 4 * 31; i += 3) {
		t.ms[i] *= 2;
		timings_spoil(&t, i / 31, i % 31);
	}
	latency_estimate(&l, &t);
	NEAR(l.total, truth(&t, 3), 1e-6, "the slope is found, what is "
		"disturbed left out");
	NEAR(l.trimmed, l.total, 1e-6, "also of the trimmed mean");
	NEAR(l.p99, l.total, 1e-6, "and of percentiles");
	NEAR(l.encoder, 3, 1e-6, "encoder");
	OK(t.disturbed == 40, "disturbed samples are counted");
	OK(timings_settled(&t, 4) && timings_settled(&t, 5) &&
		!timings_settled(&t, 8), "enough of them are not disturbed");
	for (int i = 0; i < 4 * 31; i++)
		timings_spoil(&t, i / 31, i % 31);
	OK(t.disturbed == 4 * 31, "once each");
	latency_estimate(&l, &t);
	OK(isfinite(l.total) && l.total > truth(&t, 3), "all are used where "
		"all are disturbed");
	OK(!timings_settled(&t, 1), "and nothing is settled then");
	timings_free(&t);
	workload_free(&w);
}

/* Of few wild samples the interval stays within what was seen. */
static void
bounded(void)
{
	struct workload w = { .beam = 5, .batch = 1, .threads = 1 };
	struct timings t = { 0 };
	int in = 0, n = 0;

	workload_uniform(&w, 30, 3);
	for (int run = 0; run < 200; run++) {
		struct rng r = rng_stream(11, 0, (uint64_t)run);
		timings_start(&t, &w);
		for (int rep = 0; rep < 1 + run % 5; rep++) {
			double least = 0, most = 0;
			struct latency l;
			timings_grow(&t);
			for (int c = 0; c < t.cells; c++) {
				long i = t.reps * t.cells + c;
				t.ms[i] = (float)exp(3 * rng_normal(&r));
				t.bad[i] = 0;
			}
			t.reps++;
			latency_estimate(&l, &t);
			for (int k = 0; k < t.stretches; k++) {
				least += t.stretch[k].least * t.stretch[k].n;
				most += t.stretch[k].most * t.stretch[k].n;
			}
			n++;
			in += least > 0 && l.ci95[0] >= least * (1 - 1e-9) &&
				l.ci95[0] <= l.total && l.total <= l.ci95[1] &&
				l.ci95[1] <= most * (1 + 1e-9);
		}
	}
	OK(n > 500 && in == n, "%d of %d intervals of few wild samples lie "
		"within them", in, n);
	timings_free(&t);
	workload_free(&w);
}

/* Real sentences: which are chosen, and the mean of batches. */
static void
of_pairs(void)
{
	struct workload w = { .beam = 2, .batch = 2, .threads = 1 };
	struct pairs p = { 0 };
	struct timings t = { 0 };
	struct latency l;
	struct why why;
	int ids[64];

	for (int i = 0; i < 64; i++)
		ids[i] = 2;
	for (int i = 0; i < 41; i++)
		pairs_add(&p, ids, 1 + i % 20, ids, 3 + i % 20, 0, 0, &why);
	OK(!workload_pairs(&w, &p, 5) && w.batches == 5 && w.pairs == 41,
		"five batches of 41 pairs");
	for (int b = 1; b < w.batches; b++)
		OK(workload_steps(&w, b) >= workload_steps(&w, b - 1),
			"batch %d is longer", b);
	NEAR(w.src_len, 10.5, 0.1, "mean source length");
	NEAR(w.tgt_len, 12.5, 0.1, "mean target length");
	uint64_t digest = w.digest;
	workload_free(&w);

	w = (struct workload){ .beam = 2, .batch = 64, .threads = 1 };
	OK(!workload_pairs(&w, &p, 5) && w.batches == 1 && w.at[1] == 41,
		"one batch of all");
	OK(w.digest == digest, "the digest is the file's");
	OK(workload_alive(&w, 0, 0) == 41 && workload_alive(&w, 0, 22) == 0 &&
		workload_alive(&w, 0, 21) == 2, "sentences end by and by");
	timings_start(&t, &w);
	/* 3 .. 22 steps: the first, the next two, then one is done each step */
	OK(t.cells == 23 && t.stretches == 22, "stretches of equal rows");
	timings_grow(&t);
	for (int i = 0; i < t.cells; i++) {
		t.ms[i] = 1;
		t.bad[i] = 0;
	}
	t.reps = 1;
	latency_estimate(&l, &t);
	NEAR(l.total, 23, 1e-9, "once each");
	timings_free(&t);
	workload_free(&w);
	pairs_free(&p);
}

int
main(void)
{
	exact();
	bounded();
	of_pairs();
	for (int k = 0; k < NOISES; k++) {
		coverage(k, 30, 2, 0);
		coverage(k, 30, 20, 3);
		coverage(k, 5, 2, 0);
	}
	return FINISH();
}
