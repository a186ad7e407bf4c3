/* Which devices there are, and one of them made ready. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "decoder.h"
#include "model/sizes.h"
#include "opencl.h"
#include "text/pairs.h"

enum {
	MOST = 64,           /* platforms, devices of one */
	CHUNK_LEAST = 256,
};

static const char source[] = {
#include "kernels.inc"
	, 0
};

/* --- what there is ------------------------------------------------------- */

static void
text_of(const struct cl *cl, cl_device id, cl_uint what, char *to, size_t size)
{
	if (cl->GetDeviceInfo(id, what, size, to, NULL) != CL_SUCCESS)
		snprintf(to, size, "unknown");
	to[size - 1] = 0;
	/* drivers pad their names */
	size_t skip = strspn(to, " \t"), n = strlen(to + skip);
	memmove(to, to + skip, n + 1);
	while (n && strchr(" \t\n", to[n - 1]))
		to[--n] = 0;
}

static double
number_of(const struct cl *cl, cl_device id, cl_uint what)
{
	union {
		cl_uint small;
		cl_ulong large;
	} n = { .large = 0 };
	size_t size = 0;

	if (cl->GetDeviceInfo(id, what, sizeof n, &n, &size) != CL_SUCCESS)
		return 0;
	return size == sizeof n.small ? (double)n.small : (double)n.large;
}

static void
look_at(const struct cl *cl, cl_platform p, cl_device id,
	struct opencl_info *i)
{
	enum { FMA = 1 << 5 };
	double floats = number_of(cl, id, CL_DEVICE_SINGLE_FP_CONFIG);

	*i = (struct opencl_info){ 0 };
	text_of(cl, id, CL_DEVICE_NAME, i->name, sizeof i->name);
	text_of(cl, id, CL_DRIVER_VERSION, i->driver, sizeof i->driver);
	text_of(cl, id, CL_DEVICE_VERSION, i->version, sizeof i->version);
	if (cl->GetPlatformInfo(p, CL_PLATFORM_NAME, sizeof i->platform,
	    i->platform, NULL) != CL_SUCCESS)
		snprintf(i->platform, sizeof i->platform, "unknown");
	i->is_cpu = (int)number_of(cl, id, CL_DEVICE_TYPE) &
		CL_DEVICE_TYPE_CPU;
	i->unified = number_of(cl, id, CL_DEVICE_HOST_UNIFIED_MEMORY) > 0;
	i->fma = ((int)floats & FMA) != 0;
	i->units = (int)number_of(cl, id, CL_DEVICE_MAX_COMPUTE_UNITS);
	i->mhz = number_of(cl, id, CL_DEVICE_MAX_CLOCK_FREQUENCY);
	i->memory = number_of(cl, id, CL_DEVICE_GLOBAL_MEM_SIZE);
	i->piece = number_of(cl, id, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
	i->local = number_of(cl, id, CL_DEVICE_LOCAL_MEM_SIZE);
	size_t most[16] = { 0 };   /* of each dimension: the first counts */
	i->group = (size_t)number_of(cl, id, CL_DEVICE_MAX_WORK_GROUP_SIZE);
	if (cl->GetDeviceInfo(id, CL_DEVICE_MAX_WORK_ITEM_SIZES, sizeof most,
	    most, NULL) == CL_SUCCESS && *most && *most < i->group)
		i->group = *most;
}

int
opencl_devices(const struct cl *cl, opencl_each *each, void *data,
	struct why *why)
{
	cl_platform p[MOST];
	cl_uint platforms = 0, devices;
	int n = 0, done;

	cl_int e = cl->GetPlatformIDs(MOST, p, &platforms);
	if (e != CL_SUCCESS || !platforms)
		return why_set(why, "OpenCL has no platform: install the "
			"device's driver (Debian: pocl-opencl-icd makes the "
			"CPU a device)");
	for (cl_uint i = 0; i < platforms && i < MOST; i++) {
		cl_device d[MOST];
		devices = 0;
		if (cl->GetDeviceIDs(p[i], CL_DEVICE_TYPE_ALL, MOST, d,
		    &devices) != CL_SUCCESS)
			continue;
		for (cl_uint k = 0; k < devices && k < MOST; k++) {
			struct opencl_info info;
			look_at(cl, p[i], d[k], &info);
			if ((done = each(data, n++, d[k], &info)))
				return done;
		}
	}
	if (!n)
		return why_set(why, "OpenCL has a platform but no device: is "
			"it plugged in, may you use it (groups render, "
			"video)?");
	return 0;
}

/* --- one of them --------------------------------------------------------- */

struct wanted {
	int n, found;
	cl_device id;
	struct opencl_info info;
};

static int
is_wanted(void *data, int n, cl_device id, const struct opencl_info *info)
{
	struct wanted *w = data;

	w->found = n + 1;
	if (n != w->n)
		return 0;
	w->id = id;
	w->info = *info;
	return 1;
}

/* The error, and what the driver said last. */
static const char *
error_text(const struct opencl *o, char text[256], cl_int e)
{
	char name[64];

	snprintf(text, 256, "%s%s%s", cl_error(name, e), *o->notice ? ": " : "",
		o->notice);
	return text;
}

int
opencl_why(const struct opencl *o, struct why *why, const char *doing,
	cl_int e)
{
	char text[256];

	return why_set(why, "%s (%s) failed to %s: %s", o->own_name,
		o->info.name, doing, error_text(o, text, e));
}

int
opencl_lacks(const struct opencl *o, struct why *why, cl_int e)
{
	char text[256];

	return why_set(why, "needs more memory than %s (%s) gives: %s",
		o->own_name, o->info.name, error_text(o, text, e));
}

/* Drivers say more here than by their numbers. */
static void
notice(const char *text, const void *info, size_t n, void *data)
{
	struct opencl *o = data;

	(void)info;
	(void)n;
	snprintf(o->notice, sizeof o->notice, "%s", text);
}

/* What is not set: small groups for a CPU, whose work-items are no threads. */
static void
choose(struct opencl_options *o, const struct opencl_info *i)
{
	if (!o->vec)
		o->vec = i->is_cpu ? 8 : 4;
	if (!o->items)
		o->items = i->is_cpu ? PANEL / o->vec : 256;
	if (!o->local)
		o->local = i->is_cpu ? 16 : 128;
	if (!o->groups)
		o->groups = i->is_cpu ? 1 : i->units;
	if (!o->plain && !o->fused)
		o->fused = !i->is_cpu;
}

static void
keep_log(struct opencl *o, struct buf *log)
{
	size_t n = 0;

	o->cl.GetProgramBuildInfo(o->program, o->id, CL_PROGRAM_BUILD_LOG, 0,
		NULL, &n);
	if (!n)
		return;
	char *text = xcalloc(n + 1, 1);
	o->cl.GetProgramBuildInfo(o->program, o->id, CL_PROGRAM_BUILD_LOG, n,
		text, NULL);
	buf_add(log, text, strlen(text));
	free(text);
}

static int
build(struct opencl *o, struct buf *log, struct why *why)
{
	const char *text = source;
	char flags[256];
	cl_int e;

	o->program = o->cl.CreateProgramWithSource(o->context, 1, &text, NULL,
		&e);
	if (e != CL_SUCCESS)
		return opencl_why(o, why, "take the kernels", e);
	o->chunk = larger(CHUNK_LEAST, o->o.items * o->o.vec);
	snprintf(flags, sizeof flags, "-cl-std=CL1.2 -D PANEL=%d -D PAD=%d "
		"-D EOS=%d -D VEC=%d -D ITEMS=%d -D CHUNK=%d -D LOCAL=%d%s%s",
		PANEL, ID_PAD, ID_EOS, o->o.vec, o->o.items, o->chunk,
		o->o.local,
		o->o.half ? " -D HALF" : o->o.bytes ? " -D BYTES" : "",
		o->info.fma ? " -D FMA" : "");
	e = o->cl.BuildProgram(o->program, 1, &o->id, flags, NULL, NULL);
	if (e == CL_SUCCESS)
		return 0;
	keep_log(o, log);
	return opencl_why(o, why, "compile the kernels", e);
}

/* Work-items of a kernel's group that the device runs at most: registers and
 * memory of a group may allow fewer than it says of itself. */
static size_t
most_items(const struct opencl *o, const char *kernel)
{
	size_t most = 0;
	cl_ulong local = 0;
	cl_int e;

	cl_kernel k = o->cl.CreateKernel(o->program, kernel, &e);
	if (e != CL_SUCCESS)
		return 0;
	e = o->cl.GetKernelWorkGroupInfo(k, o->id, CL_KERNEL_WORK_GROUP_SIZE,
		sizeof most, &most, NULL);
	if (e == CL_SUCCESS)
		e = o->cl.GetKernelWorkGroupInfo(k, o->id,
			CL_KERNEL_LOCAL_MEM_SIZE, sizeof local, &local, NULL);
	o->cl.ReleaseKernel(k);
	if (e != CL_SUCCESS || (double)local > o->info.local)
		return 0;
	return most < o->info.group ? most : o->info.group;
}

static size_t
most_of_all(const struct opencl *o, const char *const *kernels)
{
	size_t most = o->info.group;

	for (; *kernels; kernels++) {
		size_t own = most_items(o, *kernels);
		most = own < most ? own : most;
	}
	return most;
}

/* Builds the kernels, for smaller groups until the device runs them. */
static int
build_fitting(struct opencl *o, struct buf *log, struct why *why)
{
	static const char *const products[] = { "linear", "norm_linear", NULL };
	static const char *const others[] = { "embed", "norm", "attend",
		"convolve", "best", "merge", NULL };
	int lanes = PANEL / o->o.vec;

	for (;;) {
		if (build(o, log, why))
			return -1;
		size_t most = most_of_all(o, products);
		int narrow = size(o->o.items) > most;
		int small = size(o->o.local) > most_of_all(o, others);
		if (!narrow && !small)
			return 0;
		if ((narrow && o->o.items == lanes) || (small &&
		    o->o.local == 1))
			return why_set(why, "%s (%s) runs groups of %zu work-"
				"items at most, of which %d are needed",
				o->own_name, o->info.name, most, lanes);
		o->o.items /= narrow ? 2 : 1;
		o->o.local /= small ? 2 : 1;
		o->cl.ReleaseProgram(o->program);
		o->program = NULL;
	}
}

static int
begin(struct opencl *o, struct buf *log, struct why *why)
{
	int major, minor;
	cl_int e;

	if (sscanf(o->info.version, "OpenCL %d.%d", &major, &minor) == 2 &&
	    major * 10 + minor < 12)
		return why_set(why, "%s (%s) has OpenCL %d.%d: this program "
			"wants 1.2 or later", o->own_name, o->info.name, major,
			minor);
	o->context = o->cl.CreateContext(NULL, 1, &o->id, notice, o, &e);
	if (e != CL_SUCCESS)
		return opencl_why(o, why, "start", e);
	o->queue = o->cl.CreateCommandQueue(o->context, o->id,
		o->o.profile ? CL_QUEUE_PROFILING_ENABLE : 0, &e);
	if (e != CL_SUCCESS)
		return opencl_why(o, why, "make a queue", e);
	return build_fitting(o, log, why);
}

struct opencl *
opencl_open(int n, const struct opencl_options *options, struct buf *log,
	struct why *why)
{
	struct opencl *o = xcalloc(1, sizeof *o);
	struct wanted w = { .n = n };

	o->face = device_opencl;
	o->face.name = o->own_name;
	snprintf(o->own_name, sizeof o->own_name, "opencl:%d", n);
	o->o = *options;
	if (!cl_load(&o->cl, why)) {
		int found = opencl_devices(&o->cl, is_wanted, &w, why);
		if (!found && w.found > 1)
			why_set(why, "there is no opencl:%d here, only "
				"opencl:0 to opencl:%d", n, w.found - 1);
		else if (!found)
			why_set(why, "there is no opencl:%d here, only "
				"opencl:0", n);
		else if (found > 0) {
			o->id = w.id;
			o->info = w.info;
			choose(&o->o, &o->info);
			if (!begin(o, log, why))
				return o;
		}
	}
	opencl_close(o);
	return NULL;
}

void
opencl_close(struct opencl *o)
{
	if (o->program)
		o->cl.ReleaseProgram(o->program);
	if (o->queue)
		o->cl.ReleaseCommandQueue(o->queue);
	if (o->context)
		o->cl.ReleaseContext(o->context);
	/* PoCL's threads may still be about to end */
	free(o);
}
