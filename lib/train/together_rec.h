/* together_rec.h - an update by several ranks: each runs its batches, the sums
 * of all gradients are everybody's. Alone, nothing is summed. */
#ifndef TOGETHER_REC_H
#define TOGETHER_REC_H

#include "trainer.h"

/* Of the epoch's batches: this rank's [from, to) and the first of the next
 * update. */
struct my_batches {
	long from, to, end;
};
struct my_batches together_begin(struct trainer *);
/* The batch that follows is this rank's last one of the update: gradients are
 * summed from now on, each layer's when it is complete. */
void together_last(struct trainer *);
/* Gradients, losses and tokens are those of all ranks; whether to stop or to
 * save is agreed. */
void together_end(struct trainer *, const struct arch *, struct xent *,
	long *tokens);

/* Of a validation each has run its part: all have all. */
void together_validate(struct trainer *);

/* --- the ends of a training --- */

/* Rank 0's pairs become everybody's. */
void together_pairs(struct trainer *, struct pairs *);
/* Do all train the same, with the same kernels? Dies if not. */
void together_check(struct trainer *);
/* Rank 0's weights, Adam's sums and state become everybody's. */
void together_resume(struct trainer *);
/* Rank 0 has validated or saved: its state is everybody's. */
void together_state(struct trainer *);

#endif
