/* model.h - a model in the memory of a device. */
#ifndef OPENCL_MODEL_H
#define OPENCL_MODEL_H

#include "decoder.h"

/* Its buffers, or only their bytes; and what is written to them. */
void ocl_take_model(struct ocl *);
void ocl_put_model(struct ocl *);
/* The nearest IEEE half, of two the even one. */
uint16_t ocl_half(float);

#endif
