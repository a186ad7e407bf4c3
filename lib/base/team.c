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
#include "sig.h"
#include "stack.h"
#include "team.h"

/* A thread that sleeps is awake again after some 5 to 50 us. Between two looks
 * at the clock there are PAUSES. */
enum { SPIN_NS = 30000, PAUSES = 32 };

/* So many jobs and ns at least show how fast the team is; if it is slow, the
 * caller works alone for so many times as long, which bounds what is lost. */
enum { PACE_JOBS = 8, PACE_NS = 4000000, ALONE_TIMES = 20 };

struct team_member {
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

/* 1 if the counter moves on from old within some pauses. */
static int
moves_on(struct event *e, unsigned old)
{
	for (int i = 0; i < PAUSES; i++) {
		if (atomic_load_explicit(&e->count, memory_order_acquire) !=
		    old)
			return 1;
		pause_cpu();
	}
	return 0;
}

/* Until the counter is another than old. ns that it took, but for the first
 * pauses. */
static long
event_wait(struct event *e, unsigned old, int spin_ns)
{
	if (spin_ns && moves_on(e, old))
		return 0;
	long begin = now_ns();
	while (spin_ns && now_ns() < begin + spin_ns)
		if (moves_on(e, old))
			return now_ns() - begin;
	atomic_fetch_add(&e->asleep, 1);
	while (atomic_load(&e->count) == old)
		syscall(SYS_futex, &e->count, FUTEX_WAIT_PRIVATE, old, NULL,
			NULL, 0);
	atomic_fetch_sub(&e->asleep, 1);
	return now_ns() - begin;
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

	if (t->working == 1)
		return;
	/* later it may be another's */
	int caller = pthread_equal(pthread_self(), t->caller);
	if (atomic_fetch_add(&t->arrived, 1) + 1 == t->working) {
		atomic_store(&t->arrived, 0);
		atomic_fetch_add(&t->phase.count, 1);
		event_wake(&t->phase, INT_MAX);
		return;
	}
	long waited = event_wait(&t->phase, phase, t->spin);
	if (caller)
		t->pace.waited += waited;
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

/* How many this one has done. */
static unsigned
take_pieces(struct team *t, int me)
{
	unsigned open, done = 0;

	for (; (open = take(t)); done++)
		t->piece(t->arg, t->n - (int)open, me);
	if (done && atomic_fetch_sub(&t->left.count, done) == done)
		event_wake(&t->left, 1);
	return done;
}

static void *
member_work(void *arg)
{
	struct team_member *m = arg;
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

/* A job begins: now, or 0 if the caller does it alone. */
static long
pace_begin(struct team *t)
{
	struct pace *p = &t->pace;
	long now = now_ns();

	if (!t->flexible)
		return now;
	if (p->jobs >= PACE_JOBS && p->team >= PACE_NS) {
		if (p->alone < p->team)
			p->alone_until = now + ALONE_TIMES * p->team;
		p->team = p->alone = p->jobs = 0;
	}
	p->waited = 0;
	return now < p->alone_until ? 0 : now;
}

/* It is done; the caller did a share of it, and waited. */
static void
pace_end(struct team *t, long begin, unsigned own, unsigned all)
{
	struct pace *p = &t->pace;
	long took = now_ns() - begin;

	p->jobs++;
	p->team += took;
	p->alone += own ? (took - p->waited) * (long)all / (long)own : took;
}

void
team_for(struct team *t, int n, team_piece *piece, void *arg)
{
	unsigned left;
	long begin;

	if (!t || t->threads == 1 || n <= 1 || !(begin = pace_begin(t))) {
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
	unsigned own = take_pieces(t, 0);
	while ((left = atomic_load(&t->left.count)))
		t->pace.waited += event_wait(&t->left, left, t->spin);
	pace_end(t, begin, own, (unsigned)n);
}

void
team_run(struct team *t, team_work *work, void *arg)
{
	long begin = t->threads > 1 ? pace_begin(t) : 0;

	t->working = begin ? t->threads : 1;
	if (!begin) {
		work(arg, 0);
		return;
	}
	t->work = work;
	t->arg = arg;
	t->caller = pthread_self();
	atomic_fetch_add(&t->runs, 1);
	start_job(t, INT_MAX);
	work(arg, 0);
	team_wait(t);
	pace_end(t, begin, 1, (unsigned)t->threads);
}

/* As large as a process has it by default: what ulimit -s says of the first
 * thread's would be too small or too much for all of them. 0 or errno. */
static int
start(pthread_t *thread, void *(*work)(void *), void *arg)
{
	pthread_attr_t attr;
	sigset_t old;
	int e = pthread_attr_init(&attr);

	if (e)
		return e;
	sig_hold(&old);
	if (!(e = pthread_attr_setstacksize(&attr, STACK_BYTES)))
		e = pthread_create(thread, &attr, work, arg);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return e;
}

static void
start_members(struct team *t)
{
	for (int i = 0; i < t->threads - 1; i++) {
		t->member[i] = (struct team_member){ t, i + 1 };
		int e = start(&t->thread[i], member_work, &t->member[i]);
		if (e)
			die("cannot start thread %d of %d: %s; raise the limit "
				"(ulimit -u, ulimit -v) or give fewer "
				"--threads", i + 2, t->threads, strerror(e));
	}
}

static void *
pass_gate(void *gate)
{
	pthread_mutex_lock(gate);
	pthread_mutex_unlock(gate);
	return NULL;
}

int
team_most(int threads)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	pthread_t *thread = xcalloc((size_t)threads, sizeof *thread);
	int n = 0;

	pthread_mutex_lock(&gate);
	while (n < threads - 1 && !start(&thread[n], pass_gate, &gate))
		n++;
	pthread_mutex_unlock(&gate);
	for (int i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
	free(thread);
	return n + 1;
}

void
team_init(struct team *t, int threads)
{
	memset(t, 0, sizeof *t);
	t->threads = t->working = threads;
	if (threads == 1)
		return;
	/* who waits for a thread without a CPU should give it its own */
	t->spin = threads <= cpus_allowed() ? SPIN_NS : 0;
	t->thread = xcalloc((size_t)threads - 1, sizeof *t->thread);
	t->member = xcalloc((size_t)threads - 1, sizeof *t->member);
	start_members(t);
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
