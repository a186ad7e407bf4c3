/* device_rec.h - the options that choose what translates. */
#ifndef DEVICE_REC_H
#define DEVICE_REC_H

#include "base/opt.h"
#include "decode/decoder.h"

/* What the options say; all but name 0 or NULL at first. */
struct device_choice {
	const char *name;        /* "cpu" */
	int list;
	const struct device *device;
	enum dtype dtype;        /* that the weights are packed as .. */
	const char *numbers;     /* .. and that they have on the device */
};
#define OPT_DEVICE(c) \
	OPT_TEXT(0, "device", &(c)->name, "NAME", \
		"what translates: cpu, or opencl[:N], a GPU for example"), \
	OPT_FLAG(0, "list-devices", &(c)->list, \
		"print what --device may be here, and no more")
#define OPT_DEVICE_DTYPE(t) OPT_CHOICE(0, "dtype", t, \
	"fp32|bf16|int8|kmeans4|kmeans8|fp16", "type of the weights in " \
	"products, where the file has no codebooks; int8 and kmeans multiply " \
	"bytes; CPUs have no fp16, OpenCL devices only that, fp32 and int8")

/* Make the device ready, or list all and exit. threads, isa and pin are those
 * that were asked for, 0 and NULL where none were: they are the CPU's. Dies,
 * with what the driver says. */
void device_choose(struct device_choice *, const char *dtype, long threads,
	const char *isa, const char *pin);
void device_close(struct device_choice *);
/* Dies where the weights have codebooks, which only the CPU looks up. */
void device_codebooks(const struct device *, const struct params *,
	const char *path);

#endif
