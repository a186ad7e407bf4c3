/* opencl.h - decoding on a GPU, or whatever else has OpenCL 1.2.
 *
 * The library is opened when a device is asked for; nothing needs it before.
 * One in-order queue and one thread of ours: a step is written to the device
 * (ids, parents, sentences), its kernels are started one behind another, and
 * what they found is read (ids, scores). Nothing here prints or exits. */
#ifndef OPENCL_H
#define OPENCL_H

#include "cl.h"
#include "decode/decoder.h"

/* What a device says of itself. */
struct opencl_info {
	char name[128], driver[128], platform[128], version[64];
	int is_cpu, unified;     /* its memory is this machine's */
	int fma, units;
	double mhz;              /* the highest clock */
	double memory, piece;    /* bytes: of all, of one buffer */
	double local;            /* bytes that a group shares */
	size_t group;            /* work-items that it may have in a row */
};

/* How kernels are built and used. All 0: as suits the device. Groups are made
 * smaller where it has not so large ones. */
struct opencl_options {
	int half, bytes;         /* weights are halves, or bytes with a scale */
	int profile;             /* launches are timed */
	int plain;               /* 1: norms have launches of their own .. */
	int fused;               /* .. 1: they are part of the product behind */
	int vec, items, local;   /* see kernels.cl */
	int groups;              /* of a product, if it has so many parts */
};

struct opencl {
	struct device face;      /* the first: it is cast */
	char own_name[32];       /* "opencl:1" */
	struct cl cl;
	struct opencl_info info;
	struct opencl_options o;
	int chunk;               /* columns; a norm of more is not fused */
	cl_device id;
	cl_context context;
	cl_queue queue;
	cl_program program;
	char notice[128];        /* the driver's last words */
	double held;             /* bytes of all buffers */
};

/* Call each for all devices, 0, 1, ..; stops where it returns not 0, and
 * returns that. -1 with a reason: no library, no platform, no device. */
typedef int opencl_each(void *data, int n, cl_device,
	const struct opencl_info *);
int opencl_devices(const struct cl *, opencl_each *, void *data, struct why *);

/* Open device n and build the kernels for it. NULL with a reason; log: what
 * the driver's compiler said, if that is why. */
struct opencl *opencl_open(int n, const struct opencl_options *,
	struct buf *log, struct why *);
void opencl_close(struct opencl *);

/* -1, and the reason says what was done, on which device, and the error. */
int opencl_why(const struct opencl *, struct why *, const char *doing, cl_int);
/* Likewise, where it gave too little memory. */
int opencl_lacks(const struct opencl *, struct why *, cl_int);

#endif
