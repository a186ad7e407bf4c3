/* device-limits - what an OpenCL device allows a model to do at best, and what
 * a step's launches cost it.
 * stdin: arch records.  stdout: the same + "device":{"name","read_gbs": of
 * plainly reading a block of step_bytes, "dram_gbs": of 512 MB (or what it gives
 * in one piece), "step_bytes", "floor_ms": tgt_len steps at read_gbs, "launches":
 * of a step, "busy_ms", "idle_ms": of a whole translation's steps, kernels at
 * work and between two of them, as the device counts, "kernels": {"name panels":
 * [launches of a step, ms of all steps]}}.  --vec, --items, --local, --groups:
 * other sizes of groups than suit the device (opencl.h). */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../step_bytes.h"
#include "arch/arch_rec.h"
#include "base/stats.h"
#include "latency/clock.h"
#include "latency/subject.h"
#include "num/dispatch.h"
#include "opencl/decoder.h"
#include "rec/out.h"

enum { TIMES = 7, READERS = 1 << 16, DRAM = 512 << 20, AGAIN = 3 };

static void
must(const struct opencl *o, cl_int e)
{
	char name[64];

	if (e != CL_SUCCESS)
		die("%s: %s", o->info.name, cl_error(name, e));
}

/* GB/s of reading, the median of several. */
static double
read_rate(const struct opencl *o, double bytes)
{
	size_t local = (size_t)o->o.local, all = READERS;
	double rate[TIMES];
	cl_ulong n = (cl_ulong)bytes / 16;
	cl_int e;

	bytes = 16.0 * (double)n;
	cl_kernel k = o->cl.CreateKernel(o->program, "read_all", &e);
	must(o, e);
	cl_mem x = o->cl.CreateBuffer(o->context, CL_MEM_READ_WRITE,
		(size_t)bytes, NULL, &e);
	must(o, e);
	cl_mem sums = o->cl.CreateBuffer(o->context, CL_MEM_READ_WRITE,
		sizeof(float) * all, NULL, &e);
	must(o, e);
	/* pages that were never written are none */
	float *zeros = xcalloc((size_t)n, 16);
	must(o, o->cl.EnqueueWriteBuffer(o->queue, x, 1, 0, (size_t)bytes,
		zeros, 0, NULL, NULL));
	free(zeros);
	must(o, o->cl.SetKernelArg(k, 0, sizeof x, &x));
	must(o, o->cl.SetKernelArg(k, 1, sizeof n, &n));
	must(o, o->cl.SetKernelArg(k, 2, sizeof sums, &sums));
	for (int i = -1; i < TIMES; i++) {
		double ms = clock_ms();
		for (int j = 0; j < AGAIN; j++)
			must(o, o->cl.EnqueueNDRangeKernel(o->queue, k, 1, NULL,
				&all, &local, 0, NULL, NULL));
		must(o, o->cl.Finish(o->queue));
		if (i >= 0)
			rate[i] = AGAIN * bytes / (clock_ms() - ms) * 1e-6;
	}
	o->cl.ReleaseMemObject(x);
	o->cl.ReleaseMemObject(sums);
	o->cl.ReleaseKernel(k);
	return stats_median(rate, TIMES);
}

/* All steps of a translation, the second of two; ms of each launch. */
static struct opencl_times
step_times(struct subject *s, double *ms)
{
	const struct launch_list *l = &((const struct ocl *)s->decoder)->steps;
	struct opencl_times sum = { 0 };

	for (int i = 0; i < 2; i++) {
		sum = (struct opencl_times){ 0 };
		memset(ms, 0, (size_t)l->n * sizeof *ms);
		subject_encode(s, 0);
		for (int more = 1; more; ) {
			more = beam_step(&s->beam);
			struct opencl_times t = opencl_last_step(s->decoder);
			sum.busy_ms += t.busy_ms;
			sum.idle_ms += t.idle_ms;
			for (int k = 0; k < l->n; k++)
				ms[k] += l->at[k].ms;
		}
	}
	if (s->decoder->failed)
		die("%s", s->decoder->why.text);
	return sum;
}

/* Launches of the same kernel with as many panels, together. */
static void
put_kernels(struct buf *b, const struct launch_list *l, const double *ms)
{
	char *done = xcalloc((size_t)l->n, 1);

	buf_printf(b, ",\"kernels\":{");
	for (int i = 0, n = 0; i < l->n; i++) {
		double sum = 0;
		int same = 0;
		if (done[i])
			continue;
		for (int k = i; k < l->n; k++)
			if (!strcmp(l->at[k].name, l->at[i].name) &&
			    l->at[k].z == l->at[i].z) {
				sum += ms[k];
				same++;
				done[k] = 1;
			}
		buf_printf(b, "%s\"%s %zu\":[%d,%.9g]", n++ ? "," : "",
			l->at[i].name, l->at[i].z, same, sum);
	}
	buf_printf(b, "}");
	free(done);
}

static void
put(const struct opencl *o, const struct rec *r, const struct arch *a,
	const struct task *t, const struct workload *w, double dram)
{
	struct random_block block = { .dtype = DTYPE_FP32, .seed = 1 };
	struct buf b = { 0 }, all = { 0 };
	struct subject s;

	random_block_grow(&block, subject_floats(a, t, DTYPE_FP32));
	subject_random(&s, &block, a, t, w);
	double bytes = step_bytes(&s.model) / (o->o.half ? 2 : o->o.bytes ? 4 :
		1);
	double rate = read_rate(o, bytes);
	const struct launch_list *l = &((const struct ocl *)s.decoder)->steps;
	double *ms = xcalloc((size_t)l->n, sizeof *ms);
	struct opencl_times times = step_times(&s, ms);
	member_string(&b, "name", o->info.name);
	member_num(&b, "read_gbs", rate);
	member_num(&b, "dram_gbs", dram);
	member_num(&b, "step_bytes", bytes);
	member_num(&b, "floor_ms", w->tgt_len * bytes / rate * 1e-6);
	member_int(&b, "launches", s.decoder->launches);
	member_num(&b, "busy_ms", times.busy_ms);
	member_num(&b, "idle_ms", times.idle_ms);
	put_kernels(&b, l, ms);
	free(ms);
	buf_printf(&all, "\"device\":{%s}", b.data);
	rec_put(r, all.data);
	buf_free(&b);
	buf_free(&all);
	subject_free(&s);
	random_block_free(&block);
}

int
main(int argc, char **argv)
{
	long src_len = 30, tgt_len = 30, beam = 5, n = 0;
	long vec = 0, items = 0, local = 0, groups = 0;
	struct opencl_options options = { .profile = 1 };
	struct buf log = { 0 };
	struct rec r = { 0 };
	struct why why;
	struct in in;
	const struct opt opts[] = {
		OPT_LONG(0, "src-len", &src_len, 1, 1000, "source tokens"),
		OPT_LONG(0, "tgt-len", &tgt_len, 1, 1000, "decoder steps"),
		OPT_LONG('b', "beam", &beam, 1, 1000, "beam"),
		OPT_LONG('d', "device", &n, 0, 9999, "OpenCL device"),
		OPT_FLAG(0, "half", &options.half, "weights are halves"),
		OPT_FLAG(0, "bytes", &options.bytes, "weights are bytes"),
		OPT_LONG(0, "vec", &vec, 0, 16, "rows of a work-item"),
		OPT_LONG(0, "items", &items, 0, 1024, "of a product's group"),
		OPT_LONG(0, "local", &local, 0, 1024, "of other groups"),
		OPT_LONG(0, "groups", &groups, 0, 9999, "of a product"),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl", "What a device allows.", opts);

	options.vec = (int)vec;
	options.items = (int)items;
	options.local = (int)local;
	options.groups = (int)groups;
	struct opencl *o = opencl_open((int)n, &options, &log, &why);
	if (!o)
		die("%s %s", why.text, log.data ? log.data : "");
	struct workload w = { .beam = (int)beam, .batch = 1, .threads = 1,
		.device = &o->face, .dtype = DTYPE_FP32, .numbers = "fp32",
		.k = kernels_best() };
	workload_uniform(&w, (int)src_len, (int)tgt_len);
	double dram = read_rate(o, fmin(DRAM, o->info.piece));
	in_open(&in, NULL);
	while (rec_get(&in, &r)) {
		static const struct task none;
		struct task t;
		struct arch a = arch_rec_get(&in, &r, &none, &t);
		if (task_complete(&t, a.encoder_embed_dim, a.decoder_embed_dim,
		    &why))
			in_fail(&in, "%s", why.text);
		put(o, &r, &a, &t, &w, dram);
	}
	rec_free(&r);
	in_close(&in);
	workload_free(&w);
	opencl_close(o);
	return out_end();
}
