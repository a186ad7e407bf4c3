/* schedule.h - learning rates as fairseq's. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "train_rec.h"

/* The rate of the update after `done` updates. */
double schedule_lr(const struct train_opts *, long done);

#endif
