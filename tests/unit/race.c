/* Races: who is given up is worse, who is not is not; the estimate is right. */
#include <stdlib.h>
#include "base/rng.h"
#include "model/race.h"
#include "tap.h"

enum { SENTENCES = 300, RUNS = 4000, BATCHES = 24 };

/* Lengths as they are in text, sorted. */
static void
lengths(int *t, struct rng *r)
{
	for (int i = 0; i < SENTENCES; i++)
		t[i] = 4 + i / 12 + (int)rng_below(r, 3);
}

struct run {
	double truth, estimate;   /* difference a token */
	int lost;
	double seen;              /* share of the sentences */
};

/* One against a rival that is better by gap a token, with spread a token. */
static struct run
run(struct rng *r, double gap, double spread, double tilt)
{
	struct race race = { .all_sentences = SENTENCES };
	struct run out = { 0, 0, 0, 0 };
	int t[SENTENCES];
	double d[SENTENCES];

	lengths(t, r);
	for (int i = 0; i < SENTENCES; i++) {
		/* better at short ones, worse at long ones */
		d[i] = t[i] * (gap + tilt * (2.0 * i / SENTENCES - 1)) +
			spread * sqrt(t[i]) * rng_normal(r);
		race.all_tokens += t[i];
		out.truth += d[i];
	}
	out.truth /= race.all_tokens;
	for (int b = 0; b < BATCHES && !out.lost; b++) {
		for (int i = b; i < SENTENCES; i += BATCHES)
			race_add(&race, t[i], 3 * t[i] + d[i], 3 * t[i]);
		out.lost = b + 1 < BATCHES && race_lost(&race);
	}
	out.estimate = race_difference(&race);
	out.seen = race.n / SENTENCES;
	return out;
}

/* Of those that are better or as good none may be given up but by chance. */
static void
test_wrong(void)
{
	struct rng r = rng_seed(1);
	int wrong = 0, good = 0;

	for (int i = 0; i < RUNS; i++) {
		struct run x = run(&r, -.005 + .01 * rng_unit(&r), .5,
			i % 2 ? .1 : -.1);
		good += x.truth <= 0;
		wrong += x.lost && x.truth <= 0;
	}
	OK(good > RUNS / 3 && wrong <= 4, "%d of %d that are not worse are "
		"given up", wrong, good);
}

static void
test_right(void)
{
	struct rng r = rng_seed(2);
	int lost = 0, below = 0;
	double seen = 0, error = 0;

	for (int i = 0; i < RUNS; i++) {
		struct run x = run(&r, .3, .5, .1);
		lost += x.lost;
		below += x.lost && x.estimate <= 0;
		seen += x.seen / RUNS;
		error += (x.estimate - x.truth) / RUNS;
	}
	OK(lost == RUNS && seen < .25, "one that is worse by much is given up "
		"after %.2f of the sentences", seen);
	OK(!below, "its estimate is above the rival's");
	OK(fabs(error) < .01, "and near what it would be (%+.4f)", error);
}

/* One that is as good to the last digit, or ahead everywhere. */
static void
test_equal(void)
{
	struct race r = { .all_sentences = 100, .all_tokens = 1000 };
	int lost = 0;

	for (int i = 0; i < 99; i++) {
		race_add(&r, 10, 30, 30);
		lost += race_lost(&r);
	}
	OK(!lost, "a race against itself is never lost");
	r = (struct race){ .all_sentences = 100, .all_tokens = 1000 };
	for (int i = 0; i < 99; i++) {
		race_add(&r, 10, 29, 30);
		lost += race_lost(&r);
	}
	OK(!lost, "nor one in which each sentence is better");
	r = (struct race){ .all_sentences = 100, .all_tokens = 1000 };
	for (int i = 0; i < RACE_SENTENCES - 1; i++) {
		race_add(&r, 10, 31, 30);
		lost += race_lost(&r);
	}
	race_add(&r, 10, 31, 30);
	OK(!lost && race_lost(&r), "%d sentences are looked at at least",
		RACE_SENTENCES);
	r = (struct race){ .all_sentences = 100, .all_tokens = 1000 };
	for (int i = 0; i < 99; i++)
		race_add(&r, 10, NAN, 30);
	OK(!race_lost(&r), "what is no number is looked at to the end");
}

int
main(void)
{
	test_wrong();
	test_right();
	test_equal();
	return FINISH();
}
