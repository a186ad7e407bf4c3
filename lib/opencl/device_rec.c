#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "device_rec.h"
#include "opencl.h"
#include "rec/out.h"

/* Lines of a driver's log that are shown. */
enum { LOG_LINES = 40 };

/* --- the list ------------------------------------------------------------ */

static int
print_device(void *data, int n, cl_device id, const struct opencl_info *i)
{
	(void)data;
	(void)id;
	printf("opencl:%d\t%s, %d compute units, %.0f MHz, %.0f MB, driver %s "
		"(%s, %s)\n", n, i->name, i->units, i->mhz, i->memory / 1e6,
		i->driver, i->platform, i->version);
	return 0;
}

static _Noreturn void
list(void)
{
	struct cl cl;
	struct why why;

	printf("cpu\tthis machine's CPU, by the kernels of --isa\n");
	if (cl_load(&cl, &why) || opencl_devices(&cl, print_device, NULL, &why))
		warn("no OpenCL device: %s", why.text);
	exit(out_end());
}

/* --- the choice ---------------------------------------------------------- */

/* The N of opencl:N, 0 without one; -1: it is another name. */
static int
number(const char *name)
{
	static const char prefix[] = "opencl";
	char *end;

	if (strncmp(name, prefix, sizeof prefix - 1))
		return -1;
	name += sizeof prefix - 1;
	if (!*name)
		return 0;
	if (*name != ':' || name[1] < '0' || name[1] > '9')
		return -1;
	long n = strtol(name + 1, &end, 10);
	return *end || n > 9999 ? -1 : (int)n;
}

/* What is the CPU's alone. */
static void
refuse(const char *device, long threads, const char *isa, const char *pin)
{
	const char *option = threads > 1 ? "--threads" : isa ? "--isa" : pin ?
		"--pin" : NULL;

	if (option)
		die_usage("%s is for the CPU: --device %s computes by itself",
			option, device);
}

static void
show_log(const struct buf *log)
{
	const char *at = log->data;

	for (int i = 0; at && *at && i < LOG_LINES; i++) {
		int n = (int)strcspn(at, "\n");
		if (n)
			warn("driver: %.*s", n, at);
		at += n + (at[n] != 0);
	}
	if (at && *at)
		warn("driver: .. (%zu bytes more)", strlen(at));
}

static void
open_device(struct device_choice *c, int n)
{
	const struct opencl_options o = { .half = !strcmp(c->numbers, "fp16"),
		.bytes = !strcmp(c->numbers, "int8") };
	struct buf log = { 0 };
	struct why why;

	struct opencl *opened = opencl_open(n, &o, &log, &why);
	if (!opened) {
		show_log(&log);
		die("--device %s: %s", c->name, why.text);
	}
	buf_free(&log);
	c->device = &opened->face;
}

void
device_choose(struct device_choice *c, const char *dtype, long threads,
	const char *isa, const char *pin)
{
	int half = !strcmp(dtype, "fp16");

	if (c->list)
		list();
	c->numbers = dtype;
	if (!strcmp(c->name, "cpu")) {
		if (half)
			die_usage("--dtype fp16 is for --device opencl: a CPU "
				"has fp32, bf16, int8 and codebooks");
		c->device = &device_cpu;
		c->dtype = dtype_named(dtype);
		return;
	}
	int n = number(c->name);
	if (n < 0)
		die_usage("--device: want cpu or opencl:N, N from 0, not "
			"\"%s\" (--list-devices)", c->name);
	if (!half && strcmp(dtype, "fp32") && strcmp(dtype, "int8"))
		die_usage("--dtype %s is for the CPU: --device %s has fp32, "
			"fp16 and int8", dtype, c->name);
	refuse(c->name, threads, isa, pin);
	c->dtype = DTYPE_FP32;
	open_device(c, n);
}

void
device_codebooks(const struct device *d, const struct params *p,
	const char *path)
{
	if (d != &device_cpu && params_bits(p))
		die("%s: has codebooks, which --device %s cannot use; "
			"average-weights -o FILE %s makes floats of them",
			path, d->name, path);
}

void
device_close(struct device_choice *c)
{
	if (c->device && c->device != &device_cpu)
		opencl_close((struct opencl *)c->device);
}
