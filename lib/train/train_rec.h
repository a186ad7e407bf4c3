/* train_rec.h - the training loop that train-super and train-sub share.
 *
 * They differ only in which slice a step takes: a random SubTransformer of
 * the space, or all of the weights. */
#ifndef TRAIN_REC_H
#define TRAIN_REC_H

#include "eval_rec.h"
#include "journal.h"
#include "train_opts.h"

/* Dictionaries and task from the options into w; dies where they disagree
 * with each other or with own: the task of the file from. */
void train_task(const struct train_opts *, struct weights *,
	const struct task *own, const char *from, int encoder_embed,
	int decoder_embed);
/* The SubTransformer that an update takes; of a model of its own, it. */
void train_arch(struct arch *, const struct weights *w, long seed,
	long update);
/* Train w, which is laid out, and initialised here where it has no weights
 * yet, so that none are made before it is known that there is memory for all
 * of the training; on stdin's pairs, write --output. Log records go to
 * stdout. */
void train_run(const struct train_opts *, struct weights *w);

#endif
