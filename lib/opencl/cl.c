/* Loading OpenCL, and the names of its errors. */
#include <dlfcn.h>
#include <stdio.h>
#include "cl.h"

#define LIBRARY "libOpenCL.so.1"

#ifndef STATIC
/* Where each function goes. */
struct entry {
	const char *name;
	size_t at;
};
#define ENTRY(f) { "cl" #f, offsetof(struct cl, f) }
static const struct entry entries[] = {
	ENTRY(GetPlatformIDs), ENTRY(GetPlatformInfo), ENTRY(GetDeviceIDs),
	ENTRY(GetDeviceInfo), ENTRY(CreateContext), ENTRY(ReleaseContext),
	ENTRY(CreateCommandQueue), ENTRY(ReleaseCommandQueue),
	ENTRY(CreateProgramWithSource), ENTRY(BuildProgram),
	ENTRY(GetProgramBuildInfo), ENTRY(ReleaseProgram),
	ENTRY(CreateKernel), ENTRY(GetKernelWorkGroupInfo),
	ENTRY(ReleaseKernel), ENTRY(SetKernelArg), ENTRY(CreateBuffer),
	ENTRY(ReleaseMemObject), ENTRY(EnqueueMigrateMemObjects),
	ENTRY(EnqueueWriteBuffer), ENTRY(EnqueueReadBuffer),
	ENTRY(EnqueueNDRangeKernel), ENTRY(Finish),
	ENTRY(GetEventProfilingInfo), ENTRY(ReleaseEvent),
};
#endif

#ifdef STATIC
/* A static program has not what a library would want of it. */
int
cl_load(struct cl *cl, struct why *why)
{
	*cl = (struct cl){ 0 };
	return why_set(why, "this program is one static file, which cannot "
		"load OpenCL: build it where it shall run, by make");
}
#else
int
cl_load(struct cl *cl, struct why *why)
{
	*cl = (struct cl){ .library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL) };
	if (!cl->library)
		return why_set(why, "cannot load OpenCL (%s): install "
			LIBRARY " (Debian: ocl-icd-libopencl1) and the "
			"device's driver", dlerror());
	for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
		void *f = dlsym(cl->library, entries[i].name);
		if (!f) {
			dlclose(cl->library);
			return why_set(why, LIBRARY " has no %s: it is older "
				"than OpenCL 1.2", entries[i].name);
		}
		*(void **)((char *)cl + entries[i].at) = f;
	}
	return 0;
}
#endif

cl_int
cl_set_args(const struct cl *cl, cl_kernel k, const char *kinds, va_list ap)
{
	cl_int e = CL_SUCCESS;

	for (cl_uint i = 0; kinds[i] && e == CL_SUCCESS; i++) {
		union {
			cl_mem m;
			cl_int i;
			float f;
		} v;
		size_t bytes = sizeof v.i;
		if (kinds[i] == 'm') {
			v.m = va_arg(ap, cl_mem);
			bytes = sizeof v.m;
		} else if (kinds[i] == 'i')
			v.i = va_arg(ap, int);
		else
			v.f = (float)va_arg(ap, double);
		e = cl->SetKernelArg(k, i, bytes, &v);
	}
	return e;
}

const char *
cl_error(char text[64], cl_int code)
{
	static const struct {
		cl_int code;
		const char *name;
	} names[] = {
		{ -1, "CL_DEVICE_NOT_FOUND" },
		{ -2, "CL_DEVICE_NOT_AVAILABLE" },
		{ -3, "CL_COMPILER_NOT_AVAILABLE" },
		{ -4, "CL_MEM_OBJECT_ALLOCATION_FAILURE" },
		{ -5, "CL_OUT_OF_RESOURCES" },
		{ -6, "CL_OUT_OF_HOST_MEMORY" },
		{ -11, "CL_BUILD_PROGRAM_FAILURE" },
		{ -14, "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST" },
		{ -30, "CL_INVALID_VALUE" },
		{ -34, "CL_INVALID_CONTEXT" },
		{ -36, "CL_INVALID_COMMAND_QUEUE" },
		{ -38, "CL_INVALID_MEM_OBJECT" },
		{ -45, "CL_INVALID_PROGRAM_EXECUTABLE" },
		{ -46, "CL_INVALID_KERNEL_NAME" },
		{ -48, "CL_INVALID_KERNEL" },
		{ -49, "CL_INVALID_ARG_INDEX" },
		{ -51, "CL_INVALID_ARG_SIZE" },
		{ -52, "CL_INVALID_KERNEL_ARGS" },
		{ -54, "CL_INVALID_WORK_GROUP_SIZE" },
		{ -55, "CL_INVALID_WORK_ITEM_SIZE" },
		{ -61, "CL_INVALID_BUFFER_SIZE" },
		{ -1001, "CL_PLATFORM_NOT_FOUND_KHR" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].code == code) {
			snprintf(text, 64, "%s (%d)", names[i].name, code);
			return text;
		}
	snprintf(text, 64, "OpenCL error %d", code);
	return text;
}
