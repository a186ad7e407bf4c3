/* plan.h - the launches of an encoder and of a step. */
#ifndef OPENCL_PLAN_H
#define OPENCL_PLAN_H

#include "decoder.h"

/* Is there a kind of sub-layer that is unknown here? -1 with a reason. */
int ocl_knows(const struct packed_model *, struct why *);
/* Floats that a step keeps of a row of a block. */
int ocl_row(const struct packed_block *);
void ocl_plan(struct ocl *);

#endif
