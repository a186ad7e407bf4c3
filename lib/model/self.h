/* self.h - self-attention, for the kinds of blocks that have it. */
#ifndef SELF_H
#define SELF_H

#include "num/attention.h"
#include "block.h"

/* Of rows of queries, keys and values, b->inner each. */
struct attention self_attention(const struct block_run *, const float *qkv);

#endif
