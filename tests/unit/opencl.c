/* Whole models on an OpenCL device against the CPU: hypotheses and scores, in
 * all shapes; memory, and a device that is lost. Skips without a device. */
#include "decode/requests.h"
#include "models.h"
#include "num/dispatch.h"
#include "opencl.h"

enum { VOCAB = 2100, SENTENCES = 7, LONGEST = 200 };

static double worst;

/* Same words, and scores within a tolerance? */
static int
alike(const struct hyp *a, int na, const struct hyp *b, int nb)
{
	int same = na == nb;

	for (int i = 0; i < na && same; i++) {
		same &= a[i].n == b[i].n && !memcmp(a[i].ids, b[i].ids,
			sizeof(int) * (size_t)a[i].n);
		worst = fmax(worst, fabs((double)a[i].score -
			(double)b[i].score));
	}
	return same;
}

/* A batch of n on both; on the device also one by one. */
static void
check_search(const struct opencl *o, const struct model *m, int beam, int n,
	int longest, int steps, const char *what)
{
	struct search cpu, dev, one;
	struct beam_options b = { beam, 0.6, 0, steps, 1, 0 };
	struct rng r = rng_seed((uint64_t)(31 + beam));
	int *src = xcalloc((size_t)(n * longest), sizeof *src);
	int at[SENTENCES + 1] = { 0 }, same = 1, alone = 1, words = 0;

	search_on(&cpu, &device_cpu, m, &b, n, longest, 1, kernels_best());
	search_on(&dev, &o->face, m, &b, n, longest, 1, kernels_best());
	search_on(&one, &o->face, m, &b, 1, longest, 1, kernels_best());
	for (int i = 0; i < n; i++)
		at[i + 1] = at[i] + draw_words(&r, m, longest, src + at[i]);
	beam_search(&cpu.b, src, at, n);
	/* twice: nothing is left of the batch before */
	beam_search(&dev.b, src, at, 1);
	beam_search(&dev.b, src, at, n);
	worst = 0;
	for (int i = 0; i < n; i++) {
		int na, nb, nc, own[2] = { 0, at[i + 1] - at[i] };
		const struct hyp *h = beam_hyps(&cpu.b, i, &na);
		const struct hyp *g = beam_hyps(&dev.b, i, &nb);
		same &= alike(h, na, g, nb);
		words += na ? h->n : 0;
		if (i > 2)
			continue;
		beam_search(&one.b, src + at[i], own, 1);
		const struct hyp *k = beam_hyps(&one.b, 0, &nc);
		alone &= same_hyps(g, nb, k, nc);
	}
	OK(!dev.d->failed && same && worst < 1e-4 && words >= n, "%s, beam %d, "
		"%d sentences of up to %d: %d words as the CPU's (worst %.2g)",
		what, beam, n, longest, words, worst);
	if (dev.d->failed)
		printf("# %s\n", dev.d->why.text);
	OK(alone, "%s, beam %d: one by one the same bytes", what, beam);
	search_free(&cpu), search_free(&dev), search_free(&one);
	free(src);
}

static const struct {
	const char *name;
	int what;
} shapes_of[] = {
	{ "a model", WHOLE }, { "a SubTransformer", NARROW },
	{ "convolutions", CONVOLVES },
	{ "a SubTransformer that convolves", CONVOLVES + NARROW },
	{ "shared embeddings", SHARED },
	{ "a SubTransformer with shared embeddings", SHARED + NARROW },
};
enum { SHAPES = sizeof shapes_of / sizeof *shapes_of };

static void
check_models(const struct opencl *o, const char *how, int few)
{
	for (int i = 0; i < SHAPES; i++) {
		struct model m;
		char what[100];
		snprintf(what, sizeof what, "%s, %s", how, shapes_of[i].name);
		model_init_as(&m, DTYPE_FP32, VOCAB, shapes_of[i].what, 4);
		for (int beam = 1; beam <= 16; beam += few ? 4 : 1)
			if (few || i == 0 || beam % 5 == i % 5)
				check_search(o, &m, beam, 1 + (beam + i) %
					SENTENCES, 40, 8, what);
		model_free(&m);
	}
}

/* Weights that halves hold, or nearly: then so are the results. */
static void
check_halves(const struct opencl *o)
{
	for (int i = 0; i < SHAPES; i++) {
		struct model m;
		char what[100];
		snprintf(what, sizeof what, "halves, %s", shapes_of[i].name);
		model_init_as(&m, DTYPE_BF16, VOCAB, shapes_of[i].what, 4);
		packed_free(&m.packed);
		packed_init(&m.packed, &m.view, DTYPE_FP32, 1);
		check_search(o, &m, 3 + i, 3, 30, 8, what);
		model_free(&m);
	}
}

/* Each row of a matrix becomes bytes with a scale, and these floats again. */
static void
round_rows(const struct packed *w)
{
	for (int r = 0; r < w->rows; r++) {
		float *row = (float *)w->panels + (size_t)(r / PANEL) *
			(size_t)w->k * PANEL + r % PANEL, most = 0;
		for (int i = 0; i < w->k; i++)
			most = fmaxf(most, fabsf(row[i * PANEL]));
		for (int i = 0; i < w->k && most > 0; i++)
			row[i * PANEL] = rintf(row[i * PANEL] / (most / 127)) *
				(most / 127);
	}
}

/* Weights that bytes hold: then so are the results. */
static void
check_bytes(const struct opencl *o)
{
	for (int i = 0; i < SHAPES; i++) {
		struct model m;
		char what[100];
		snprintf(what, sizeof what, "bytes, %s", shapes_of[i].name);
		model_init_as(&m, DTYPE_FP32, VOCAB, shapes_of[i].what, 4);
		round_rows(&m.packed.output);
		for (int s = 0; s < STACKS; s++)
			for (int k = 0; k < m.packed.blocks[s]; k++) {
				const struct packed_block *b =
					&m.packed.block[s][k];
				for (int j = 0; j < b->kind->matrices; j++)
					round_rows(&b->matrix[j]);
			}
		check_search(o, &m, 3 + i, 3, 30, 8, what);
		model_free(&m);
	}
}

/* --- memory -------------------------------------------------------------- */

static struct decoder *
make(const struct opencl *o, const struct model *m, struct room r)
{
	return decoder_init(&o->face, &m->packed, 1, &r, kernels_best());
}

static void
check_memory(struct opencl *o)
{
	struct room small = { 1, 4, 20, 20, 30 }, large = { 9, 4, 999, 111, 99 };
	struct opencl_info own = o->info;
	struct model m;
	struct why why;

	model_init_as(&m, DTYPE_FP32, VOCAB, WHOLE, 4);
	OK(!(o->held > 0), "nothing is held before (%.0f bytes)", o->held);
	double need = o->face.own_bytes(&o->face, &m.packed, &small);
	double more = o->face.own_bytes(&o->face, &m.packed, &large);
	struct decoder *d = make(o, &m, small);
	OK(!d->failed && fabs(o->held - need) < 1, "what was promised is "
		"taken: %.0f, %.0f bytes", o->held, need);
	o->info.memory = need + more - 1;
	OK(o->face.lacks(&o->face, more, &why) < 0 &&
		!o->face.lacks(&o->face, more - 2, &why), "what is left is "
		"known");
	struct decoder *e = make(o, &m, large);
	OK(e->failed == LACKS_MEMORY && strstr(e->why.text, " MB of memory on "
		"opencl:0 ("),
		"a decoder that does not fit says so: %s", e->why.text);
	decoder_free(e);
	OK(fabs(o->held - need) < 1, "and takes nothing");
	o->info.memory = own.memory;
	o->info.piece = 1000;
	e = make(o, &m, small);
	OK(e->failed == LACKS_MEMORY && strstr(e->why.text, " in one piece on "),
		"nor one with too large a piece: %s", e->why.text);
	decoder_free(e);
	decoder_free(d);
	OK(!(o->held > 0), "all is given back");
	o->info = own;
	model_free(&m);
}

/* --- a device that fails ------------------------------------------------- */

/* The library's own functions, of which one fails after some calls. */
static struct cl real;
static long calls_left;
static cl_int error_then;

static cl_int
launch_or_fail(cl_queue q, cl_kernel k, cl_uint dims, const size_t *from,
	const size_t *all, const size_t *local, cl_uint n, const cl_event *e,
	cl_event *to)
{
	return --calls_left < 0 ? error_then : real.EnqueueNDRangeKernel(q, k,
		dims, from, all, local, n, e, to);
}

static cl_int
write_or_fail(cl_queue q, cl_mem m, cl_uint wait, size_t at, size_t bytes,
	const void *from, cl_uint n, const cl_event *e, cl_event *to)
{
	return --calls_left < 0 ? error_then : real.EnqueueWriteBuffer(q, m,
		wait, at, bytes, from, n, e, to);
}

static cl_int
read_or_fail(cl_queue q, cl_mem m, cl_uint wait, size_t at, size_t bytes,
	void *into, cl_uint n, const cl_event *e, cl_event *to)
{
	return --calls_left < 0 ? error_then : real.EnqueueReadBuffer(q, m,
		wait, at, bytes, into, n, e, to);
}

static cl_int
finish_or_fail(cl_queue q)
{
	return --calls_left < 0 ? error_then : real.Finish(q);
}

static cl_int
migrate_or_fail(cl_queue q, cl_uint n, const cl_mem *m, cl_bits how,
	cl_uint events, const cl_event *e, cl_event *to)
{
	return --calls_left < 0 ? error_then : real.EnqueueMigrateMemObjects(q,
		n, m, how, events, e, to);
}

static cl_int
argument_or_fail(cl_kernel k, cl_uint i, size_t bytes, const void *value)
{
	return --calls_left < 0 ? error_then : real.SetKernelArg(k, i, bytes,
		value);
}

static cl_kernel
kernel_or_fail(cl_program p, const char *name, cl_int *e)
{
	if (--calls_left >= 0)
		return real.CreateKernel(p, name, e);
	*e = error_then;
	return NULL;
}

static cl_mem
buffer_or_fail(cl_context c, cl_bits flags, size_t n, void *host, cl_int *e)
{
	if (--calls_left >= 0)
		return real.CreateBuffer(c, flags, n, host, e);
	*e = error_then;
	return NULL;
}

enum call { LAUNCH, WRITE, READ, WAIT, MIGRATE, ARGUMENT, KERNEL, BUFFER };

static void
let_fail(struct cl *cl, enum call which, long after, cl_int error)
{
	*cl = real;
	calls_left = after;
	error_then = error;
	switch (which) {
	case LAUNCH: cl->EnqueueNDRangeKernel = launch_or_fail; break;
	case WRITE: cl->EnqueueWriteBuffer = write_or_fail; break;
	case READ: cl->EnqueueReadBuffer = read_or_fail; break;
	case WAIT: cl->Finish = finish_or_fail; break;
	case MIGRATE: cl->EnqueueMigrateMemObjects = migrate_or_fail; break;
	case ARGUMENT: cl->SetKernelArg = argument_or_fail; break;
	case KERNEL: cl->CreateKernel = kernel_or_fail; break;
	case BUFFER: cl->CreateBuffer = buffer_or_fail; break;
	}
}

static void
answer(const void *data, struct request *r, const struct hyp *h, int n)
{
	(void)data;
	(void)h;
	buf_printf(&r->out, "%d", n);
}

/* Sentences by a device that fails at a call; how many have an answer. */
static int
translate_some(const struct opencl *o, struct model *m, size_t *bad,
	struct why *why, int *failed)
{
	enum { N = 6 };
	struct translator t = { .model = m->packed, .batch = 2, .threads = 1,
		.k = kernels_best(), .device = &o->face, .o = { .beam = 3,
		.lenpen = 1, .max_len_b = 6, .min_len = 1 } };
	struct request q[N] = { 0 };
	int answers = 0;

	for (int i = 0; i < N; i++) {
		q[i].n = N - i;
		q[i].src = xcalloc((size_t)q[i].n, sizeof *q[i].src);
		for (int k = 0; k < q[i].n; k++)
			q[i].src[k] = k + 1 < q[i].n ? 4 + k : ID_EOS;
	}
	*failed = translate_window(&t, q, N, answer, NULL, bad, why);
	for (int i = 0; i < N; i++) {
		answers += q[i].out.len > 0;
		request_free(&q[i]);
	}
	t.model.owned = NULL;
	translator_free(&t);
	return answers;
}

static const struct {
	enum call call;
	long after;
	cl_int error;
	const char *says;
} failures[] = {
	{ LAUNCH, 150, CL_OUT_OF_RESOURCES, "failed to start a kernel: "
		"CL_OUT_OF_RESOURCES (-5)" },
	{ READ, 3, CL_OUT_OF_RESOURCES, "failed to decode a step: "
		"CL_OUT_OF_RESOURCES (-5)" },
	{ WRITE, 60, CL_INVALID_COMMAND_QUEUE, "failed to take what is to be "
		"translated: CL_INVALID_COMMAND_QUEUE (-36)" },
	{ WRITE, 9, CL_INVALID_COMMAND_QUEUE, "failed to take the weights: "
		"CL_INVALID_COMMAND_QUEUE (-36)" },
	{ WAIT, 2, CL_OUT_OF_HOST_MEMORY, "failed to encode: "
		"CL_OUT_OF_HOST_MEMORY (-6)" },
	{ ARGUMENT, 70, CL_INVALID_CONTEXT, "failed to take a kernel's "
		"arguments: CL_INVALID_CONTEXT (-34)" },
	{ KERNEL, 5, CL_INVALID_CONTEXT, "failed to find a kernel: "
		"CL_INVALID_CONTEXT (-34)" },
	{ MIGRATE, 0, CL_INVALID_CONTEXT, "failed to give memory: "
		"CL_INVALID_CONTEXT (-34)" },
	{ BUFFER, 20, CL_MEM_OBJECT_ALLOCATION_FAILURE,
		"CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)" },
	{ BUFFER, 30, CL_INVALID_BUFFER_SIZE, "CL_INVALID_BUFFER_SIZE (-61)" },
	{ MIGRATE, 0, CL_OUT_OF_RESOURCES, "CL_OUT_OF_RESOURCES (-5)" },
	{ WRITE, 9, CL_OUT_OF_RESOURCES, "CL_OUT_OF_RESOURCES (-5)" },
	{ LAUNCH, 90, CL_MEM_OBJECT_ALLOCATION_FAILURE,
		"CL_MEM_OBJECT_ALLOCATION_FAILURE (-4)" },
};

/* A failure that is called by another name is too little memory, for which
 * halves of the batch are tried. */
static void
check_failures(struct opencl *o)
{
	struct model m;
	struct why why;
	size_t bad = 99;
	int failed;

	real = o->cl;
	model_init_as(&m, DTYPE_FP32, VOCAB, WHOLE, 4);
	OK(translate_some(o, &m, &bad, &why, &failed) == 6 && !failed,
		"sentences are translated");
	snprintf(o->notice, sizeof o->notice, "the driver's words");
	for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
		const char *says = failures[i].says;
		let_fail(&o->cl, failures[i].call, failures[i].after,
			failures[i].error);
		int n = translate_some(o, &m, &bad, &why, &failed);
		const char *how = strncmp(says, "failed", 6) ? "translating "
			"this needs more memory than opencl:0 (" :
			"opencl:0 (";
		OK(failed && n < 6 && bad < 6 && !strncmp(why.text, how,
			strlen(how)) && strstr(why.text, says) && strstr(
			why.text, "): the driver's words"), "%d of 6, then: %s",
			n, why.text);
		OK(!(o->held > 0), "nothing is held then");
	}
	o->cl = real;
	*o->notice = 0;
	OK(translate_some(o, &m, &bad, &why, &failed) == 6 && !failed,
		"then all goes on");
	model_free(&m);
}

/* --- times --------------------------------------------------------------- */

static void
check_times(const struct opencl *o, int fused)
{
	struct beam_options b = { 4, 1, 0, 5, 1, 0 };
	struct search s;
	struct model m;
	int src[] = { 5, 6, 7, ID_EOS }, at[] = { 0, 4 };

	model_init_as(&m, DTYPE_FP32, VOCAB, WHOLE, 4);
	search_on(&s, &o->face, &m, &b, 1, 4, 1, kernels_best());
	beam_search(&s.b, src, at, 1);
	struct opencl_times t = opencl_last_step(s.d);
	/* embed, 3 layers of 8 products and attentions, output, best, merge */
	int want = 1 + 3 * (fused ? 8 : 11) + 3;
	OK(s.d->launches == want, "%d launches a step%s", s.d->launches,
		fused ? ", norms fused" : "");
	OK(t.busy_ms > 0 && t.idle_ms >= 0, "they are timed");
	search_free(&s);
	model_free(&m);
}

static struct opencl *
open_as(struct opencl_options o)
{
	return open_or_skip(&o);
}

int
main(void)
{
	struct opencl *o = open_as((struct opencl_options){ 0 });
	struct model m;

	printf("# %s, driver %s (%s)\n", o->info.name, o->info.driver,
		o->info.platform);
	check_models(o, "plain", 0);
	model_init_as(&m, DTYPE_FP32, VOCAB, NARROW, 4);
	check_search(o, &m, 5, 3, LONGEST, 60, "long");
	model_free(&m);
	model_init_as(&m, DTYPE_FP32, VOCAB, WHOLE, 5);
	check_search(o, &m, 2, 1, 12, 199, "199 steps");
	model_free(&m);
	check_memory(o);
	check_failures(o);
	opencl_close(o);
	o = open_as((struct opencl_options){ .vec = 4, .items = 64,
		.local = 64, .groups = 8, .fused = 1, .profile = 1 });
	check_models(o, "as a GPU", 1);
	check_times(o, 1);
	opencl_close(o);
	o = open_as((struct opencl_options){ .half = 1, .fused = 1,
		.profile = 1 });
	check_halves(o);
	opencl_close(o);
	o = open_as((struct opencl_options){ .bytes = 1 });
	check_bytes(o);
	opencl_close(o);
	o = open_as((struct opencl_options){ .plain = 1, .profile = 1 });
	check_times(o, 0);
	opencl_close(o);
	return FINISH();
}
