/* stop_rec.h - how a training ends before its time. */
#ifndef STOP_REC_H
#define STOP_REC_H

#include "trainer.h"

/* Die: what ("the loss is") is not finite. batch: of the epoch, from 1; 0: the
 * last one. */
_Noreturn void trainer_diverged(const struct trainer *, const char *what,
	long update, long batch);
/* Die if the weights are not finite: no file shall hold what training cannot
 * go on from. */
void trainer_check(const struct trainer *);
/* See struct peers: of a trainer. */
void trainer_unheard(void *trainer, int sig, int give_up);
/* Where a signal is pending: save, say how to go on, die of it. */
void trainer_interrupted(struct trainer *);

#endif
