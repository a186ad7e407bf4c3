/* profile.h - parameters and operations of an architecture, from its shapes.
 *
 * params and flops count as HAT prints them: without embedding tables and
 * output layer; flops = 2 x multiply-accumulates of all matrix products for
 * one sentence, teacher-forced over the whole target. */
#ifndef PROFILE_H
#define PROFILE_H

#include "arch/features.h"
#include "arch/task.h"

struct profile {
	double params, flops;
	/* where the vocabulary is known: */
	double params_embedding;   /* tables and output matrix */
	double flops_output;       /* output layer */
	double weight_bytes;       /* all of it in fp32 */
};

struct profile arch_profile(const struct arch *, const struct task *,
	int src_len, int tgt_len);
/* The same from features: they are all that counts but for qkv_dim. */
struct profile features_profile(const double features[FEATURES], int qkv_dim,
	const struct task *, int src_len, int tgt_len);
/* Its members, for a record. */
void profile_members(struct buf *, const struct profile *);

#endif
