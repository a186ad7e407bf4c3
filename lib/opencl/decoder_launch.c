/* Kernels with their arguments: made, started, freed. */
#include <stdarg.h>
#include <stdlib.h>
#include "decoder.h"
#include "model/sizes.h"

struct launch *
ocl_add(struct ocl *d, struct launch_list *p, const char *kernel, int y,
	const char *args, ...)
{
	cl_int e = CL_SUCCESS;
	va_list ap;

	p->at = xroom(p->at, &p->cap, size(p->n) + 1, sizeof *p->at);
	struct launch *l = &p->at[p->n++];
	*l = (struct launch){ .name = kernel, .local = size(d->o->o.local),
		.y = size(y), .z = 1, .times = 1, .per = 1 };
	if (d->face.failed)
		return l;
	l->kernel = d->o->cl.CreateKernel(d->o->program, kernel, &e);
	if (e != CL_SUCCESS) {
		ocl_fail(d, "find a kernel", e);
		return l;
	}
	va_start(ap, args);
	e = cl_set_args(&d->o->cl, l->kernel, args, ap);
	va_end(ap);
	if (e != CL_SUCCESS)
		ocl_fail(d, "take a kernel's arguments", e);
	return l;
}

/* Rows are the first dimension: some devices have at most 65,535 groups in the
 * others. */
void
ocl_start(struct ocl *d, const struct launch_list *p, int rows,
	cl_event *event)
{
	for (int i = 0; i < p->n && !d->face.failed; i++) {
		const struct launch *l = &p->at[i];
		size_t per = size(l->per), n = size(rows) * size(l->times);
		size_t groups = (n + per - 1) / per;
		size_t local[] = { l->local, 1, 1 };
		size_t all[] = { l->local * groups, l->y, l->z };
		cl_int e = d->o->cl.EnqueueNDRangeKernel(d->o->queue,
			l->kernel, 3, NULL, all, local, 0, NULL,
			event ? &event[i] : NULL);
		if (e != CL_SUCCESS)
			ocl_fail(d, "start a kernel", e);
	}
}

void
launches_free(const struct opencl *o, struct launch_list *p)
{
	for (int i = 0; i < p->n; i++)
		if (p->at[i].kernel)
			o->cl.ReleaseKernel(p->at[i].kernel);
	free(p->at);
}
