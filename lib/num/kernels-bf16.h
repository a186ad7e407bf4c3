/* kernels-bf16.h - the kernels of kernels-bf16.c, for kernels.c's table.
 * ISA is defined by the build. */
#ifndef KERNELS_BF16_H
#define KERNELS_BF16_H

#include "bf16.h"
#include "kernels-panels.h"

void PASTE(bf16_pack, ISA)(enum bf16_form, int rows, int k, const float *from,
	size_t ldr, size_t ldk, uint32_t *to);
void PASTE(bf16_multiply, ISA)(int m, int n, int k, const uint32_t *a,
	const uint32_t *b, float *c, size_t ldc, enum store add);

#endif
