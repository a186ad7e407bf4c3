#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/mem.h"
#include "base/ranks.h"
#include "base/sig.h"
#include "mpi.h"
#include "num/bf16.h"
#include "peers.h"
#include "rec/progress.h"

/* A sum is formed in pieces of so many floats at most: MPI counts in ints. */
enum { PIECE = 1 << 22 };
/* MPI is asked every so often whether a message has come, so that a rank that
 * shares its CPU with the talking thread can work. Who waits looks for signals
 * every so often; how long after one the others may be silent until that is
 * told, until there is no hope. */
static const long ASK_NS = 30000, LOOK_NS = 100000000;
static const double TELL_SECONDS = 0.4, HOPE_SECONDS = 30;

enum kind { SHARE, GATHER, SUM, SUM_BF16 };

struct job {
	enum kind kind;
	const void *mine;      /* of GATHER */
	void *all;             /* bytes, or floats to be summed */
	size_t n;
};

struct comm {
	struct peers *peers;
	struct mpi mpi;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, done;
	struct job *job;       /* [jobs]; those from next on are to do */
	size_t jobs, next, cap;
	int quit;
	void *scratch;
	size_t scratch_size;
	int *counts, *at, *same, *strides;   /* [n] each, of a sum's parts */
	struct spent spent;
	/* of who waits, after a signal */
	double heard;
	int told, stopping;
};

/* --- the talking thread -------------------------------------------------- */

static void
await(struct comm *c, mpi_object *request)
{
	const struct timespec pause = { 0, ASK_NS };
	int done;

	for (;;) {
		c->mpi.test(request, &done, NULL);
		if (done)
			return;
		nanosleep(&pause, NULL);
	}
}

static void *
scratch(struct comm *c, size_t bytes)
{
	if (bytes > c->scratch_size) {
		free(c->scratch);
		c->scratch = xaligned(bytes);
		c->scratch_size = bytes;
	}
	return c->scratch;
}

/* Rank r sums the floats from at[r], counts[r] of them; strides: where those
 * of rank r lie when they have come here. */
static void
divide(struct comm *c, size_t n)
{
	int ranks = c->peers->n, share = ((int)n + ranks - 1) / ranks;

	for (int r = 0; r < ranks; r++) {
		int from = r * share < (int)n ? r * share : (int)n;
		c->at[r] = from;
		c->counts[r] = (int)n - from < share ? (int)n - from : share;
	}
	for (int r = 0; r < ranks; r++) {
		c->same[r] = c->counts[c->peers->rank];
		c->strides[r] = r * share;
	}
}

/* Each its part of the sum, of which all then have all. size: of a number. */
static void
exchange(struct comm *c, const void *x, void *parts, mpi_object type,
	size_t size)
{
	mpi_object request;

	c->mpi.ialltoallv(x, c->counts, c->at, type, parts, c->same,
		c->strides, type, c->mpi.world, &request);
	await(c, &request);
	for (int r = 0; r < c->peers->n; r++)
		if (r != c->peers->rank)
			c->spent.sent += (double)size * (c->counts[r] +
				c->same[r]);
}

static void
collect(struct comm *c, void *x, mpi_object type)
{
	mpi_object request;

	c->mpi.iallgatherv(MPI_IN_PLACE_OURS, 0, type, x, c->counts, c->at,
		type, c->mpi.world, &request);
	await(c, &request);
}

static void
sum(struct comm *c, float *x, size_t n)
{
	divide(c, n);
	int me = c->peers->rank, mine = c->counts[me], share = c->strides[1];
	float *parts = scratch(c, sizeof *x * (size_t)share *
		(size_t)c->peers->n), *to = x + c->at[me];

	exchange(c, x, parts, c->mpi.single, sizeof *x);
	memcpy(to, parts, sizeof *x * (size_t)mine);
	for (int r = 1; r < c->peers->n; r++) {
		const float *from = parts + c->strides[r];
		for (int i = 0; i < mine; i++)
			to[i] += from[i];
	}
	collect(c, x, c->mpi.single);
}

static void
sum_bf16(struct comm *c, float *x, size_t n)
{
	divide(c, n);
	int me = c->peers->rank, share = c->strides[1];
	uint16_t *sends = scratch(c, sizeof *sends * (n + (size_t)share *
		(size_t)c->peers->n)), *parts = sends + n;

	for (size_t i = 0; i < n; i++)
		sends[i] = bf16_of(x[i]);
	exchange(c, sends, parts, c->mpi.pair, sizeof *sends);
	for (int i = 0; i < c->counts[me]; i++) {
		float s = bf16_value(parts[i]);
		for (int r = 1; r < c->peers->n; r++)
			s += bf16_value(parts[c->strides[r] + i]);
		sends[c->at[me] + i] = bf16_of(s);
	}
	collect(c, sends, c->mpi.pair);
	for (size_t i = 0; i < n; i++)
		x[i] = bf16_value(sends[i]);
}

static void
share(struct comm *c, char *bytes, size_t n)
{
	mpi_object request;

	for (size_t at = 0; at < n; at += PIECE) {
		size_t some = n - at < PIECE ? n - at : PIECE;
		c->mpi.ibcast(bytes + at, (int)some, c->mpi.byte, 0,
			c->mpi.world, &request);
		await(c, &request);
	}
}

static void
do_job(struct comm *c, const struct job *j)
{
	float *x = j->all;
	double begin = seconds_now();
	mpi_object request;

	switch (j->kind) {
	case SHARE:
		share(c, j->all, j->n);
		break;
	case GATHER:
		c->mpi.iallgather(j->mine, (int)j->n, c->mpi.byte, j->all,
			(int)j->n, c->mpi.byte, c->mpi.world, &request);
		await(c, &request);
		break;
	case SUM:
	case SUM_BF16:
		for (size_t at = 0; at < j->n; at += PIECE) {
			size_t n = j->n - at < PIECE ? j->n - at : PIECE;
			(j->kind == SUM ? sum : sum_bf16)(c, x + at, n);
		}
		c->spent.summed += seconds_now() - begin;
	}
}

/* With the lock held: 1 if there is a job, or none will come. */
static int
await_job(struct comm *c)
{
	while (c->next == c->jobs && !c->quit)
		pthread_cond_wait(&c->more, &c->lock);
	return !c->quit;
}

static void *
talk(void *arg)
{
	struct comm *c = arg;

	pthread_mutex_lock(&c->lock);
	while (await_job(c)) {
		struct job j = c->job[c->next];
		pthread_mutex_unlock(&c->lock);
		do_job(c, &j);
		pthread_mutex_lock(&c->lock);
		c->next++;
		pthread_cond_signal(&c->done);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* --- for the caller ------------------------------------------------------ */

static int
start(struct comm *c, struct why *why)
{
	int n = c->peers->n;
	pthread_condattr_t attr;

	c->counts = xcalloc(4 * (size_t)n, sizeof *c->counts);
	c->at = c->counts + n;
	c->same = c->at + n;
	c->strides = c->same + n;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->more, NULL);
	pthread_cond_init(&c->done, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&c->thread, NULL, talk, c))
		return why_set(why, "no thread can be started for MPI");
	return 0;
}

int
peers_join(struct peers *p, struct why *why)
{
	struct comm *c;

	p->rank = 0;
	p->n = 1;
	p->comm = NULL;
	if (!ranks_launched())
		return 0;
	c = xcalloc(1, sizeof *c);
	if (mpi_load(&c->mpi, why))
		return -1;
	c->mpi.rank(c->mpi.world, &p->rank);
	c->mpi.size(c->mpi.world, &p->n);
	c->peers = p;
	p->comm = c;
	return start(c, why);
}

void
peers_leave(struct peers *p)
{
	struct comm *c = p->comm;

	if (!c)
		return;
	peers_wait(p);
	pthread_mutex_lock(&c->lock);
	c->quit = 1;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	c->mpi.finalize();
	pthread_cond_destroy(&c->more);
	pthread_cond_destroy(&c->done);
	pthread_mutex_destroy(&c->lock);
	free(c->scratch);
	free(c->counts);
	free(c->job);
	free(c);
	p->comm = NULL;
}

static void
ask(struct comm *c, struct job j)
{
	pthread_mutex_lock(&c->lock);
	if (c->next == c->jobs)
		c->next = c->jobs = 0;
	c->job = xroom(c->job, &c->cap, c->jobs + 1, sizeof *c->job);
	c->job[c->jobs++] = j;
	pthread_cond_signal(&c->more);
	pthread_mutex_unlock(&c->lock);
}

/* A signal came, and nothing since: say so once, and give up in the end. The
 * talking thread cannot: where a peer is gone, Open MPI may not return. */
static void
look_for_signals(struct comm *c)
{
	int sig = sig_pending();

	if (!sig || c->stopping) {
		c->heard = seconds_now();
		return;
	}
	double silent = seconds_now() - c->heard;
	if (silent > HOPE_SECONDS)
		c->peers->unheard(c->peers->arg, sig, 1);
	else if (silent > TELL_SECONDS && !c->told) {
		c->told = 1;
		c->peers->unheard(c->peers->arg, sig, 0);
	}
}

/* With the lock held: for a while, or until a job is done. */
static void
await_done(struct comm *c)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += LOOK_NS;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	if (pthread_cond_timedwait(&c->done, &c->lock, &t) == ETIMEDOUT)
		look_for_signals(c);
	else
		c->heard = seconds_now();
}

void
peers_wait(struct peers *p)
{
	struct comm *c = p->comm;

	if (!c)
		return;
	double begin = c->heard = seconds_now();
	pthread_mutex_lock(&c->lock);
	while (c->next < c->jobs)
		await_done(c);
	pthread_mutex_unlock(&c->lock);
	c->spent.waited += seconds_now() - begin;
}

void
peers_share(struct peers *p, void *bytes, size_t n)
{
	if (!p->comm)
		return;
	ask(p->comm, (struct job){ SHARE, NULL, bytes, n });
	peers_wait(p);
}

void
peers_gather(struct peers *p, const void *mine, size_t size, void *all)
{
	if (!p->comm) {
		memcpy(all, mine, size);
		return;
	}
	ask(p->comm, (struct job){ GATHER, mine, all, size });
	peers_wait(p);
}

void
peers_sum(struct peers *p, float *x, size_t n, int bf16)
{
	if (p->n > 1 && n)
		ask(p->comm, (struct job){ bf16 ? SUM_BF16 : SUM, NULL, x,
			n });
}

struct spent
peers_spent(struct peers *p)
{
	struct spent none = { 0, 0, 0 }, was = p->comm ? p->comm->spent : none;

	if (p->comm)
		p->comm->spent = none;
	return was;
}

void
peers_stopping(struct peers *p)
{
	if (p->comm)
		p->comm->stopping = 1;
}
