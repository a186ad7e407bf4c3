/* fit-mlp - fit a latency predictor to measured architectures.
 * stdin: measured arch records, or ones with "features" in place of "arch".
 * stdout: one report record; the predictor is written to -o. */
#include <string.h>
#include "base/cpus.h"
#include "base/opt.h"
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
	/* HAT only looks at its validation rows; "products" validates by
	 * crossing, and so has them for training */
	size_t n = parts->train + (plan->hat ? 0 : parts->valid);

	predictor_fit(p, s->x, s->y, n, plan);
	if (plan->hat)
		fit_interval(p, s->x + n * FEATURES, s->y + n, parts->valid);
}

static void
member_string(struct buf *b, const char *key, const char *text)
{
	member_text(b, key, text, strlen(text));
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
	struct buf list = { 0 };

	for (size_t i = 0; i < n; i++)
		buf_printf(&list, "%s%ld", i ? "," : "[", line[i]);
	buf_str(&list, "]");
	member_raw(b, "test_lines", list.data);
	buf_free(&list);
}

int
main(int argc, char **argv)
{
	enum { ROWS_MIN = 20, ROWS_MIN_FROM = 10 };
	const char *output = NULL, *split_text = "8:1:1", *target = "total";
	const char *from = NULL;
	struct opt_list files;
	long seed = 1, threads = 0, folds = 0;
	int no_drift = 0, force = 0, quiet = 0, whole = 0;
	struct predictor_plan plan = { 0 };
	const struct opt opts[] = {
		OPT_OUTPUT('o', "output", &output,
			"the predictor; -: stdout, the report on stderr"),
		OPT_SEED(&seed),
		OPT_TEXT(0, "target", &target, "FIELD",
			"total, encoder, decoder or a dotted path"),
		OPT_TEXT(0, "split", &split_text, "TRAIN:VALID:TEST",
			"how the rows are divided"),
		OPT_LONG('k', "folds", &folds, 0, 1000,
			"cross-validate by so many folds, too"),
		OPT_FLAG('r', "report", &whole, "learning curves beside "
			"HAT's, a linear fit's and the layer count's"),
		OPT_TEXT(0, "from", &from, "PREDICTOR", "another device's "
			"predictor, to be adapted by few rows"),
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
		OPT_FLAG(0, "no-drift", &no_drift, "ignore reference_ms"),
		OPT_FLAG(0, "force", &force,
			"mix tasks, workloads, hosts and data sets"),
		OPT_THREADS(&threads),
		OPT_QUIET(&quiet),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "-o lat.mlp <measured.jsonl >report.json",
		"Fit a latency predictor to measured architectures.", opts);
	if (!output)
		die_usage("want -o FILE");
	if (folds == 1)
		die_usage("--folds: want 2 or more");
	if (from && plan.hat)
		die_usage("--from and --hat exclude each other");
	struct target t = target_parse(target);
	split_parse(split_text, 1);
	struct out out;
	out_open(&out, output);
	plan.seed = (uint64_t)seed;
	plan.threads = cpus_threads(threads);

	struct samples s = { 0 };
	struct in in;
	int is_time = !strcmp(t.unit, "ms");
	in_open_list(&in, files.at, files.n, quiet ? NULL :
		"measured arch records");
	samples_read(&s, &in, t.path, is_time && !no_drift, force,
		from ? ROWS_MIN_FROM : ROWS_MIN);
	in_close(&in);
	if (plan.hat && s.convolved)
		warn("%zu of %zu records have convolutions, which HAT's "
			"features do not show: to its perceptron they are "
			"noise", s.convolved, s.n);
	samples_shuffle(&s, rng_stream(plan.seed, RNG_SPLIT, 0));
	struct split parts = split_parse(split_text, s.n);
	fit_check_parts(&parts, split_text, &s, (size_t)folds);
	double corrected = samples_correct(&s, parts.train + parts.valid);

	struct predictor p, other = { 0 };
	struct progress bar;
	struct buf b = { 0 }, line = { 0 };
	if (from) {
		fit_load_from(&other, from, &s, &t, force);
		plan.from = &other;
	}
	progress_start(&bar, "%", 100, quiet);
	plan.tick = show;
	plan.data = &bar;
	fit(&p, &s, &parts, &plan);
	size_t known = s.n - parts.test;
	struct score score = score_predictor(&p, s.x + known * FEATURES,
		s.y + known, parts.test);
	const char *method = plan.hat ? "hat" : p.members ?
		"products+perceptrons" : "products";
	fit_score(&b, &score);
	list_test(&b, s.line + known, parts.test);
	describe(&b, &s, &parts, seed, method, &t, corrected);
	if (folds)
		fit_cross(&b, &s, (size_t)folds, &plan);
	if (whole)
		fit_examine(&b, &s, parts.test, &plan);
	progress_end(&bar);
	buf_printf(&line, "{%s}\n", b.data);
	p.meta = fit_describe(&p, &s, &t, method, score.mape, plan.seed, from);
	predictor_save(&p, &out);
	out_commit(&out);
	rec_put_line(line.data, line.len);
	predictor_free(&p);
	predictor_free(&other);
	samples_free(&s);
	buf_free(&line);
	buf_free(&b);
	return out_end();
}
