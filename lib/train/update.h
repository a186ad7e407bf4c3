/* update.h - one update of a training. */
#ifndef UPDATE_H
#define UPDATE_H

#include "trainer.h"

/* The SubTransformer that an update takes; of a model of its own, it. */
void train_arch(struct arch *, const struct weights *w, long seed,
	long update);
/* One update: from batch s.batch on, up to update_freq batches. Returns the
 * learning rate. */
double trainer_update(struct trainer *);

#endif
