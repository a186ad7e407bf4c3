/* team.h - threads that work together on very short pieces of work.
 *
 * Who waits spins for some microseconds, then sleeps in the kernel, so that a
 * CPU shared with somebody else, or a quota, is not spent on waiting. A team
 * serves one caller at a time; teams do not know of each other. */
#ifndef TEAM_H
#define TEAM_H

#include <pthread.h>
#include <stdatomic.h>

/* A counter that can be waited for, in cache lines of its own. */
struct event {
	atomic_uint count;
	atomic_int asleep;
	char apart[120];
};

/* Would the caller alone have been faster lately? In ns. */
struct pace {
	long team, alone;        /* what some jobs took, would have taken */
	long waited;             /* of the present job, by the caller */
	int jobs;
	long alone_until;
};

typedef void team_piece(void *arg, int i, int me);
typedef void team_work(void *arg, int me);

struct team {
	int threads;
	int working;             /* those of the present job, or the last */
	int flexible;            /* set it: while others keep threads of the
	                            team from their CPUs, so that all wait,
	                            the caller works alone */
	pthread_t *thread;       /* [threads - 1]; the caller is number 0 */
	struct team_member *member;
	int spin;                /* ns before a thread sleeps */
	atomic_int quit;
	struct event job;        /* moves on where there is something to do */
	team_piece *piece;       /* of team_for, with n and arg */
	team_work *work;         /* of team_run, with arg */
	void *arg;
	int n;
	atomic_uint runs;        /* begun */
	struct event open;       /* pieces that nobody has taken */
	struct event left;       /* pieces that are not done */
	struct event phase;      /* of team_wait */
	atomic_int arrived;
	pthread_t caller;
	struct pace pace;
};

void team_init(struct team *, int threads);    /* must stay where it is */
void team_free(struct team *);
/* So many of them, at least one, can be started now: it is tried. */
int team_most(int threads);
/* piece(arg, i, me) for every i of [0, n), in any order, each by a thread that
 * is free; back when all are done. Nobody waits for a thread that has not
 * begun, so one that gets no CPU does not hold up the others. Where the team
 * is NULL, the caller does it all. */
void team_for(struct team *, int n, team_piece *, void *arg);
/* work(arg, me) by every thread, me of [0, working); back when all are done. */
void team_run(struct team *, team_work *, void *arg);
/* Called by all in work: go on when all are here. */
void team_wait(struct team *);

#endif
