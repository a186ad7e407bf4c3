/* fit-mlp - fit a latency predictor to measured architectures.
 * stdin: measured arch records, or ones with "features" in place of "arch".
 * stdout: one report record; the predictor is written to -o. */
#include <string.h>
#include "fit_rec.h"
#include "opt.h"
#include "out.h"
#include "progress.h"

enum { STREAM_SPLIT = 20 };

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

static void
member_string(struct buf *b, const char *key, const char *text)
{
	member_text(b, key, text, strlen(text));
}

/* The report, a line. Returns the MAPE. */
static double
report(struct buf *line, const struct predictor *p, const struct samples *s,
	const struct split *parts, long seed, const char *method,
	const struct target *t, int corrected)
{
	struct buf b = { 0 };
	double mape = fit_judge(&b, p, s, s->n - parts->test, parts->test);

	member_int(&b, "rows", (long)s->n);
	member_int(&b, "train", (long)parts->train);
	member_int(&b, "valid", (long)parts->valid);
	member_int(&b, "test", (long)parts->test);
	member_int(&b, "seed", seed);
	member_string(&b, "method", method);
	member_string(&b, "target", t->path);
	member_string(&b, "unit", t->unit);
	member_raw(&b, "drift_corrected", corrected ? "true" : "false");
	buf_printf(line, "{%s}\n", b.data);
	buf_free(&b);
	return mape;
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
	struct target t = target_parse(target);
	split_parse(split_text, 1);
	out_check(output);
	plan.seed = (uint64_t)seed;
	plan.threads = (int)threads;

	struct samples s = { 0 };
	int is_time = !strcmp(t.unit, "ms");
	samples_read(&s, t.path, is_time && !no_drift, force);
	int corrected = samples_correct(&s);
	samples_shuffle(&s, rng_stream(plan.seed, STREAM_SPLIT, 0));
	struct split parts = split_parse(split_text, s.n);
	if (parts.train < 2 || parts.test < 2)
		die("stdin: %zu records, split %s, leave %zu for training "
			"and %zu for the test", s.n, split_text, parts.train,
			parts.test);

	/* HAT only looks at its validation rows; "products" validates by
	 * crossing, and so has them for training */
	struct predictor p;
	fit(&p, &s, parts.train + (plan.hat ? 0 : parts.valid), &plan, quiet);
	struct buf line = { 0 };
	const char *method = plan.hat ? "hat" : p.members ?
		"products+perceptrons" : "products";
	double mape = report(&line, &p, &s, &parts, seed, method, &t,
		corrected);
	p.meta = fit_describe(&s, &t, method, mape, &plan);
	predictor_save(&p, output);
	rec_put_line(line.data, line.len);
	predictor_free(&p);
	samples_free(&s);
	buf_free(&line);
	return out_end();
}
