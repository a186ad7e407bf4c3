/* log_rec.h - the records of a training, to stdout and the journal. */
#ifndef LOG_REC_H
#define LOG_REC_H

#include "trainer.h"

extern const struct journal_kind log_journal;
/* The log record "train": means since the last one. */
void trainer_log_means(struct trainer *, double lr);
/* Write the log record {"event":event,members}. */
void trainer_log(struct trainer *, const char *event, const char *members);

#endif
