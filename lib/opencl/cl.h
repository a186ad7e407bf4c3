/* cl.h - what we call of OpenCL 1.2, declared as the Khronos group specifies
 * it, so that building needs no headers of theirs. */
#ifndef CL_H
#define CL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include "base/die.h"

typedef int32_t cl_int;
typedef uint32_t cl_uint;
typedef uint64_t cl_ulong;
typedef cl_ulong cl_bits;
typedef struct cl_platform_object *cl_platform;
typedef struct cl_device_object *cl_device;
typedef struct cl_context_object *cl_context;
typedef struct cl_queue_object *cl_queue;
typedef struct cl_program_object *cl_program;
typedef struct cl_kernel_object *cl_kernel;
typedef struct cl_mem_object *cl_mem;
typedef struct cl_event_object *cl_event;

/* Of the errors those that are asked for; cl.c names more. */
enum {
	CL_SUCCESS = 0,
	CL_MEM_OBJECT_ALLOCATION_FAILURE = -4,
	CL_OUT_OF_RESOURCES = -5,
	CL_OUT_OF_HOST_MEMORY = -6,
	CL_INVALID_CONTEXT = -34,
	CL_INVALID_COMMAND_QUEUE = -36,
	CL_INVALID_BUFFER_SIZE = -61,

	CL_PLATFORM_NAME = 0x0902,
	CL_DEVICE_TYPE = 0x1000,
	CL_DEVICE_MAX_COMPUTE_UNITS = 0x1002,
	CL_DEVICE_MAX_WORK_GROUP_SIZE = 0x1004,
	CL_DEVICE_MAX_WORK_ITEM_SIZES = 0x1005,
	CL_DEVICE_MAX_CLOCK_FREQUENCY = 0x100c,
	CL_DEVICE_MAX_MEM_ALLOC_SIZE = 0x1010,
	CL_DEVICE_GLOBAL_MEM_SIZE = 0x101f,
	CL_DEVICE_LOCAL_MEM_SIZE = 0x1023,
	CL_DEVICE_NAME = 0x102b,
	CL_DRIVER_VERSION = 0x102d,
	CL_DEVICE_VERSION = 0x102f,
	CL_DEVICE_SINGLE_FP_CONFIG = 0x101b,
	CL_DEVICE_HOST_UNIFIED_MEMORY = 0x1035,
	CL_PROGRAM_BUILD_LOG = 0x1183,
	CL_KERNEL_WORK_GROUP_SIZE = 0x11b0, CL_KERNEL_LOCAL_MEM_SIZE = 0x11b2,
	CL_PROFILING_COMMAND_START = 0x1282, CL_PROFILING_COMMAND_END = 0x1283,

	CL_DEVICE_TYPE_CPU = 1 << 1,
	CL_QUEUE_PROFILING_ENABLE = 1 << 1,
	CL_MEM_READ_WRITE = 1 << 0,
	CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED = 1 << 1,
};
/* all bits of a cl_bitfield */
#define CL_DEVICE_TYPE_ALL 0xffffffffu

typedef void cl_notify(const char *text, const void *info, size_t n,
	void *data);

/* The functions, found in the library when it is loaded. */
struct cl {
	void *library;
	cl_int (*GetPlatformIDs)(cl_uint, cl_platform *, cl_uint *);
	cl_int (*GetPlatformInfo)(cl_platform, cl_uint, size_t, void *,
		size_t *);
	cl_int (*GetDeviceIDs)(cl_platform, cl_bits, cl_uint, cl_device *,
		cl_uint *);
	cl_int (*GetDeviceInfo)(cl_device, cl_uint, size_t, void *, size_t *);
	cl_context (*CreateContext)(const intptr_t *, cl_uint,
		const cl_device *, cl_notify *, void *, cl_int *);
	cl_int (*ReleaseContext)(cl_context);
	cl_queue (*CreateCommandQueue)(cl_context, cl_device, cl_bits,
		cl_int *);
	cl_int (*ReleaseCommandQueue)(cl_queue);
	cl_program (*CreateProgramWithSource)(cl_context, cl_uint,
		const char **, const size_t *, cl_int *);
	cl_int (*BuildProgram)(cl_program, cl_uint, const cl_device *,
		const char *, void (*)(cl_program, void *), void *);
	cl_int (*GetProgramBuildInfo)(cl_program, cl_device, cl_uint, size_t,
		void *, size_t *);
	cl_int (*ReleaseProgram)(cl_program);
	cl_kernel (*CreateKernel)(cl_program, const char *, cl_int *);
	cl_int (*GetKernelWorkGroupInfo)(cl_kernel, cl_device, cl_uint, size_t,
		void *, size_t *);
	cl_int (*ReleaseKernel)(cl_kernel);
	cl_int (*SetKernelArg)(cl_kernel, cl_uint, size_t, const void *);
	cl_mem (*CreateBuffer)(cl_context, cl_bits, size_t, void *, cl_int *);
	cl_int (*ReleaseMemObject)(cl_mem);
	cl_int (*EnqueueMigrateMemObjects)(cl_queue, cl_uint, const cl_mem *,
		cl_bits, cl_uint, const cl_event *, cl_event *);
	cl_int (*EnqueueWriteBuffer)(cl_queue, cl_mem, cl_uint, size_t, size_t,
		const void *, cl_uint, const cl_event *, cl_event *);
	cl_int (*EnqueueReadBuffer)(cl_queue, cl_mem, cl_uint, size_t, size_t,
		void *, cl_uint, const cl_event *, cl_event *);
	cl_int (*EnqueueNDRangeKernel)(cl_queue, cl_kernel, cl_uint,
		const size_t *, const size_t *, const size_t *, cl_uint,
		const cl_event *, cl_event *);
	cl_int (*Finish)(cl_queue);
	cl_int (*GetEventProfilingInfo)(cl_event, cl_uint, size_t, void *,
		size_t *);
	cl_int (*ReleaseEvent)(cl_event);
};

/* Open libOpenCL.so.1. -1 with a reason where there is none, or an old one. */
int cl_load(struct cl *, struct why *);
/* A kernel's arguments: m is a buffer, i an int, f a float (a double here). */
cl_int cl_set_args(const struct cl *, cl_kernel, const char *kinds, va_list);
/* "CL_OUT_OF_RESOURCES (-5)" */
const char *cl_error(char text[64], cl_int);

#endif
