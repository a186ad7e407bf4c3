/* loop.h - the loop of a training. */
#ifndef LOOP_H
#define LOOP_H

#include "trainer.h"

/* Until it is over. 0, or -1 with a reason where the pairs make no epoch. */
int trainer_loop(struct trainer *, struct why *);
/* A checkpoint, by rank 0; the others wait for it. */
void trainer_save(struct trainer *);
/* The batches of the epoch to go on with; -1 with a reason. */
int trainer_plan(struct trainer *, struct why *);

#endif
