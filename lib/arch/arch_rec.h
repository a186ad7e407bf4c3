/* arch_rec.h - architectures, tasks and spaces as records of a stream.
 *
 * The functions here die with "prog: FILE:LINE: reason", as those of rec.h. */
#ifndef ARCH_REC_H
#define ARCH_REC_H

#include "arch.h"
#include "base/opt.h"
#include "hat_features.h"
#include "rec/rec.h"
#include "task.h"
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
/* --src-len and --tgt-len, which several filters have. */
enum { LENGTH_MAX = 1 << 16 };
#define OPT_LENGTHS(src, tgt, src_help, tgt_help) \
	OPT_LONG(0, "src-len", src, 1, LENGTH_MAX, src_help), \
	OPT_LONG(0, "tgt-len", tgt, 1, LENGTH_MAX, tgt_help)
/* What filters of architectures wait for. */
#define ARCHS "arch records"
struct task task_opts_get(const struct task_opts *);

/* The record's "arch". Its task: from given, else from the record, else not
 * known (see task_complete). */
struct arch arch_rec_get(const struct in *, const struct rec *,
	const struct task *given, struct task *);
/* "arch_id" into a list of members, unless the record has it already. */
void arch_id_member(struct buf *members, const struct rec *,
	const struct arch *);
/* The record's task alone, filled into what given does not know. */
struct task task_rec_get(const struct in *, const struct rec *,
	const struct task *given);
/* Read the only record of a space file, NULL: stdin; 0 where it is empty. */
int space_read(struct space *, struct task *, const char *path);
/* The same where there must be one. */
void space_load(struct space *, struct task *, const char *path);
/* Which file, of --space and of the files that take stdin's place; NULL:
 * stdin. Both are wrong usage. */
const char *space_named(const char *option, const struct opt_list *files);
/* Read the first arch record of a file. */
void arch_load(struct arch *, struct task *, const char *path);

#endif
