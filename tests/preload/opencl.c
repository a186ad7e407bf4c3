/* A libOpenCL.so.1 with one device that computes nothing: what it reads back is
 * zeros. For what real devices do not do when one likes. FAKE_OPENCL says what
 * is wrong with it: no-platform, no-device, old (OpenCL 1.1), does-not-compile,
 * small (1 MB of memory), lazy (no more than FAKE_AT bytes of buffers, and it says
 * so when they are first used), lost (at launch FAKE_AT), gone (when a buffer of
 * FAKE_AT bytes or more is wanted), narrow (kernels run in groups of FAKE_AT
 * work-items at most). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void notify(const char *, const void *, size_t, void *);
static notify *tell;
static void *told;

static int
is(const char *what)
{
	const char *s = getenv("FAKE_OPENCL");

	return s && !strcmp(s, what);
}

static size_t
limit(void)
{
	const char *s = getenv("FAKE_AT");

	return s ? strtoul(s, NULL, 10) : 0;
}

static void *const something = &told;
static size_t held;     /* bytes of buffers */

int32_t
clGetPlatformIDs(uint32_t n, void **p, uint32_t *many)
{
	(void)n;
	if (is("no-platform"))
		return -1001;
	*p = something;
	*many = 1;
	return 0;
}

static int32_t
text(const char *s, size_t size, void *to)
{
	snprintf(to, size, "%s", s);
	return 0;
}

int32_t
clGetPlatformInfo(void *p, uint32_t what, size_t size, void *to, size_t *n)
{
	(void)p;
	(void)what;
	(void)n;
	return text("Nothing's platform", size, to);
}

int32_t
clGetDeviceIDs(void *p, uint64_t type, uint32_t n, void **d, uint32_t *many)
{
	(void)p;
	(void)type;
	(void)n;
	if (is("no-device"))
		return -1;
	*d = something;
	*many = 1;
	return 0;
}

int32_t
clGetDeviceInfo(void *d, uint32_t what, size_t size, void *to, size_t *n)
{
	uint64_t value = what == 0x1000 ? 4 : what == 0x1004 ? 256 :
		what == 0x1005 ? 1024 : what == 0x1002 ? 7 : what == 0x100c ? 1234 :
		what == 0x101f || what == 0x1010 ? is("small") ? 1000000 :
		8000000000 : what == 0x1023 ? 65536 : 0;

	(void)d;
	if (what == 0x102b)
		return text("  Nothing 1  ", size, to);
	if (what > 0x102b && what <= 0x102f)
		return text(is("old") && what == 0x102f ? "OpenCL 1.1 old" :
			"9.9", size, to);
	memcpy(to, &value, size < sizeof value ? size : sizeof value);
	if (n)
		*n = sizeof value;
	return 0;
}

void *
clCreateContext(const intptr_t *p, uint32_t n, void *const *d, notify *f,
	void *data, int32_t *e)
{
	(void)p;
	(void)n;
	(void)d;
	tell = f;
	told = data;
	*e = 0;
	return something;
}

void *
clCreateCommandQueue(void *c, void *d, uint64_t how, int32_t *e)
{
	(void)c;
	(void)d;
	(void)how;
	*e = 0;
	return something;
}

void *
clCreateProgramWithSource(void *c, uint32_t n, const char **s,
	const size_t *len, int32_t *e)
{
	(void)c;
	(void)n;
	(void)s;
	(void)len;
	*e = 0;
	return something;
}

int32_t
clBuildProgram(void *p, uint32_t n, void *const *d, const char *flags,
	void (*f)(void *, void *), void *data)
{
	(void)p;
	(void)n;
	(void)d;
	(void)flags;
	(void)f;
	(void)data;
	return is("does-not-compile") ? -11 : 0;
}

int32_t
clGetProgramBuildInfo(void *p, void *d, uint32_t what, size_t size, void *to,
	size_t *n)
{
	static const char log[] = "kernels:7: error: no such thing\n"
		"1 error generated.\n";

	(void)p;
	(void)d;
	(void)what;
	if (n)
		*n = sizeof log;
	if (to)
		memcpy(to, log, size < sizeof log ? size : sizeof log);
	return 0;
}

void *
clCreateKernel(void *p, const char *name, int32_t *e)
{
	(void)p;
	(void)name;
	*e = 0;
	return something;
}

int32_t
clGetKernelWorkGroupInfo(void *k, void *d, uint32_t what, size_t size, void *to,
	size_t *n)
{
	uint64_t value = what == 0x11b0 ? is("narrow") ? limit() : 256 : 1024;

	(void)k;
	(void)d;
	(void)n;
	memcpy(to, &value, size);
	return 0;
}

int32_t
clSetKernelArg(void *k, uint32_t i, size_t size, const void *value)
{
	(void)k;
	(void)i;
	(void)size;
	(void)value;
	return 0;
}

void *
clCreateBuffer(void *c, uint64_t flags, size_t size, void *host, int32_t *e)
{
	(void)c;
	(void)flags;
	(void)host;
	held += size;
	*e = is("gone") && size >= limit() ? -34 : 0;
	return *e ? NULL : something;
}

int32_t
clReleaseMemObject(void *m)
{
	(void)m;
	held = 0;
	return 0;
}

int32_t
clEnqueueMigrateMemObjects(void *q, uint32_t n, void *const *m, uint64_t flags,
	uint32_t events, void *const *e, void **to)
{
	(void)q;
	(void)n;
	(void)m;
	(void)flags;
	(void)events;
	(void)e;
	(void)to;
	if (!is("lazy") || held <= limit())
		return 0;
	tell("out of video memory", NULL, 0, told);
	return -5;
}

int32_t
clEnqueueWriteBuffer(void *q, void *m, uint32_t wait, size_t at, size_t size,
	const void *from, uint32_t n, void *const *e, void **to)
{
	(void)q;
	(void)m;
	(void)wait;
	(void)at;
	(void)size;
	(void)from;
	(void)n;
	(void)e;
	(void)to;
	return 0;
}

int32_t
clEnqueueReadBuffer(void *q, void *m, uint32_t wait, size_t at, size_t size,
	void *to, uint32_t n, void *const *e, void **event)
{
	(void)q;
	(void)m;
	(void)wait;
	(void)at;
	(void)n;
	(void)e;
	(void)event;
	memset(to, 0, size);
	return 0;
}

int32_t
clEnqueueNDRangeKernel(void *q, void *k, uint32_t dims, const size_t *from,
	const size_t *all, const size_t *local, uint32_t n, void *const *e,
	void **event)
{
	static size_t launches;

	(void)q;
	(void)k;
	(void)dims;
	(void)from;
	(void)all;
	(void)n;
	(void)e;
	(void)event;
	if (is("narrow") && *local > limit())
		return -54;
	if (!is("lost") || ++launches < limit())
		return 0;
	tell("the card fell off the bus", NULL, 0, told);
	return -5;
}

int32_t
clFinish(void *q)
{
	(void)q;
	return 0;
}

int32_t
clGetEventProfilingInfo(void *e, uint32_t what, size_t size, void *to,
	size_t *n)
{
	(void)e;
	(void)what;
	(void)n;
	memset(to, 0, size);
	return 0;
}

#define RELEASE(what) int32_t clRelease##what(void *x) \
	{ (void)x; return 0; }
RELEASE(Context)
RELEASE(CommandQueue)
RELEASE(Program)
RELEASE(Kernel)
RELEASE(Event)
