/* The decoder of an OpenCL device, behind the interface of all. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/memleft.h"
#include "decoder.h"
#include "model/sizes.h"
#include "rec/rec.h"

/* --- memory -------------------------------------------------------------- */

/* Too little memory has many names while it is given: many drivers give none
 * before it is used. Later those are a device that broke down. */
static int
lacks_memory(const struct ocl *d, cl_int e)
{
	return e == CL_MEM_OBJECT_ALLOCATION_FAILURE || (!d->ready &&
		(e == CL_OUT_OF_RESOURCES || e == CL_OUT_OF_HOST_MEMORY ||
		e == CL_INVALID_BUFFER_SIZE));
}

void
ocl_fail(struct ocl *d, const char *doing, cl_int e)
{
	if (d->face.failed)
		return;
	d->face.failed = lacks_memory(d, e) ? LACKS_MEMORY : LOST_DEVICE;
	if (d->face.failed == LOST_DEVICE)
		opencl_why(d->o, &d->face.why, doing, e);
	else
		opencl_lacks(d->o, &d->face.why, e);
}

cl_mem
ocl_take(struct ocl *d, double bytes)
{
	cl_int e;

	bytes = fmax(bytes, 16);
	d->bytes += bytes;
	d->piece = fmax(d->piece, bytes);
	if (d->counting || d->face.failed)
		return NULL;
	cl_mem m = d->o->cl.CreateBuffer(d->o->context, CL_MEM_READ_WRITE,
		(size_t)bytes, NULL, &e);
	if (e != CL_SUCCESS) {
		ocl_fail(d, "give memory", e);
		return NULL;
	}
	d->mem = xroom(d->mem, &d->cap, size(d->mems) + 1, sizeof *d->mem);
	return d->mem[d->mems++] = m;
}

/* Now, not when they are used for the first time. */
static void
settle(struct ocl *d)
{
	if (d->face.failed)
		return;
	cl_int e = d->o->cl.EnqueueMigrateMemObjects(d->o->queue,
		(cl_uint)d->mems, d->mem,
		CL_MIGRATE_MEM_OBJECT_CONTENT_UNDEFINED, 0, NULL, NULL);
	if (e == CL_SUCCESS)
		e = d->o->cl.Finish(d->o->queue);
	if (e != CL_SUCCESS)
		ocl_fail(d, "give memory", e);
}

static void
start(struct ocl *d, const struct device *device, const struct packed_model *m,
	const struct room *r)
{
	*d = (struct ocl){ .o = (struct opencl *)device, .m = m };
	d->face.device = device;
	d->face.room = *r;
	d->face.follows = 2 * r->beam + 2;
	d->slots = r->sentences * r->beam;
	d->parts = (m->task.tgt_vocab + WORDS - 1) / WORDS;
}

/* What a decoder takes of the device, without making it. */
static void
count(struct ocl *d, const struct device *device, const struct packed_model *m,
	const struct room *r)
{
	start(d, device, m, r);
	d->counting = 1;
	ocl_take_model(d);
	ocl_take_room(d);
}

/* Of this machine, all of it in one arena. */
static void
layout(struct ocl *d)
{
	const struct room *r = &d->face.room;
	struct arena *a = &d->face.arena;
	size_t rows = size(d->slots);

	a->used = 0;
	d->send = arena_get(a, HEAD + 3 * size(larger(r->src_tokens, d->slots)),
		sizeof *d->send);
	d->offsets = arena_get(a, size(r->sentences) + 1, sizeof *d->offsets);
	d->got = arena_get(a, rows * (2 * size(d->face.follows) + 1),
		sizeof *d->got);
	d->face.eos_logp = arena_floats(a, rows);
	d->face.follow = arena_get(a, rows * size(d->face.follows),
		sizeof *d->face.follow);
}

static double
own_bytes(const struct device *device, const struct packed_model *m,
	const struct room *r)
{
	struct ocl d;

	count(&d, device, m, r);
	return d.bytes;
}

static size_t
bytes(const struct device *device, const struct packed_model *m, int threads,
	const struct room *r)
{
	struct ocl d;

	(void)threads;
	count(&d, device, m, r);
	layout(&d);
	return d.face.arena.used + (d.o->info.unified ? (size_t)fmin(d.bytes,
		(double)(SIZE_MAX / 8)) : 0);
}

static int
lacks(const struct device *device, double more, struct why *why)
{
	const struct opencl *o = (const struct opencl *)device;
	double left = o->info.memory - o->held;

	if (more <= left)
		return 0;
	return why_set(why, "needs %.0f MB of memory on %s (%s), which has "
		"%.0f MB left", more / 1e6, o->own_name, o->info.name,
		fmax(left, 0) / 1e6);
}

/* --- one decoder --------------------------------------------------------- */

static void
ocl_free(struct decoder *face)
{
	struct ocl *d = (struct ocl *)face;

	/* What failed on the way may still be read from `send': a device that
	 * cannot even be waited for keeps it. */
	int reads = d->face.failed && !d->counting &&
		d->o->cl.Finish(d->o->queue) != CL_SUCCESS;
	launches_free(d->o, &d->encode);
	launches_free(d->o, &d->steps);
	for (int i = 0; i < d->mems; i++)
		d->o->cl.ReleaseMemObject(d->mem[i]);
	d->o->held -= d->counting ? 0 : d->bytes;
	if (!reads)
		xrelease(face->arena.base, face->arena.size);
	free(face->team);
	free(d->event);
	free(d->mem);
	free(d);
}

/* Why it cannot be made, if so. */
static int
check(struct ocl *d, const struct device *device, const struct packed_model *m,
	const struct room *r)
{
	const struct opencl *o = d->o;
	struct ocl need;

	d->face.failed = LOST_DEVICE;
	if (ocl_knows(m, &d->face.why))
		return -1;
	d->face.failed = LACKS_MEMORY;
	count(&need, device, m, r);
	if (lacks(device, need.bytes, &d->face.why))
		return -1;
	if (need.piece > o->info.piece)
		return why_set(&d->face.why, "needs %.0f MB in one piece on %s "
			"(%s), which gives at most %.0f MB", need.piece / 1e6,
			o->own_name, o->info.name, o->info.piece / 1e6);
	d->face.failed = DECODES;
	return 0;
}

static struct decoder *
init(const struct device *device, const struct packed_model *m, int threads,
	const struct room *r, const struct kernels *k)
{
	struct ocl *d = xcalloc(1, sizeof *d);

	(void)threads;
	(void)k;
	start(d, device, m, r);
	d->face.team = xcalloc(1, sizeof *d->face.team);
	d->face.team->threads = d->face.team->working = 1;
	layout(d);
	d->face.arena.size = d->face.arena.used;
	d->face.arena.base = xreserve(d->face.arena.size);
	layout(d);
	d->counting = check(d, device, m, r) != 0;
	if (d->counting)
		return &d->face;
	ocl_take_model(d);
	ocl_take_room(d);
	d->o->held += d->bytes;
	settle(d);
	ocl_put_model(d);
	ocl_plan(d);
	d->ready = 1;
	d->face.launches = d->steps.n;
	if (d->o->o.profile)
		d->event = xcalloc(size(d->steps.n), sizeof *d->event);
	return &d->face;
}

/* --- running ------------------------------------------------------------- */

/* Not waited for: what comes behind it is. */
static void
write_to(struct ocl *d, cl_mem to, size_t ints, const int *from)
{
	if (d->face.failed)
		return;
	cl_int e = d->o->cl.EnqueueWriteBuffer(d->o->queue, to, 0, 0,
		ints * sizeof *from, from, 0, NULL, NULL);
	if (e != CL_SUCCESS)
		ocl_fail(d, "take what is to be translated", e);
}

static void
ocl_encode(struct decoder *face, const int *src, const int *at, int n)
{
	struct ocl *d = (struct ocl *)face;
	int t = at[n] - at[0], *offsets = d->offsets;
	int *ids = d->send + HEAD, *sentence = ids + t;

	d->step = 0;
	d->tokens = t;
	memcpy(d->send, (int[HEAD]){ t, 0, 0, t }, HEAD * sizeof(int));
	memcpy(ids, src + at[0], size(t) * sizeof *ids);
	offsets[0] = 0;
	for (int s = 0; s < n; s++) {
		offsets[s + 1] = at[s + 1] - at[0];
		for (int i = offsets[s]; i < offsets[s + 1]; i++)
			sentence[i] = s;
	}
	write_to(d, d->at, size(n) + 1, offsets);
	write_to(d, d->now, HEAD + 2 * size(t), d->send);
	ocl_start(d, &d->encode, t, NULL);
	if (d->face.failed)
		return;
	cl_int e = d->o->cl.Finish(d->o->queue);
	if (e != CL_SUCCESS)
		ocl_fail(d, "encode", e);
}

/* ms from the beginning of time, or of the device. */
static double
moment(const struct ocl *d, cl_event e, cl_uint which)
{
	cl_ulong ns = 0;

	d->o->cl.GetEventProfilingInfo(e, which, sizeof ns, &ns, NULL);
	return 1e-6 * (double)ns;
}

static void
take_times(struct ocl *d)
{
	double busy = 0, first = 0, last = 0;

	for (int i = 0; i < d->steps.n; i++) {
		double from = moment(d, d->event[i],
			CL_PROFILING_COMMAND_START);
		last = moment(d, d->event[i], CL_PROFILING_COMMAND_END);
		first = i ? first : from;
		d->steps.at[i].ms = last - from;
		busy += last - from;
		d->o->cl.ReleaseEvent(d->event[i]);
	}
	d->times.busy_ms = busy;
	d->times.idle_ms = last - first - busy;
}

/* What the device found; nothing where it has failed. */
static void
hand_over(struct ocl *d, int rows)
{
	int many = d->face.follows, row = 2 * many + 1;

	for (int r = 0; r < rows; r++) {
		struct follow *f = d->face.follow + size(r) * size(many);
		const int *got = d->got + size(r) * size(row);
		for (int i = 0; i < many; i++) {
			f[i].id = d->face.failed ? -1 : got[2 * i];
			memcpy(&f[i].logp, &got[2 * i + 1], sizeof f[i].logp);
		}
		memcpy(&d->face.eos_logp[r], &got[2 * many], sizeof(float));
	}
}

static void
ocl_step(struct decoder *face, int rows, const int *token, const int *parent,
	const int *sentence)
{
	struct ocl *d = (struct ocl *)face;
	int *lists = d->send + HEAD;
	size_t n = size(rows), row = 2 * size(face->follows) + 1;

	memcpy(d->send, (int[HEAD]){ rows, d->step, 0, d->tokens },
		HEAD * sizeof(int));
	memcpy(lists, token, n * sizeof *lists);
	memcpy(lists + n, sentence, n * sizeof *lists);
	memcpy(lists + 2 * n, parent, n * sizeof *lists);
	write_to(d, d->now, HEAD + 3 * n, d->send);
	ocl_start(d, &d->steps, rows, d->event);
	if (!face->failed) {
		cl_int e = d->o->cl.EnqueueReadBuffer(d->o->queue, d->out, 1,
			0, n * row * sizeof *d->got, d->got, 0, NULL, NULL);
		if (e != CL_SUCCESS)
			ocl_fail(d, "decode a step", e);
	}
	if (d->event && !face->failed)
		take_times(d);
	hand_over(d, rows);
	d->step++;
}

struct opencl_times
opencl_last_step(const struct decoder *d)
{
	return ((const struct ocl *)d)->times;
}

static void
host(const struct device *device, struct buf *b)
{
	const struct opencl *o = (const struct opencl *)device;
	const struct opencl_info *i = &o->info;

	member_string(b, "device", o->own_name);
	member_string(b, "device_name", i->name);
	member_string(b, "device_driver", i->driver);
	member_string(b, "device_platform", i->platform);
	member_int(b, "device_units", i->units);
	member_num(b, "device_mhz", i->mhz);
	member_num(b, "device_mb", i->memory / 1e6);
}

const struct device device_opencl = { .name = "opencl", .init = init,
	.free = ocl_free, .bytes = bytes, .encode = ocl_encode,
	.step = ocl_step, .apart = 1, .own_bytes = own_bytes, .lacks = lacks,
	.host = host };
