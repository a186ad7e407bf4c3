/* arch_rec.h - architectures as records of a stream.
 *
 * The functions here die with "prog: FILE:LINE: reason", as those of rec.h. */
#ifndef ARCH_REC_H
#define ARCH_REC_H

#include "arch.h"
#include "base/opt.h"
#include "features.h"
#include "rec/rec.h"
#include "task_rec.h"

/* --src-len and --tgt-len, which several filters have. */
enum { LENGTH_MAX = 1 << 16 };
#define OPT_LENGTHS(src, tgt, src_help, tgt_help) \
	OPT_LONG(0, "src-len", src, 1, LENGTH_MAX, src_help), \
	OPT_LONG(0, "tgt-len", tgt, 1, LENGTH_MAX, tgt_help)
/* What filters of architectures wait for. */
#define ARCHS "arch records"

/* The record's "arch". Its task: from given, else from the record, else not
 * known (see task_complete). */
struct arch arch_rec_get(const struct in *, const struct rec *,
	const struct task *given, struct task *);
/* "arch_id" into a list of members, unless the record has it already. */
void arch_id_member(struct buf *members, const struct rec *,
	const struct arch *);
/* Read the first arch record of a file. */
void arch_load(struct arch *, struct task *, const char *path);

#endif
