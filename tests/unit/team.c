/* Teams: every piece is done once and every barrier holds, with many more
 * threads than CPUs, many teams at once, and very many very small jobs. */
#include <stdlib.h>
#include <unistd.h>
#include "base/cpus.h"
#include "base/mem.h"
#include "base/team.h"
#include "tap.h"

enum { PIECES = 300, MOST = 64 };

/* Not atomic: two threads that do one piece are seen. */
struct count {
	int n, threads;
	long done[PIECES];
	atomic_int strange;
};

static void
count_piece(void *arg, int i, int me)
{
	struct count *c = arg;

	if (i < 0 || i >= c->n || me < 0 || me >= c->threads)
		c->strange++;
	else
		c->done[i]++;
}

/* 1 if each of the first n has been done so often, and no other. */
static int
all_done(const struct count *c, int n, long times)
{
	int right = !c->strange;

	for (int i = 0; i < PIECES; i++)
		right &= c->done[i] == (i < n ? times : 0);
	return right;
}

static void
test_for(int threads, int n, long times, int flexible)
{
	struct count c = { .n = n, .threads = threads };
	struct team t;

	team_init(&t, threads);
	t.flexible = flexible;
	for (long i = 0; i < times; i++)
		team_for(&t, n, count_piece, &c);
	team_free(&t);
	OK(all_done(&c, n, times), "%ld jobs of %d pieces by %d threads%s",
		times, n, threads, flexible ? ", flexible" : "");
}

/* Each writes its own, and behind the barrier reads all. */
struct lock_step {
	struct team team;
	int rounds, of;
	long wrote[MOST], sum;
	atomic_int wrong, came;
};

static void
march(void *arg, int me)
{
	struct lock_step *s = arg;
	int of = s->team.working;

	s->came++;
	for (int r = 0; r < s->rounds; r++) {
		s->wrote[me]++;
		team_wait(&s->team);
		for (int i = 1; i < of; i++)
			s->wrong += s->wrote[i] != s->wrote[0];
		team_wait(&s->team);
	}
}

static void
test_run(int threads, int rounds, int times)
{
	struct lock_step *s = xcalloc(1, sizeof *s);

	s->rounds = rounds;
	team_init(&s->team, threads);
	for (int i = 0; i < times; i++)
		team_run(&s->team, march, s);
	OK(!s->wrong && s->came == times * threads && s->wrote[0] ==
		(long)times * rounds, "%d jobs with %d barriers of %d threads",
		times, 2 * rounds, threads);
	team_free(&s->team);
	free(s);
}

/* Jobs of both kinds after each other: a thread that comes late to one must
 * not take it for another. */
static void
test_mixed(int threads, int times)
{
	struct lock_step *s = xcalloc(1, sizeof *s);
	struct count c = { .n = 7, .threads = threads };

	s->rounds = 1;
	team_init(&s->team, threads);
	for (int i = 0; i < times; i++) {
		team_for(&s->team, c.n, count_piece, &c);
		if (i % 3 == 0)
			team_run(&s->team, march, s);
	}
	OK(!s->wrong && s->came == (times + 2) / 3 * threads &&
		all_done(&c, c.n, times), "%d jobs of both kinds by %d threads",
		times, threads);
	team_free(&s->team);
	free(s);
}

/* A thread of a team that has a team. */
static void
lead(void *arg, int me)
{
	struct count *c = (struct count *)arg + me;
	struct team t;

	for (int i = 0; i < 20; i++) {
		team_init(&t, 3);
		for (int k = 0; k < 50; k++)
			team_for(&t, c->n, count_piece, c);
		team_free(&t);
	}
}

/* They are gone again, or the second time would find fewer. */
static void
test_most(void)
{
	OK(team_most(1) == 1, "the caller needs no start");
	OK(team_most(8) == 8 && team_most(8) == 8, "eight can be started");
}

static void
test_nested(void)
{
	enum { LEADERS = 5 };
	struct count *c = xcalloc(LEADERS, sizeof *c);
	struct team t;
	int right = 1;

	for (int i = 0; i < LEADERS; i++)
		c[i].n = 10 + i, c[i].threads = 3;
	team_init(&t, LEADERS);
	team_run(&t, lead, c);
	team_free(&t);
	for (int i = 0; i < LEADERS; i++)
		right &= all_done(c + i, 10 + i, 1000);
	OK(right, "%d teams, each led by a thread of another", LEADERS);
	free(c);
}

/* All but the caller are slow: it soon works alone, and all is done. */
static void
loiter(void *arg, int me)
{
	struct lock_step *s = arg;

	s->came++;
	if (me)
		usleep(2000);
	team_wait(&s->team);
	if (s->team.working == 1)
		s->sum++;
}

static void
test_alone(void)
{
	struct lock_step *s = xcalloc(1, sizeof *s);
	long n = 0;

	team_init(&s->team, 3);
	s->team.flexible = 1;
	for (; n < 5000 && s->sum < 5; n++)
		team_run(&s->team, loiter, s);
	OK(s->sum == 5 && s->came == 3 * (n - s->sum) + s->sum,
		"while the others hold it up, the caller of a flexible team "
		"works alone (%ld of %ld)", s->sum, n);
	team_free(&s->team);
	free(s);
}

int
main(void)
{
	struct count c = { .n = 9, .threads = 1 };

	team_for(NULL, c.n, count_piece, &c);
	OK(all_done(&c, c.n, 1), "no team: the caller");
	test_for(1, 10, 100, 0);
	test_for(2, 2, 100000, 0);
	test_for(2, 1, 100000, 0);
	test_for(3, PIECES, 3000, 0);
	test_for(MOST, PIECES, 300, 0);
	test_for(MOST, 5, 300, 1);
	test_for(4, 20, 20000, 1);
	test_for(4, 0, 10, 0);
	test_run(1, 3, 3);
	test_run(2, 1, 20000);
	test_run(2, 20000, 1);
	test_run(2 * cpus_allowed(), 500, 4);
	test_run(MOST, 20, 5);
	test_mixed(2, 30000);
	test_mixed(9, 1000);
	test_most();
	test_nested();
	test_alone();
	return FINISH();
}
