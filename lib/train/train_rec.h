/* train_rec.h - the training loop that train-super and train-sub share.
 *
 * They differ only in which slice a step takes: a random SubTransformer of
 * the space, or all of the weights. */
#ifndef TRAIN_REC_H
#define TRAIN_REC_H

#include "model/eval_rec.h"
#include "rec/journal.h"
#include "train_opts.h"

/* Dies unless there is an --output, of what opts names to be read nothing that
 * the training writes or removes beside it, and no option that changes
 * nothing. */
void train_check(const struct train_opts *, const struct opt *opts);
/* Train w, which is laid out, and initialised here where it has no weights
 * yet, so that none are made before it is known that there is memory for all
 * of the training; on stdin's pairs, write --output. Log records go to
 * stdout. */
void train_run(const struct train_opts *, struct weights *w);

#endif
