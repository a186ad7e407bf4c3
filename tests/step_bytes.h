/* step_bytes.h - what a decoder step reads of the weights. */
#ifndef STEP_BYTES_H
#define STEP_BYTES_H

#include "decode/packed.h"

static inline double
bytes_of(const struct packed *p)
{
	return (double)panels_bytes(p->dtype, p->rows, p->k);
}

static inline double
step_bytes(const struct packed_model *m)
{
	double sum = bytes_of(&m->output);

	for (int i = 0; i < m->blocks[DECODER]; i++) {
		const struct packed_block *b = &m->block[DECODER][i];
		for (int k = 0; k < b->kind->matrices; k++)
			if (k != b->kind->from_memory)
				sum += bytes_of(&b->matrix[k]);
	}
	return sum;
}

#endif
