/* train_task_rec.h - where a training's task comes from: options,
 * dictionaries, the record. */
#ifndef TRAIN_TASK_REC_H
#define TRAIN_TASK_REC_H

#include "model/weights_rec.h"
#include "train_opts.h"

/* Dictionaries and task from the options into w; dies where they disagree
 * with each other or with own: the task of the file from. */
void train_task(const struct train_opts *, struct weights *,
	const struct task *own, const char *from, int encoder_embed,
	int decoder_embed);

#endif
