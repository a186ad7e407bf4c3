/* pass_room.h - the memory that passes take. */
#ifndef PASS_ROOM_H
#define PASS_ROOM_H

#include "arch/space.h"
#include "pass.h"

/* Tables of positions for sentences of up to len tokens; both owned by the
 * caller. */
void pass_positions(struct pass *, float *tables[STACKS],
	const struct task *, int len);
/* Their bytes, and those of a batch's integers. */
size_t pass_tables_bytes(const struct task *, int len, long max_tokens);
/* Bytes that a pass of any SubTransformer of the shape needs at most. */
size_t pass_bytes(struct pass *, const struct params *, int fewest_heads,
	long max_tokens, int max_src, int max_tgt, enum pass_keep);
/* The fewest heads of a layer, in the space or, where it is NULL, the arch. */
int fewest_heads(const struct space *, const struct arch *);

#endif
