/* kernels-xent.h - the kernels of kernels-xent.c, for kernels.c's table.
 * ISA is defined by the build. */
#ifndef KERNELS_XENT_H
#define KERNELS_XENT_H

#include "kernels-panels.h"

float PASTE(log_sum_exp, ISA)(int n, const float *x);
void PASTE(xent, ISA)(int rows, int v, float *logits, size_t ld,
	const int *target, float smooth, float grad, float *loss, float *nll);
void PASTE(xent_words, ISA)(int rows, int v, float *logits, size_t ld,
	const int *target, float smooth, const struct teacher *, float grad,
	const struct losses *);
void PASTE(xent_logits, ISA)(int rows, int v, float *logits, size_t ld,
	const int *target, float smooth, const struct teacher *,
	const float *theirs, float grad, const struct losses *);

#endif
