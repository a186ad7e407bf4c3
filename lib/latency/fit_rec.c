#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fit_rec.h"
#include "stats.h"

struct split
split_parse(const char *text, size_t n)
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

struct target
target_parse(const char *name)
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

json_t *
fit_describe(const struct samples *s, const struct target *t,
	const char *method, double mape, const struct predictor_plan *plan)
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

double
fit_judge(struct buf *b, const struct predictor *p, const struct samples *s,
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
