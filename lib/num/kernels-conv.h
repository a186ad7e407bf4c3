/* kernels-conv.h - the kernels of kernels-conv.c, for kernels.c's table.
 * ISA is defined by the build. */
#ifndef KERNELS_CONV_H
#define KERNELS_CONV_H

#include "kernels-panels.h"

void PASTE(conv, ISA)(int n, int taps, const float *const *share,
	const float *const *x, float *y);
void PASTE(add_products, ISA)(int n, const float *a, const float *b,
	float *sum);
void PASTE(glu, ISA)(int n, const float *x, const float *gate, float *y);
void PASTE(glu_back, ISA)(int n, const float *x, const float *gate,
	const float *dy, float *dx, float *dgate);

#endif
