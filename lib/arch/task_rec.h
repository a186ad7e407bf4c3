/* task_rec.h - the tasks of records, and of options.
 *
 * The functions here die with "prog: FILE:LINE: reason", as those of rec.h. */
#ifndef TASK_REC_H
#define TASK_REC_H

#include "base/opt.h"
#include "rec/rec.h"
#include "task.h"

/* --src-vocab and --tgt-vocab, which every filter has that needs a task. */
struct task_opts {
	long src_vocab, tgt_vocab;
};
#define TASK_OPTS { 0, 0 }
#define OPT_VOCAB(t) \
	OPT_LONG(0, "src-vocab", &(t)->src_vocab, 0, VOCAB_MAX, \
		"source vocabulary, 0: from the record"), \
	OPT_LONG(0, "tgt-vocab", &(t)->tgt_vocab, 0, VOCAB_MAX, \
		"target vocabulary, 0: from the record")
struct task task_opts_get(const struct task_opts *);

/* The record's task alone, filled into what given does not know. */
struct task task_rec_get(const struct in *, const struct rec *,
	const struct task *given);

#endif
