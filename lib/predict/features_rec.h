/* features_rec.h - what a predictor sees of a record of a stream.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef FEATURES_REC_H
#define FEATURES_REC_H

#include "arch/arch_rec.h"

/* Those of the record's "arch", or its "features": HAT's, which do not tell
 * qkv_dim: 0. Returns the record's task. id: a list of members to which its
 * arch_id is added, if it has none, or NULL. */
struct task features_rec_get(const struct in *, const struct rec *,
	double features[FEATURES], int *qkv_dim, struct buf *id);

/* The vocabularies of a measured record's "workload" (NULL: none). */
struct task workload_task(const json_t *workload);

/* A record as sample-arch and profile-arch write it: an arch, a task, numbers.
 * Most of a stream's records are such, with one and the same task; they need
 * no tree. Zero-initialise; features_known_free. */
struct features_known {
	char *task;      /* the bytes of the task of the last record whose tree
	                    was read, NULL: none */
	size_t len;
	int any;
};
/* 1 if r->line is such a record of that task and has no member that begins
 * with "predicted", else 0: then features_rec_get may understand it. */
int features_rec_scan(const struct features_known *, const struct rec *,
	double features[FEATURES], int *qkv_dim, struct buf *id);
/* Remember the task of a record whose tree was read and that was found good. */
void features_rec_know(struct features_known *, const struct rec *);
void features_known_free(struct features_known *);

#endif
