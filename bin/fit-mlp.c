/* fit-mlp - fit a latency predictor to measured architectures.
 * stdin: measured arch records, or ones with "features" in place of "arch".
 * stdout: one report record; the predictor is written to -o. */
#include <stdlib.h>
#include <string.h>
#include "opt.h"
#include "out.h"
#include "predictor.h"
#include "progress.h"
#include "rec.h"
#include "samples_rec.h"
#include "stats.h"

enum { STREAM_SPLIT = 20 };

struct split {
	size_t train, valid, test;
};

/* "8:1:1" of n, rounded as HAT does: the test part gets what is left. */
static struct split
parse_split(const char *text, size_t n)
{
	double part[3];
	char *end = (char *)text;
	struct split s;

	for (int i = 0; i < 3; i++) {
		const char *from = end + (i && *end == ':');
		part[i] = strtod(from, &end);
		if (end == from || !(part[i] >= 0 && part[i] <= 1e6) ||
		    *end != (i < 2 ? ':' : 0))
			die_usage("--split: want TRAIN:VALID:TEST, such as "
				"8:1:1, not \"%s\"", text);
	}
	double sum = part[0] + part[1] + part[2];
	if (!(part[0] > 0 && part[2] > 0))
		die_usage("--split: the training and the test part must not "
			"be empty");
	s.train = (size_t)(part[0] / sum * (double)n + 1e-9);
	s.valid = (size_t)(part[1] / sum * (double)n + 1e-9);
	s.test = n - s.train - s.valid;
	return s;
}

/* What the target is, for the file and the report. */
struct target {
	char path[256], unit[8], field[160];
};

static struct target
parse_target(const char *name)
{
	struct target t = { "", "", "predicted_ms" };
	int part = !strcmp(name, "total") || !strcmp(name, "encoder") ||
		!strcmp(name, "decoder");

	if (!*name || strlen(name) > 128)
		die_usage("--target: want a field's name");
	snprintf(t.path, sizeof t.path, "%s%s", part ? "latency_ms." : "",
		name);
	if (!strncmp(t.path, "latency_ms.", 11))
		strcpy(t.unit, "ms");
	else {
		const char *dot = strrchr(name, '.');
		snprintf(t.field, sizeof t.field, "predicted_%s",
			dot ? dot + 1 : name);
	}
	return t;
}

static void
set_text(json_t *meta, const char *key, const char *text)
{
	json_object_set_new(meta, key, json_string(text));
}

/* The file's account of itself. */
static json_t *
describe(const struct samples *s, const struct target *t, const char *method,
	double mape, const struct predictor_plan *plan)
{
	json_t *meta = json_object();
	char text[32];

	set_text(meta, "format", "milliner-predictor 1");
	set_text(meta, "version", VERSION);
	set_text(meta, "method", method);
	set_text(meta, "target", t->path);
	set_text(meta, "unit", t->unit);
	set_text(meta, "field", t->field);
	set_text(meta, "features", features_names);
	snprintf(text, sizeof text, "%.9g", mape);
	set_text(meta, "mape", text);
	snprintf(text, sizeof text, "%llu", (unsigned long long)plan->seed);
	set_text(meta, "seed", text);
	snprintf(text, sizeof text, "%zu", s->n);
	set_text(meta, "rows", text);
	for (int i = 0; i < SAME; i++)
		if (s->text[i])
			set_text(meta, samples_same[i], s->text[i]);
	return meta;
}

static void
show(void *progress, double share)
{
	progress_show(progress, 100 * share, NULL);
}

static void
fit(struct predictor *p, const struct samples *s, size_t n,
	struct predictor_plan *plan, int quiet)
{
	struct progress bar;

	progress_start(&bar, "%", 100, quiet);
	plan->tick = show;
	plan->data = &bar;
	predictor_fit(p, s->x, s->y, n, plan);
	progress_end(&bar);
}

/* The report's members on rows [from, from + n). Returns the MAPE. */
static double
judge(struct buf *b, const struct predictor *p, const struct samples *s,
	size_t from, size_t n)
{
	double *guess = xcalloc(n, sizeof *guess);
	float *scratch = xaligned(predictor_scratch(p) * sizeof *scratch);
	const double *truth = s->y + from;

	for (size_t i = 0; i < n; i++)
		guess[i] = predictor_features(p, s->x + (from + i) * FEATURES,
			scratch);
	double mape = stats_mape(truth, guess, n);
	member_num(b, "mape", mape);
	member_num(b, "rmse", stats_rmse(truth, guess, n));
	member_num(b, "tau", stats_tau(truth, guess, n));
	member_num(b, "r2", stats_r2(truth, guess, n));
	free(scratch);
	free(guess);
	return mape;
}

static void
member_string(struct buf *b, const char *key, const char *text)
{
	member_text(b, key, text, strlen(text));
}

int
main(int argc, char **argv)
{
	const char *output = NULL, *split_text = "8:1:1", *target = "total";
	long seed = 1, threads = 1;
	int no_drift = 0, force = 0, quiet = 0;
	struct predictor_plan plan = { 0 };
	const struct opt opts[] = {
		OPT_TEXT('o', "output", &output, "FILE", "the predictor"),
		OPT_SEED(&seed),
		OPT_FLAG(0, "hat", &plan.hat,
			"HAT's perceptron and settings"),
		OPT_LONG(0, "hidden", &plan.hidden, 0, 4096,
			"width of a hidden layer, 0: 32, with --hat 400"),
		OPT_LONG(0, "layers", &plan.layers, 0, MLP_LAYERS_MAX - 1,
			"hidden layers, 0: 2, with --hat 4"),
		OPT_LONG(0, "steps", &plan.steps, 0, 100000000,
			"training steps, 0: 600, with --hat 5000"),
		OPT_LONG(0, "batch", &plan.batch, 0, 1 << 20,
			"rows a step, 0: 64, with --hat 128"),
		OPT_REAL(0, "lr", &plan.lr, 0, 1,
			"learning rate, 0: 0.003, with --hat 1e-5"),
		OPT_TEXT(0, "split", &split_text, "TRAIN:VALID:TEST",
			"how the rows are divided"),
		OPT_TEXT(0, "target", &target, "FIELD",
			"total, encoder, decoder or a dotted path"),
		OPT_FLAG(0, "no-drift", &no_drift, "ignore reference_ms"),
		OPT_FLAG(0, "force", &force,
			"mix tasks, workloads and hosts"),
		OPT_THREADS(&threads),
		OPT_QUIET(&quiet),
		OPT_END
	};
	opt_parse(argc, argv, "-o lat.mlp <measured.jsonl >report.json",
		"Fit a latency predictor to measured architectures.", opts);
	if (!output)
		die_usage("want -o FILE");
	struct target t = parse_target(target);
	parse_split(split_text, 1);
	out_check(output);
	plan.seed = (uint64_t)seed;
	plan.threads = (int)threads;

	struct samples s = { 0 };
	int is_time = !strcmp(t.unit, "ms");
	samples_read(&s, t.path, is_time && !no_drift, force);
	int corrected = samples_correct(&s);
	samples_shuffle(&s, rng_stream(plan.seed, STREAM_SPLIT, 0));
	struct split parts = parse_split(split_text, s.n);
	if (parts.train < 2 || parts.test < 2)
		die("stdin: %zu records, split %s, leave %zu for training "
			"and %zu for the test", s.n, split_text, parts.train,
			parts.test);

	/* HAT only looks at its validation rows; "products" validates by
	 * crossing, and so has them for training */
	struct predictor p;
	fit(&p, &s, parts.train + (plan.hat ? 0 : parts.valid), &plan, quiet);
	struct buf b = { 0 };
	double mape = judge(&b, &p, &s, s.n - parts.test, parts.test);
	const char *method = plan.hat ? "hat" : p.members ?
		"products+perceptrons" : "products";
	member_int(&b, "rows", (long)s.n);
	member_int(&b, "train", (long)parts.train);
	member_int(&b, "valid", (long)parts.valid);
	member_int(&b, "test", (long)parts.test);
	member_int(&b, "seed", seed);
	member_string(&b, "method", method);
	member_string(&b, "target", t.path);
	member_string(&b, "unit", t.unit);
	member_raw(&b, "drift_corrected", corrected ? "true" : "false");

	struct buf line = { 0 };
	buf_printf(&line, "{%s}\n", b.data);
	p.meta = describe(&s, &t, method, mape, &plan);
	predictor_save(&p, output);
	rec_put_line(line.data, line.len);
	predictor_free(&p);
	samples_free(&s);
	buf_free(&b);
	buf_free(&line);
	return out_end();
}
