/* fit-mlp - fit a latency predictor to measured architectures.
 * stdin: measured arch records, or ones with "features" in place of "arch".
 * stdout: one report record; the predictor is written to -o. */
#include <string.h>
#include "base/opt.h"
#include "base/threads.h"
#include "predict/fit_rec.h"
#include "rec/out.h"
#include "rec/progress.h"

static void
show(void *progress, double share)
{
	progress_show(progress, 100 * share, NULL);
}

/* Fit to the first rows; HAT's perceptron takes its interval from the
 * validation rows that follow. */
static void
fit(struct predictor *p, const struct samples *s, const struct split *parts,
	struct predictor_plan *plan)
{
	size_t n = parts->train;

	predictor_fit(p, s->x, s->y, n, plan);
	if (plan->hat)
		fit_interval(p, s->x + n * FEATURES, s->y + n, parts->valid);
}

static void
describe(struct buf *b, const struct samples *s, const struct split *parts,
	long seed, const char *method, const struct target *t, double corrected)
{
	member_int(b, "rows", (long)s->n);
	member_int(b, "unsettled", (long)s->unsettled);
	member_int(b, "train", (long)parts->train);
	member_int(b, "valid", (long)parts->valid);
	member_int(b, "test", (long)parts->test);
	member_int(b, "seed", seed);
	member_string(b, "method", method);
	member_string(b, "target", t->path);
	member_string(b, "unit", t->unit);
	member_raw(b, "drift_corrected", corrected > 0 ? "true" : "false");
	member_num(b, "drift_power", corrected);
	/* what it was fitted for */
	for (int i = 0; i < SAME; i++)
		if (s->text[i])
			member_raw(b, samples_same[i], s->text[i]);
}

/* Input lines of the test part: what a picture must draw apart. */
static void
list_test(struct buf *b, const long *line, size_t n)
{
	member_key(b, "test_lines");
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%s%ld", i ? "," : "[", line[i]);
	buf_str(b, "]");
}

/* What the options say. */
struct settings {
	const char *output, *split, *from;
	struct target target;
	struct opt_list files;
	long seed, threads, folds;
	int no_drift, force, quiet, whole;
	struct predictor_plan plan;
};

static void
parse(struct settings *s, int argc, char **argv)
{
	const char *target = "total";

	*s = (struct settings){ .split = "8:1:1", .seed = 1 };
	const struct opt opts[] = {
		OPT_OUTPUT('o', "output", &s->output,
			"the predictor; -: stdout, the report on stderr"),
		OPT_SEED(&s->seed),
		OPT_TEXT(0, "target", &target, "FIELD",
			"what to predict: total, encoder, decoder, or the path "
			"of any number, such as my.energy_j"),
		OPT_TEXT(0, "split", &s->split, "TRAIN:VALID:TEST",
			"how the architectures are divided"),
		OPT_LONG('k', "folds", &s->folds, 0, 1000,
			"cross-validate by so many folds, too"),
		OPT_FLAG('r', "report", &s->whole, "learning curves beside "
			"HAT's, a linear fit's and the layer count's"),
		OPT_TEXT(0, "from", &s->from, "PREDICTOR", "another device's "
			"predictor, to be adapted by few rows"),
		OPT_FLAG(0, "hat", &s->plan.hat,
			"HAT's perceptron and settings"),
		OPT_LONG(0, "hidden", &s->plan.hidden, 0, 4096,
			"width of a hidden layer, 0: 32, with --hat 400"),
		OPT_LONG(0, "layers", &s->plan.layers, 0, MLP_LAYERS_MAX - 1,
			"hidden layers, 0: 2, with --hat 4"),
		OPT_LONG(0, "steps", &s->plan.steps, 0, 100000000,
			"training steps, 0: 600, with --hat 5000"),
		OPT_LONG(0, "batch", &s->plan.batch, 0, 1 << 20,
			"rows a step, 0: 64, with --hat 128"),
		OPT_REAL(0, "lr", &s->plan.lr, 0, 1,
			"learning rate, 0: 0.003, with --hat 1e-5"),
		OPT_FLAG(0, "no-drift", &s->no_drift, "ignore reference_ms"),
		OPT_FLAG(0, "force", &s->force,
			"mix tasks, workloads, hosts, references, data sets "
			"and qkv_dim"),
		OPT_THREADS(&s->threads),
		OPT_QUIET(&s->quiet),
		OPT_INPUTS(&s->files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "-o lat.mlp <measured.jsonl >report.json",
		"Fit a latency predictor to measured architectures.", opts);
	if (!s->output)
		die_usage("want -o FILE");
	if (s->folds == 1)
		die_usage("--folds: want 2 or more");
	if (s->from && s->plan.hat)
		die_usage("--from and --hat exclude each other");
	s->target = target_parse(target);
	split_parse(s->split, 1);
}

/* The architectures in a random order, the machine's drift divided out; by
 * which power. */
static double
read_samples(struct samples *s, struct split *archs, const struct settings *o)
{
	enum { ROWS_MIN = 20, ROWS_MIN_FROM = 10 };
	int is_time = !strcmp(o->target.unit, "ms");
	struct in in;

	in_open_list(&in, o->files.at, o->files.n, o->quiet ? NULL :
		"measured arch records");
	samples_read(s, &in, o->target.path, is_time && !o->no_drift, o->force,
		o->from ? ROWS_MIN_FROM : ROWS_MIN);
	in_close(&in);
	if (o->plan.hat && s->convolved)
		warn("%zu of %zu records have convolutions, which HAT's "
			"features do not show: to its perceptron they are "
			"noise", s->convolved, s->n);
	samples_shuffle(s, rng_stream((uint64_t)o->seed, RNG_SPLIT, 0));
	*archs = split_parse(o->split, s->groups.n);
	fit_check_parts(archs, o->split, s, (size_t)o->folds);
	return samples_correct(s, s->groups.start[archs->train + archs->valid]);
}

int
main(int argc, char **argv)
{
	struct settings o;
	struct out out;
	struct samples s = { 0 };
	struct split archs, parts;
	struct predictor p, other = { 0 };
	struct progress bar;
	struct buf b = { 0 };

	parse(&o, argc, argv);
	out_open(&out, o.output);
	o.plan.seed = (uint64_t)o.seed;
	o.plan.threads = threads_get(o.threads, (struct thread_room){ 0 },
		o.quiet);
	double corrected = read_samples(&s, &archs, &o);
	/* "products" validates by crossing */
	if (!o.plan.hat) {
		archs.train += archs.valid;
		archs.valid = 0;
	}
	parts = split_rows(&archs, &s);
	if (o.from) {
		fit_load_from(&other, o.from, &s, &o.target, o.force);
		o.plan.from = &other;
	}
	progress_start(&bar, "%", 100, o.quiet);
	o.plan.tick = show;
	o.plan.data = &bar;
	fit(&p, &s, &parts, &o.plan);
	size_t known = s.n - parts.test;
	struct score score = score_predictor(&p, s.x + known * FEATURES,
		s.y + known, parts.test);
	const char *method = o.plan.hat ? "hat" : p.members ?
		"products+perceptrons" : "products";
	fit_score(&b, &score);
	list_test(&b, s.line + known, parts.test);
	describe(&b, &s, &parts, o.seed, method, &o.target, corrected);
	if (o.folds)
		fit_cross(&b, &s, (size_t)o.folds, &o.plan);
	if (o.whole)
		fit_examine(&b, &s, archs.test, &o.plan);
	progress_end(&bar);
	p.meta = fit_describe(&p, &s, &o.target, method, score.mape,
		o.plan.seed, o.from);
	predictor_save(&p, &out);
	out_commit(&out);
	rec_put_members(&b);
	predictor_free(&p);
	predictor_free(&other);
	samples_free(&s);
	buf_free(&b);
	return out_end();
}
