#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include "die.h"
#include "mem.h"
#include "team.h"

enum { SPINS = 2000, YIELDS = 2000 };

struct member {
	struct team *team;
	int me;
};

static void
pause_cpu(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Wait a little for the counter to move on; tries counts the waits. */
static void
wait_a_bit(int *tries)
{
	if (++*tries < SPINS)
		pause_cpu();
	else
		sched_yield();
}

void
team_wait(struct team *t)
{
	unsigned phase = atomic_load(&t->phase);
	int tries = 0;

	if (t->threads == 1)
		return;
	if (atomic_fetch_add(&t->arrived, 1) + 1 == t->threads) {
		atomic_store(&t->arrived, 0);
		atomic_fetch_add(&t->phase, 1);
		return;
	}
	while (atomic_load(&t->phase) == phase)
		wait_a_bit(&tries);
}

/* Until there is another job than the last. */
static void
wait_for_job(struct team *t, unsigned last)
{
	for (int tries = 0; atomic_load(&t->job) == last; ) {
		wait_a_bit(&tries);
		if (tries < SPINS + YIELDS)
			continue;
		pthread_mutex_lock(&t->lock);
		atomic_fetch_add(&t->asleep, 1);
		while (atomic_load(&t->job) == last)
			pthread_cond_wait(&t->wake, &t->lock);
		atomic_fetch_sub(&t->asleep, 1);
		pthread_mutex_unlock(&t->lock);
	}
}

static void *
work(void *arg)
{
	struct member *m = arg;
	struct team *t = m->team;

	for (unsigned job = 0; ; job++) {
		wait_for_job(t, job);
		if (t->quit)
			return NULL;
		t->work(t->arg, m->me);
		team_wait(t);
	}
}

static void
start_job(struct team *t)
{
	atomic_fetch_add(&t->job, 1);
	if (!atomic_load(&t->asleep))
		return;
	pthread_mutex_lock(&t->lock);
	pthread_cond_broadcast(&t->wake);
	pthread_mutex_unlock(&t->lock);
}

void
team_run(struct team *t, void (*job)(void *, int), void *arg)
{
	if (t->threads > 1) {
		t->work = job;
		t->arg = arg;
		start_job(t);
	}
	job(arg, 0);
	team_wait(t);
}

void
team_init(struct team *t, int threads)
{
	*t = (struct team){ .threads = threads };
	if (threads == 1)
		return;
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->wake, NULL);
	t->thread = xcalloc((size_t)threads, sizeof *t->thread);
	t->member = xcalloc((size_t)threads, sizeof *t->member);
	for (int i = 1; i < threads; i++) {
		t->member[i] = (struct member){ t, i };
		int e = pthread_create(&t->thread[i], NULL, work,
			&t->member[i]);
		if (e)
			die("cannot start thread %d: %s", i + 1, strerror(e));
	}
}

void
team_free(struct team *t)
{
	if (t->threads > 1) {
		t->quit = 1;
		start_job(t);
		for (int i = 1; i < t->threads; i++)
			pthread_join(t->thread[i], NULL);
		pthread_cond_destroy(&t->wake);
		pthread_mutex_destroy(&t->lock);
	}
	free(t->thread);
	free(t->member);
	memset(t, 0, sizeof *t);
}
