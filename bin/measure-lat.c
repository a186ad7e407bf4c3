/* measure-lat - measure the latency of architectures on this machine.
 * stdin: arch records.  stdout: the same + latency_ms, repeats, reference_ms,
 * workload, host. */
#include "arch_rec.h"
#include "measured_rec.h"
#include "opt.h"
#include "out.h"
#include "progress.h"
#include "sig.h"
#include "weights.h"

static struct task
get_task(const struct bench *b, const struct in *in, const struct rec *r,
	const struct task *given, struct arch *arch)
{
	struct task t;
	struct why why;

	*arch = arch_rec_get(in, r, given, &t);
	if (b->params) {
		if (task_agree(&b->params->task, &t, &why) ||
		    arch_fits(arch, &b->params->shape, &why))
			in_fail(in, "does not fit the weights: %s", why.text);
		return b->params->task;
	}
	if (task_complete(&t, arch->encoder_embed_dim,
	    arch->decoder_embed_dim, &why))
		in_fail(in, "%s", why.text);
	return t;
}

/* What is measured, and which reference is known before the first record. */
static void
load_files(struct bench *b, struct weights *w, const char *weights,
	const char *space)
{
	struct arch largest;
	struct space s;
	struct task t;
	struct why why;

	if (weights) {
		weights_load(w, weights);
		b->params = &w->params;
		if (w->is_super)
			reference_fix(&b->ref, &w->params.shape);
	}
	if (space) {
		space_load(&s, &t, space);
		largest = arch_largest(&s);
		reference_fix(&b->ref, &largest);
		if (weights && arch_fits(&largest, &w->params.shape, &why))
			die("%s: does not fit %s: %s", space, weights,
				why.text);
	}
}

static void
run(struct measured *m, const struct task *given, int quiet)
{
	struct in in;
	struct rec r = { 0 };
	struct progress p;

	in_open(&in, NULL);
	progress_start(&p, "architectures", 0, quiet);
	while (!sig_pending() && rec_get(&in, &r)) {
		struct arch arch;
		struct task t = get_task(&m->bench, &in, &r, given, &arch);
		measured_add(m, &in, &r, &arch, &t);
		progress_show(&p, (double)m->records, NULL);
	}
	if (!sig_pending())
		measured_end(m, &in);
	measured_release(m, !sig_pending());
	progress_end(&p);
	rec_free(&r);
	in_close(&in);
}

int
main(int argc, char **argv)
{
	long src_len = 30, tgt_len = 30, beam = 5, batch = 1, threads = 1;
	long seed = 1;
	double precision = 1;
	const char *weights = NULL, *space = NULL, *resume = NULL;
	const char *dtype = "fp32";
	struct measured m = { .bench = { .patience = { 0, 5, 0, 10 },
		.ref.every = 8 } };
	struct bench *b = &m.bench;
	struct weights w;
	int quiet = 0;
	struct task_opts to = TASK_OPTS;
	const struct opt opts[] = {
		OPT_LONG(0, "src-len", &src_len, 1, 1 << 16,
			"source tokens, </s> counted"),
		OPT_LONG(0, "tgt-len", &tgt_len, 1, 1 << 16,
			"target tokens, </s> counted: decoder steps"),
		OPT_LONG('b', "beam", &beam, 1, 1000, "beam"),
		OPT_LONG(0, "batch", &batch, 1, 4096, "sentences at once"),
		OPT_DTYPE(&dtype),
		OPT_LONG('n', "repeat", &b->patience.repeat, 0, 1000000,
			"repetitions; 0: by --precision"),
		OPT_REAL('p', "precision", &precision, 0.001, 100,
			"95% interval of the median within +-X %"),
		OPT_LONG(0, "min-repeat", &b->patience.min_repeat, 1, 1000000,
			"repetitions at least"),
		OPT_REAL(0, "max-time", &b->patience.max_s, 0, 1e6,
			"seconds a record at most, in which --precision is "
			"given up"),
		OPT_LONG(0, "reference-every", &b->ref.every, 0, 10000,
			"records between two timings of the reference; they "
			"are printed after it; 0: no reference"),
		OPT_TEXT(0, "space", &space, "FILE",
			"its largest is the reference, not the first record's"),
		OPT_TEXT('w', "weights", &weights, "FILE",
			"measure this model's SubTransformers, not random "
			"weights"),
		OPT_TEXT(0, "resume", &resume, "FILE",
			"journal: print what it holds, go on, add to it"),
		OPT_VOCAB(&to),
		OPT_SEED(&seed),
		OPT_THREADS(&threads),
		OPT_QUIET(&quiet),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl >measured.jsonl",
		"Measure how long architectures take to translate a batch of "
		"sentences here:\nthe encoder once and --tgt-len steps of the "
		"beam search, in ms.", opts);

	struct task given = task_opts_get(&to);
	b->w = (struct workload){ (int)src_len, (int)tgt_len, (int)beam,
		(int)batch, (int)threads, dtype_named(dtype) };
	b->block.dtype = b->w.dtype;
	b->patience.precision = precision / 100;
	b->block.seed = (uint64_t)seed;
	b->block.threads = (int)threads;
	load_files(b, &w, weights, space);
	measured_open(&m, resume);
	sig_defer();
	run(&m, &given, quiet);
	measured_close(&m);
	if (weights)
		weights_free(&w);
	out_flush();
	if (sig_pending())
		sig_die(sig_pending());
	return out_end();
}
