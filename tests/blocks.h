/* blocks.h - a layer's block of one kind, for tests that know the layers. */
#ifndef BLOCKS_H
#define BLOCKS_H

#include "decode/packed.h"

static inline const struct block *
block_of(const struct view *v, enum stack s, int layer,
	const struct block_kind *kind)
{
	const struct block *b = v->block[s];

	while (b->layer != layer || b->kind != kind)
		b++;
	return b;
}

#endif
