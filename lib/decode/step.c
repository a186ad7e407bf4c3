#include "step.h"

const struct block_step *
step_of(const struct block_kind *kind)
{
	static const struct block_step *const steps[] = { &step_self,
		&step_lsra, &step_cross, &step_ffn };
	size_t i = 0;

	while (steps[i]->kind != kind)
		i++;
	return steps[i];
}
