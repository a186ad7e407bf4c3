/* measure-lat - measure the latency of architectures on this machine.
 * stdin: arch records.  stdout: the same + arch_id, latency_ms, repeats,
 * redone, core_shared, reference_ms, reference_id, workload, host;
 * "unsettled":true where it was disturbed too much, and exit 1. */
#include "arch/arch_rec.h"
#include "arch/space_rec.h"
#include "base/sig.h"
#include "latency/measured_rec.h"
#include "model/isa_rec.h"
#include "model/weights_rec.h"
#include "opencl/device_rec.h"
#include "rec/out.h"
#include "rec/progress.h"

/* Share of the samples from which on the user should know. */
static const double SHARED = 0.1;

/* What is known of the task before the first record. */
struct known {
	struct task options, files;   /* --weights, --space */
	int told;   /* that the default is measured, or not to be told */
};

static struct task
get_task(const struct bench *b, const struct in *in, const struct rec *r,
	struct known *k, struct arch *arch)
{
	const struct task none = task_unknown();
	struct task own, t = k->options, files = k->files;
	struct why why;

	*arch = arch_rec_get(in, r, &none, &own);
	if ((b->params && params_hold(b->params, arch, &why)) ||
	    task_join(&files, &own, &k->options, &why))
		in_fail(in, "does not fit the %s: %s", b->params ? "weights" :
			"space", why.text);
	task_fill(&t, &files);
	if (!k->told && !t.src_vocab && !t.tgt_vocab) {
		warn("%s:%ld: says nothing of a vocabulary, nor do options: "
			"measuring with %d words (--src-vocab, --tgt-vocab)",
			in->name, in->line, VOCAB_DEFAULT);
		k->told = 1;
	}
	if (task_complete(&t, arch->encoder_embed_dim,
	    arch->decoder_embed_dim, &why))
		in_fail(in, "%s", why.text);
	return t;
}

/* What is measured, and which reference is known before the first record. */
static void
load_files(struct bench *b, struct known *k, struct weights *w,
	const char *weights, const char *space)
{
	struct arch largest;
	struct space s;
	struct task t;
	struct why why;

	k->files = task_unknown();
	if (weights) {
		weights_load_as(w, weights, CODES);
		b->params = &w->params;
		b->w.codebooks = params_bits(b->params);
		device_codebooks(b->w.device, b->params, weights);
		if (w->is_super)
			reference_fix(&b->ref, &w->params.shape);
		k->files = w->params.task;
		if (task_agree(&k->options, &k->files, &why))
			die("the options do not fit %s: %s", weights, why.text);
	}
	if (space) {
		space_load(&s, &t, space);
		largest = arch_largest(&s);
		reference_fix(&b->ref, &largest);
		if (weights && params_hold(&w->params, &largest, &why))
			die("%s: does not fit %s: %s", space, weights,
				why.text);
		if (task_join(&k->files, &t, &k->options, &why))
			die("%s and %s disagree: %s", weights, space, why.text);
	}
}

/* Sentences of a file, or equal ones. */
static void
set_workload(struct workload *w, const char *pairs, long src_len,
	long tgt_len, long batches)
{
	struct pairs p = { 0 };
	struct in in;

	if (!pairs) {
		workload_uniform(w, (int)src_len, (int)tgt_len);
		return;
	}
	in_open(&in, pairs);
	pairs_read(&p, &in, 0, 0, 0, 0, 0);
	in_close(&in);
	if (workload_pairs(w, &p, (int)batches))
		die("%s: no pairs", pairs);
	pairs_free(&p);
}

static void
pin(struct bench *b, cpu_set_t *cpus, const char *list)
{
	struct why why;
	int n = cpus_parse(cpus, list, &why);

	if (n < 0)
		die_usage("--pin: %s", why.text);
	if (n < b->w.threads)
		die_usage("--pin: %d CPU%s for %d threads", n, n > 1 ? "s" :
			"", b->w.threads);
	if (cpus_take(cpus, &why))
		die("--pin %s: %s", list, why.text);
	b->cpus = cpus;
}

static void
run(struct measured *m, struct known *known,
	const struct opt_list *files, int quiet)
{
	struct in in;
	struct rec r = { 0 };

	in_open_list(&in, files->at, files->n, quiet ? NULL : ARCHS);
	while (!sig_pending() && rec_get(&in, &r)) {
		struct arch arch;
		struct task t = get_task(&m->bench, &in, &r, known, &arch);
		measured_add(m, &in, &r, &arch, &t);
		m->progress->total++;
	}
	if (m->in_order)
		m->progress->total = 0;
	measured_run(m, in_all_names(&in));
	rec_free(&r);
	in_close(&in);
}

static void
tell_shared(const struct measured *m, int quiet)
{
	double shared = measured_shared(m);

	if (!quiet && shared > SHARED)
		warn("%.0f%% of the samples were taken while the core's other "
			"hyperthread was busy; another CPU may be quieter "
			"(--pin)", 100 * shared);
}

/* Of the command line. */
struct settings {
	long src_len, tgt_len, beam, batch, threads, seed, batches;
	long reference_every;
	double precision;            /* % */
	struct stop_rule stop;
	const char *weights, *space, *resume, *pairs, *cpu_list, *dtype, *isa;
	int quiet, accept, in_order;
	struct device_choice on;
	struct task_opts to;
	struct opt_list files;
};

static void
parse(struct settings *s, int argc, char **argv)
{
	*s = (struct settings){ .src_len = 30, .tgt_len = 30, .beam = 5,
		.batch = 1, .threads = 1, .seed = 1, .batches = 8,
		.reference_every = 8, .precision = 1, .stop = { 0, 2, 0, 10 },
		.dtype = "fp32", .on = { .name = "cpu" }, .to = TASK_OPTS };
	const struct opt opts[] = {
		OPT_LENGTHS(&s->src_len, &s->tgt_len,
			"source tokens, </s> counted",
			"target tokens, </s> counted: decoder steps"),
		OPT_TEXT(0, "pairs", &s->pairs, "FILE",
			"lengths of real sentences, not --src-len and "
			"--tgt-len: the pairs of encode-text; times are means "
			"of a batch"),
		OPT_LONG(0, "pairs-batches", &s->batches, 1, 1 << 16,
			"batches of them to translate, of all lengths"),
		OPT_LONG('b', "beam", &s->beam, 1, 1000, "beam"),
		OPT_LONG(0, "batch", &s->batch, 1, 4096, "sentences at once"),
		OPT_DEVICE(&s->on),
		OPT_DEVICE_DTYPE(&s->dtype),
		OPT_LONG('n', "repeat", &s->stop.repeat, 0, 100000,
			"repetitions; 0: by --precision"),
		OPT_REAL('p', "precision", &s->precision, 0.001, 100,
			"95% interval of the total within +-X %"),
		OPT_LONG(0, "min-repeat", &s->stop.min_repeat, 1, 100000,
			"repetitions at least"),
		OPT_REAL(0, "max-time", &s->stop.max_s, 0, 1e6,
			"a record is done after so many seconds, though its "
			"interval is wider than --precision or repetitions "
			"were disturbed; but -n or --min-repeat repetitions "
			"are always made"),
		OPT_FLAG(0, "accept-unsettled", &s->accept,
			"exit 0 though records are marked \"unsettled\", which "
			"means that other load disturbed more than half of "
			"their repetitions, or of the reference's"),
		OPT_LONG(0, "reference-every", &s->reference_every, 0, 10000,
			"records between two timings of the reference (fewer "
			"while its time changes); they are printed after the "
			"second; 0: no reference"),
		OPT_TEXT(0, "space", &s->space, "FILE",
			"its largest architecture is the reference, not the "
			"first record's"),
		OPT_TEXT('w', "weights", &s->weights, "FILE",
			"measure this model's SubTransformers, not random "
			"weights"),
		OPT_JOURNAL(&s->resume,
			"journal: print what it holds, measure the rest, add "
			"what is not unsettled"),
		OPT_FLAG(0, "in-order", &s->in_order,
			"measure each record as it comes; else all are read "
			"first, and measured in an order drawn by --seed"),
		OPT_TEXT(0, "pin", &s->cpu_list, "LIST",
			"tie each thread to one of these CPUs, such as 0,2-3"),
		OPT_VOCAB(&s->to),
		OPT_SEED(&s->seed),
		OPT_LONG('j', "threads", &s->threads, 1, 1024,
			"threads of the translation that is measured"),
		OPT_ISA(&s->isa),
		OPT_QUIET(&s->quiet),
		OPT_INPUTS(&s->files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl >measured.jsonl",
		"Measure how long architectures take to translate a batch of "
		"sentences here:\nthe encoder once and --tgt-len steps of the "
		"beam search, in ms. Records are\nprinted in the order in "
		"which they were measured. Those that other load\n"
		"disturbed too much are marked \"unsettled\":true, and the "
		"exit status is 1.", opts);

	opt_wants(!!s->pairs, "pairs-batches", "--pairs");
	device_choose(&s->on, s->dtype, s->threads, s->isa, s->cpu_list);
	s->stop.precision = s->precision / 100;
}

int
main(int argc, char **argv)
{
	struct settings s;
	struct progress p;
	struct measured m = { .progress = &p };
	struct bench *b = &m.bench;
	struct weights w;
	cpu_set_t cpus;

	parse(&s, argc, argv);
	struct known known = { .options = task_opts_get(&s.to),
		.told = s.quiet };
	b->w = (struct workload){ .beam = (int)s.beam, .batch = (int)s.batch,
		.threads = (int)s.threads, .dtype = s.on.dtype,
		.numbers = s.on.numbers, .device = s.on.device,
		.k = isa_get(s.isa) };
	b->block.dtype = b->w.dtype;
	b->stop = s.stop;
	b->ref.every = s.reference_every;
	b->block.seed = m.seed = (uint64_t)s.seed;
	m.in_order = s.in_order;
	if (s.cpu_list)
		pin(b, &cpus, s.cpu_list);
	load_files(b, &known, &w, s.weights, s.space);
	set_workload(&b->w, s.pairs, s.src_len, s.tgt_len, s.batches);
	measured_open(&m, s.resume);
	sig_defer();
	progress_start(&p, "architectures", 0, s.quiet);
	run(&m, &known, &s.files, s.quiet);
	progress_end(&p);
	tell_shared(&m, s.quiet);
	measured_complain(&m);
	int failed = m.unsettled && !s.accept;
	measured_close(&m);
	if (s.weights)
		weights_free(&w);
	device_close(&s.on);
	out_flush();
	if (sig_pending())
		sig_die(sig_pending());
	return out_end() || failed;
}
