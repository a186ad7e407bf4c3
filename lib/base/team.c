#include <linux/futex.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "cpus.h"
#include "die.h"
#include "mem.h"
#include "team.h"

/* A thread that sleeps is awake again after some 5 to 50 us. Between two looks
 * at the clock there are PAUSES. */
enum { SPIN_NS = 30000, PAUSES = 32 };

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

static long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

/* 1 if the counter moves on from old within so many ns. */
static int
spin(struct event *e, unsigned old, int ns)
{
	long until = 0;

	do {
		for (int i = 0; i < PAUSES; i++) {
			if (atomic_load_explicit(&e->count,
			    memory_order_acquire) != old)
				return 1;
			pause_cpu();
		}
		if (!until)
			until = now_ns() + ns;
	} while (now_ns() < until);
	return 0;
}

/* Until the counter is another than old. */
static void
event_wait(struct event *e, unsigned old, int ns)
{
	if (ns && spin(e, old, ns))
		return;
	atomic_fetch_add(&e->asleep, 1);
	while (atomic_load(&e->count) == old)
		syscall(SYS_futex, &e->count, FUTEX_WAIT_PRIVATE, old, NULL,
			NULL, 0);
	atomic_fetch_sub(&e->asleep, 1);
}

/* Wake at most n who sleep; the counter has moved on. */
static void
event_wake(struct event *e, int n)
{
	if (atomic_load(&e->asleep))
		syscall(SYS_futex, &e->count, FUTEX_WAKE_PRIVATE, n, NULL,
			NULL, 0);
}

void
team_wait(struct team *t)
{
	unsigned phase = atomic_load(&t->phase.count);

	if (t->threads == 1)
		return;
	if (atomic_fetch_add(&t->arrived, 1) + 1 == t->threads) {
		atomic_store(&t->arrived, 0);
		atomic_fetch_add(&t->phase.count, 1);
		event_wake(&t->phase, INT_MAX);
		return;
	}
	event_wait(&t->phase, phase, t->spin);
}

/* Take one of the open pieces: how many there were, or 0. Who has one holds up
 * the end of the job, so piece, arg and n are this job's until it is done. */
static unsigned
take(struct team *t)
{
	unsigned open = atomic_load(&t->open.count);

	while (open && !atomic_compare_exchange_weak(&t->open.count, &open,
	    open - 1))
		;
	return open;
}

static void
take_pieces(struct team *t, int me)
{
	unsigned open, done = 0;

	for (; (open = take(t)); done++)
		t->piece(t->arg, t->n - (int)open, me);
	if (done && atomic_fetch_sub(&t->left.count, done) == done)
		event_wake(&t->left, 1);
}

static void *
member_work(void *arg)
{
	struct member *m = arg;
	struct team *t = m->team;
	unsigned job = 0, runs = 0;

	for (;;) {
		event_wait(&t->job, job, t->spin);
		job = atomic_load(&t->job.count);
		if (atomic_load(&t->quit))
			return NULL;
		if (atomic_load(&t->runs) == runs) {
			take_pieces(t, m->me);
			continue;
		}
		/* there is no other before all have done this one */
		runs++;
		t->work(t->arg, m->me);
		team_wait(t);
	}
}

static void
start_job(struct team *t, int helpers)
{
	atomic_fetch_add(&t->job.count, 1);
	event_wake(&t->job, helpers);
}

void
team_for(struct team *t, int n, team_piece *piece, void *arg)
{
	unsigned left;

	if (!t || t->threads == 1 || n <= 1) {
		for (int i = 0; i < n; i++)
			piece(arg, i, 0);
		return;
	}
	t->piece = piece;
	t->arg = arg;
	t->n = n;
	atomic_store(&t->left.count, (unsigned)n);
	atomic_store(&t->open.count, (unsigned)n);
	start_job(t, n - 1);
	take_pieces(t, 0);
	while ((left = atomic_load(&t->left.count)))
		event_wait(&t->left, left, t->spin);
}

void
team_run(struct team *t, team_work *work, void *arg)
{
	if (t->threads > 1) {
		t->work = work;
		t->arg = arg;
		atomic_fetch_add(&t->runs, 1);
		start_job(t, INT_MAX);
	}
	work(arg, 0);
	team_wait(t);
}

void
team_init(struct team *t, int threads)
{
	memset(t, 0, sizeof *t);
	t->threads = threads;
	if (threads == 1)
		return;
	/* who waits for a thread without a CPU should give it its own */
	t->spin = threads <= cpus_allowed() ? SPIN_NS : 0;
	t->thread = xcalloc((size_t)threads - 1, sizeof *t->thread);
	t->member = xcalloc((size_t)threads - 1, sizeof *t->member);
	for (int i = 0; i < threads - 1; i++) {
		t->member[i] = (struct member){ t, i + 1 };
		int e = pthread_create(&t->thread[i], NULL, member_work,
			&t->member[i]);
		if (e)
			die("cannot start thread %d of %d: %s; raise the limit "
				"(ulimit -u, ulimit -v) or give fewer --threads",
				i + 2, threads, strerror(e));
	}
}

void
team_free(struct team *t)
{
	if (t->threads > 1) {
		atomic_store(&t->quit, 1);
		start_job(t, INT_MAX);
		for (int i = 0; i < t->threads - 1; i++)
			pthread_join(t->thread[i], NULL);
	}
	free(t->thread);
	free(t->member);
	memset(t, 0, sizeof *t);
}
