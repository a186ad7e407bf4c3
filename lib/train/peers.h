/* peers.h - the processes ("ranks") that train one model together.
 *
 * They are started by mpirun. A process started without is its only peer:
 * everything here is then done at once, and no MPI is needed or loaded.
 *
 * All ranks call the same functions in the same order. A thread of its own
 * talks to the others, so that peers_sum works beside the caller. */
#ifndef PEERS_H
#define PEERS_H

#include <stddef.h>
#include "base/die.h"

struct peers {
	int rank, n;
	struct comm *comm;     /* NULL: alone */
	/* Called by the functions below that wait, when a signal came and
	 * nothing has been heard of the others since: one may have ended.
	 * give_up: for so long that there is no hope; must not return then. */
	void (*unheard)(void *arg, int sig, int give_up);
	void *arg;
};

/* -1 with a reason: started by mpirun, but without Open MPI's library. */
int peers_join(struct peers *, struct why *);
void peers_leave(struct peers *);
/* Rank 0's bytes become everybody's. */
void peers_share(struct peers *, void *bytes, size_t n);
/* all[n][size] = what each rank has, in their order. */
void peers_gather(struct peers *, const void *mine, size_t size, void *all);
/* x[n] becomes the sum of all ranks' x, ((x0 + x1) + x2) .., to the last bit
 * the same at each. It is there after peers_wait. bf16: what is sent is
 * rounded, the sum too; it is formed in fp32. */
void peers_sum(struct peers *, float *x, size_t n, int bf16);
void peers_wait(struct peers *);
/* Of this rank since it was last asked: bytes sent; seconds that sums took,
 * those that the caller waited. */
struct spent {
	double sent, summed, waited;
};
struct spent peers_spent(struct peers *);
/* All have agreed to stop: a signal needs no more telling. */
void peers_stopping(struct peers *);

#endif
