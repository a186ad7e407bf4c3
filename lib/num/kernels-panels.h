/* kernels-panels.h - the kernels of kernels-panels.c, for kernels.c's table.
 * ISA is defined by the build. */
#ifndef KERNELS_PANELS_H
#define KERNELS_PANELS_H

#include "kernels.h"

#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)

void PASTE(panels, ISA)(int from, int to, const struct packed *,
	const struct columns *, const float *bias, int relu, float *y,
	size_t ldy);
/* The same for kmeans4, kernels-coded.c. */
void PASTE(panels_coded, ISA)(int from, int to, const struct packed *,
	const struct columns *, const float *bias, int relu, float *y,
	size_t ldy);
void PASTE(quantise, ISA)(int n, int k, const float *x, size_t ldx, uint8_t *q,
	size_t ldq, float *scale);

#endif
