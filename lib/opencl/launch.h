/* launch.h - kernels with their arguments, in lists that are made once. */
#ifndef OPENCL_LAUNCH_H
#define OPENCL_LAUNCH_H

#include "decoder.h"

/* Adds a kernel to a list: y groups for each row; args: see cl_set_args. The
 * caller may change how it is cut into groups. */
struct launch *ocl_add(struct ocl *, struct launch_list *, const char *kernel,
	int y, const char *args, ...);
/* Starts them for so many rows; event: of each launch, or NULL. */
void ocl_start(struct ocl *, const struct launch_list *, int rows,
	cl_event *event);
void launches_free(const struct opencl *, struct launch_list *);

#endif
