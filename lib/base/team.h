/* team.h - threads that work in lock step, for very short pieces of work.
 *
 * A decoding step has some 70 barriers of microseconds between them. OpenMP's
 * spin for milliseconds by default, which stops the work altogether as soon
 * as two threads of the team share a CPU with each other or with anybody
 * else. These spin briefly, then yield; between two jobs they fall asleep. */
#ifndef TEAM_H
#define TEAM_H

#include <pthread.h>
#include <stdatomic.h>

struct team {
	int threads;
	pthread_t *thread;           /* [threads - 1]; the caller is number 0 */
	struct member *member;
	void (*work)(void *arg, int me);
	void *arg;
	int quit;
	atomic_uint job, phase;      /* counters */
	atomic_int arrived, asleep;
	pthread_mutex_t lock;
	pthread_cond_t wake;
};

void team_init(struct team *, int threads);    /* must stay where it is */
void team_free(struct team *);
/* work(arg, me) by every thread, me from 0; back when all are done. */
void team_run(struct team *, void (*work)(void *, int me), void *arg);
/* Called by all in work: go on when all are here. */
void team_wait(struct team *);

#endif
