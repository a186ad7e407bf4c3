/* update.h - one update of a training. */
#ifndef UPDATE_H
#define UPDATE_H

#include "trainer.h"

/* The SubTransformers that an update takes, in a sandwich the largest and the
 * smallest first; of a model of its own, it. Returns how many. */
int train_archs(struct arch[SUBS_MAX], const struct weights *,
	const struct train_opts *, long update);
/* One update: from batch s.batch on, up to update_freq batches. Returns the
 * learning rate. */
double trainer_update(struct trainer *);

#endif
