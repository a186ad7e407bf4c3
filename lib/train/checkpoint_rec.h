/* checkpoint_rec.h - what a training needs to go on, in a file. */
#ifndef CHECKPOINT_REC_H
#define CHECKPOINT_REC_H

#include "trainer.h"

/* What must be the same when a training is resumed; caller frees. To be called
 * before the weights change. */
char *checkpoint_config(const struct trainer *);
/* Where the words of two configurations begin to differ, from the word before;
 * how long what differs is. */
void checkpoint_differing(const char **a, const char **b);
int checkpoint_two_words(const char *);
void checkpoint_save(struct trainer *);   /* by rank 0 */
/* 1 if there was one, 0 if not; dies if it is of another training or holds
 * what no training has. */
int checkpoint_load(struct trainer *);
/* Dies if the epoch's plan has no batch where a checkpoint goes on. */
void checkpoint_fits(const struct trainer *);

#endif
