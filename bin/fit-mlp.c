/* fit-mlp - fit a latency predictor to measured architectures.
 * stdin: measured arch records, or ones with "features" in place of "arch".
 * stdout: one report record; the predictor is written to -o. */
#include <stdlib.h>
#include <string.h>
#include "features_rec.h"
#include "opt.h"
#include "out.h"
#include "predictor.h"
#include "progress.h"
#include "rec.h"
#include "stats.h"

enum { ROWS_MIN = 20, STREAM_SPLIT = 20 };

/* Members that must be the same in all records. */
static const char *const same[] = { "task", "workload", "host" };
enum { SAME = sizeof same / sizeof *same };

struct samples {
	double *x;                 /* [n x FEATURES] */
	double *y, *reference;     /* reference 0: none */
	size_t n, cap;
	long first;                /* line of the first record */
	json_t *same[SAME];        /* of the first record, or NULL; a JSON null
	                              once they differ */
};

static void
add_row(struct samples *s, const double x[FEATURES], double y, double ref)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->x = xrealloc(s->x, s->cap * FEATURES, sizeof *s->x);
		s->y = xrealloc(s->y, s->cap, sizeof *s->y);
		s->reference = xrealloc(s->reference, s->cap,
			sizeof *s->reference);
	}
	memcpy(s->x + s->n * FEATURES, x, FEATURES * sizeof *x);
	s->y[s->n] = y;
	s->reference[s->n++] = ref;
}

static void
check_same(struct samples *s, const struct in *in, const struct rec *r,
	int force)
{
	for (int i = 0; i < SAME; i++) {
		json_t *v = json_object_get(r->json, same[i]);
		if (!s->n) {
			s->first = in->line;
			s->same[i] = json_incref(v);
		} else if (v ? !s->same[i] || !json_equal(v, s->same[i]) :
		    s->same[i] != NULL) {
			if (!force)
				in_fail(in, "another %s than that of line %ld "
					"(--force mixes them)", same[i],
					s->first);
			json_decref(s->same[i]);
			s->same[i] = json_null();
		}
	}
}

/* The value behind a dotted path, which must be positive. */
static double
positive(const struct in *in, const json_t *j, const char *path)
{
	const char *p = path;

	while (j && *p) {
		size_t n = strcspn(p, ".");
		char *key = xstrdup(p);
		key[n] = 0;
		j = json_object_get(j, key);
		free(key);
		p += n + (p[n] == '.');
	}
	if (!json_is_number(j))
		in_fail(in, "no number \"%s\" in the record", path);
	if (!(json_number_value(j) > 0))
		in_fail(in, "%s: want a positive number", path);
	return json_number_value(j);
}

static void
read_samples(struct samples *s, const char *path, int drift, int force)
{
	struct rec r = { 0 };
	struct in in;

	in_open(&in, NULL);
	while (rec_get(&in, &r)) {
		double x[FEATURES], ref = 0;
		struct task task = features_rec_get(&in, &r, x);
		(void)task;
		double y = positive(&in, r.json, path);
		int has = drift && json_object_get(r.json, "reference_ms");
		if (has)
			ref = positive(&in, r.json, "reference_ms");
		if (s->n && has != (s->reference[0] > 0) && drift)
			in_fail(&in, "%s reference_ms, unlike line %ld "
				"(--no-drift ignores it)", has ? "has" : "no",
				s->first);
		check_same(s, &in, &r, force);
		add_row(s, x, y, ref);
	}
	rec_free(&r);
	in_close(&in);
	if (!s->n)
		die("stdin: no records");
	if (s->n < ROWS_MIN)
		die("stdin: %zu records are too few to fit to; want %d or "
			"more", s->n, ROWS_MIN);
}

/* Divide the machine's drift out: each row by its reference, times the
 * median one. 1 if there was one. */
static int
correct_drift(struct samples *s)
{
	double *sorted;

	if (!(s->reference[0] > 0))
		return 0;
	sorted = xcalloc(s->n, sizeof *sorted);
	memcpy(sorted, s->reference, s->n * sizeof *sorted);
	stats_sort(sorted, s->n);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] *= stats_median(sorted, s->n) / s->reference[i];
	free(sorted);
	return 1;
}

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

static void
shuffle(struct samples *s, uint64_t seed)
{
	struct rng r = rng_stream(seed, STREAM_SPLIT, 0), again = r;

	rng_shuffle(&r, s->x, s->n, FEATURES * sizeof *s->x);
	rng_shuffle(&again, s->y, s->n, sizeof *s->y);
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
	const char *mape)
{
	json_t *meta = json_object();

	set_text(meta, "format", "milliner-predictor 1");
	set_text(meta, "version", VERSION);
	set_text(meta, "method", method);
	set_text(meta, "target", t->path);
	set_text(meta, "unit", t->unit);
	set_text(meta, "field", t->field);
	set_text(meta, "features", features_names);
	set_text(meta, "mape", mape);
	for (int i = 0; i < SAME; i++) {
		if (!s->same[i] || json_is_null(s->same[i]))
			continue;
		char *text = json_dumps(s->same[i], JSON_COMPACT |
			JSON_REAL_PRECISION(15));
		set_text(meta, same[i], text);
		free(text);
	}
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

/* The report's members on rows [from, from + n). */
static void
judge(struct buf *b, const struct predictor *p, const struct samples *s,
	size_t from, size_t n)
{
	double *guess = xcalloc(n, sizeof *guess);
	float *scratch = xaligned(predictor_scratch(p) * sizeof *scratch);
	const double *truth = s->y + from;

	for (size_t i = 0; i < n; i++)
		guess[i] = predictor_features(p, s->x + (from + i) * FEATURES,
			scratch);
	member_num(b, "mape", stats_mape(truth, guess, n));
	member_num(b, "rmse", stats_rmse(truth, guess, n));
	member_num(b, "tau", stats_tau(truth, guess, n));
	member_num(b, "r2", stats_r2(truth, guess, n));
	free(scratch);
	free(guess);
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
	read_samples(&s, t.path, is_time && !no_drift, force);
	int corrected = correct_drift(&s);
	shuffle(&s, plan.seed);
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
	judge(&b, &p, &s, s.n - parts.test, parts.test);
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
	size_t len = strcspn(b.data + strlen("\"mape\":"), ",");
	b.data[strlen("\"mape\":") + len] = 0;
	p.meta = describe(&s, &t, method, b.data + strlen("\"mape\":"));
	predictor_save(&p, output);
	rec_put_line(line.data, line.len);
	predictor_free(&p);
	for (int i = 0; i < SAME; i++)
		json_decref(s.same[i]);
	free(s.x);
	free(s.y);
	free(s.reference);
	buf_free(&b);
	buf_free(&line);
	return out_end();
}
