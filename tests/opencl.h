/* opencl.h - an OpenCL device for tests, and its kernels one by one. */
#ifndef TESTS_OPENCL_H
#define TESTS_OPENCL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/die.h"
#include "opencl/decoder.h"
#include "tap.h"

/* Device 0, or no test: says so and exits. */
static inline struct opencl *
open_or_skip(const struct opencl_options *o)
{
	struct buf log = { 0 };
	struct why why;
	struct opencl *d = opencl_open(0, o, &log, &why);

	if (!d && (log.len || tap_n))
		die("%s\n%s", why.text, log.data ? log.data : "");
	if (!d) {
		printf("1..0 # SKIP no OpenCL device: %s\n", why.text);
		exit(0);
	}
	buf_free(&log);
	return d;
}

static inline void
must(const struct opencl *o, const char *what, cl_int e)
{
	char name[64];

	if (e != CL_SUCCESS)
		die("%s: %s: %s", o->info.name, what, cl_error(name, e));
}

static inline cl_mem
give(const struct opencl *o, size_t bytes, const void *from)
{
	cl_int e;
	cl_mem m = o->cl.CreateBuffer(o->context, CL_MEM_READ_WRITE, bytes,
		NULL, &e);

	must(o, "no buffer", e);
	must(o, "no writing", o->cl.EnqueueWriteBuffer(o->queue, m, 1, 0, bytes,
		from, 0, NULL, NULL));
	return m;
}

/* Read it and give it back. */
static inline void
take(const struct opencl *o, cl_mem m, size_t bytes, void *to)
{
	if (to)
		must(o, "no reading", o->cl.EnqueueReadBuffer(o->queue, m, 1,
			0, bytes, to, 0, NULL, NULL));
	o->cl.ReleaseMemObject(m);
}

/* n groups of local items, by y by panels; args: see cl_set_args. */
static inline void
run_kernel(const struct opencl *o, const char *name, size_t local,
	size_t panels, size_t y, size_t n, const char *args, ...)
{
	size_t all[] = { local * n, y, panels }, group[] = { local, 1, 1 };
	va_list ap;
	cl_int e;
	cl_kernel k = o->cl.CreateKernel(o->program, name, &e);

	must(o, name, e);
	va_start(ap, args);
	must(o, name, cl_set_args(&o->cl, k, args, ap));
	va_end(ap);
	must(o, name, o->cl.EnqueueNDRangeKernel(o->queue, k, 3, NULL, all,
		group, 0, NULL, NULL));
	must(o, name, o->cl.Finish(o->queue));
	o->cl.ReleaseKernel(k);
}

#endif
