#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fit_rec.h"

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

struct split
split_rows(const struct split *archs, const struct samples *s)
{
	const size_t *start = s->groups.start;
	size_t train = start[archs->train];
	size_t known = start[archs->train + archs->valid];

	return (struct split){ train, known - train, s->n - known };
}

void
fit_check_parts(const struct split *s, const char *text,
	const struct samples *samples, size_t folds)
{
	size_t n = samples->groups.n;

	if (s->train < 2 || s->test < 2)
		die("%s: %zu architectures, split %s, leave %zu for training "
			"and %zu for the test", samples->name, n, text,
			s->train, s->test);
	if (folds && n < 2 * folds)
		die("%s: %zu architectures are too few for %zu folds",
			samples->name, n, folds);
}

void
fit_interval(struct predictor *p, const double *x, const double *y, size_t n)
{
	double *ratio = xcalloc(n, sizeof *ratio);
	float *scratch = xaligned(predictor_scratch(p) * sizeof *scratch);

	for (size_t i = 0; i < n; i++)
		ratio[i] = y[i] / predictor_features(p, x + i * FEATURES,
			scratch);
	predictor_interval(p, ratio, n);
	free(scratch);
	free(ratio);
}

struct target
target_parse(const char *name)
{
	struct target t = { "", "", "predicted_ms" };
	int part = !strcmp(name, "total") || !strcmp(name, "encoder") ||
		!strcmp(name, "decoder");

	json_t *utf8 = json_string(name);   /* else NULL */
	if (!*name || strlen(name) > 128 || !utf8)
		die_usage("--target: want a field's name, in UTF-8");
	json_decref(utf8);
	snprintf(t.path, sizeof t.path, "%s%s", part ? "latency_ms." : "",
		name);
	if (!strncmp(t.path, "latency_ms.", 11))
		strcpy(t.unit, "ms");
	if (strcmp(t.path, "latency_ms.total")) {
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
fit_describe(const struct predictor *p, const struct samples *s,
	const struct target *t, const char *method, double mape, uint64_t seed,
	const char *from)
{
	json_t *meta = json_object();
	struct buf names = { 0 };
	char text[32];

	set_text(meta, "format", "milliner-predictor 1");
	set_text(meta, "version", VERSION);
	set_text(meta, "method", method);
	set_text(meta, "target", t->path);
	set_text(meta, "unit", t->unit);
	set_text(meta, "field", t->field);
	for (int i = 0; i < p->features; i++)
		buf_printf(&names, "%s%s", i ? "," : "", feature_names[i]);
	set_text(meta, "features", names.data);
	buf_free(&names);
	snprintf(text, sizeof text, "%.9g", mape);
	set_text(meta, "mape", text);
	snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
	set_text(meta, "seed", text);
	snprintf(text, sizeof text, "%zu", s->n);
	set_text(meta, "rows", text);
	if (*s->qkv_dim.value && !s->qkv_dim.mixed)
		set_text(meta, "qkv_dim", s->qkv_dim.value);
	if (from)
		set_text(meta, "from", from);
	for (int i = 0; i < SAME; i++)
		if (s->text[i])
			set_text(meta, samples_same[i], s->text[i]);
	return meta;
}

void
fit_load_from(struct predictor *p, const char *path, const struct samples *s,
	const struct target *t, int force)
{
	predictor_load(p, path);
	if (!p->has_products)
		die("%s: --from wants a predictor of the default method, not "
			"a perceptron alone", path);
	const char *target = predictor_meta(p, "target");
	if (target && strcmp(target, t->path) && !force)
		die("%s: fitted to %s, not %s (--force uses it all the same)",
			path, target, t->path);
	int qkv_dim = atoi(s->qkv_dim.value);
	if (qkv_dim && p->qkv_dim && qkv_dim != p->qkv_dim && !force)
		die("%s: fitted for qkv_dim %d, in %s it is %d (--force uses "
			"it all the same)", path, p->qkv_dim,
			s->qkv_dim.at.text, qkv_dim);
	for (int i = 0; i < SAME_WORK && !force; i++) {
		json_t *j = predictor_meta_json(p, samples_same[i], path);
		if (j && s->same[i] && !json_equal(j, s->same[i]))
			die("%s: fitted for another %s than that of %s "
				"(--force uses it all the same)", path,
				samples_same[i], s->first.text);
		json_decref(j);
	}
}

/* --- the report --- */

void
fit_score(struct buf *b, const struct score *s)
{
	member_num(b, "mape", s->mape);
	member_num(b, "rmse", s->rmse);
	member_num(b, "tau", s->tau);
	member_num(b, "r2", s->r2);
	if (!isnan(s->coverage)) {
		member_num(b, "coverage", s->coverage);
		member_num(b, "width", s->width);
	}
}

static void
add_folds(struct buf *b, const struct score *s, size_t n)
{
	struct score mean = score_mean(s, n);
	struct buf all = { 0 }, one = { 0 };

	fit_score(&all, &mean);
	member_key(&all, "each");
	for (size_t i = 0; i < n; i++) {
		buf_clear(&one);
		fit_score(&one, &s[i]);
		buf_printf(&all, "%s{%s}", i ? "," : "[", one.data);
	}
	buf_str(&all, "]");
	member_object(b, "folds", &all);
	buf_free(&all);
	buf_free(&one);
}

static void
add_curve(struct buf *b, const struct curve *c)
{
	static const char *const names[CURVE_METHODS] =
		{ "fit", "layers", "ridge", "hat" };
	struct buf point = { 0 }, one = { 0 };

	member_key(b, "curve");
	for (size_t i = 0; i < c->n; i++) {
		buf_clear(&point);
		member_int(&point, "rows", (long)c->at[i].archs);
		for (int m = 0; m < CURVE_METHODS; m++) {
			buf_clear(&one);
			fit_score(&one, &c->at[i].score[m]);
			member_object(&point, names[m], &one);
		}
		buf_printf(b, "%s{%s}", i ? "," : "[", point.data);
	}
	buf_str(b, "]");
	buf_free(&point);
	buf_free(&one);
}

static void
advise(const struct curve *c, const struct samples *s)
{
	const struct curve_point *last = &c->at[c->n - 1];
	double now = last->score[CURVE_OURS].mape, promise = curve_promise(c);
	double floor = samples_floor(s);
	struct buf b = { 0 };

	if (c->n < 2)
		buf_printf(&b, "too few to tell whether more would help: "
			"MAPE %.3g%% from %zu", now, last->archs);
	else
		buf_printf(&b, "more samples would %s: MAPE %.3g%% from %zu "
			"architectures, %.3g%% from %zu; from twice as many "
			"expect %.3g%%", promise > 0.02 * now ? "help" :
			"hardly help", last[-1].score[CURVE_OURS].mape,
			last[-1].archs, now, last->archs, now - promise);
	if (!isnan(floor))
		buf_printf(&b, "; the %s alone makes about %.2g%%",
			s->noise_spread ? "spread of single runs" :
			"uncertainty of the measurements", floor);
	warn("%s", b.data);
	buf_free(&b);
}

void
fit_cross(struct buf *b, const struct samples *s, size_t folds,
	const struct predictor_plan *plan)
{
	struct score *score = xcalloc(folds, sizeof *score);
	struct predictor_plan quiet = *plan;
	const size_t *start = s->groups.start, archs = s->groups.n;

	quiet.tick = NULL;
	for (size_t k = 0; k < folds; k++) {
		size_t from = start[k * archs / folds];
		size_t to = start[(k + 1) * archs / folds];
		score[k] = score_fold(s->x, s->y, s->n, from, to - from,
			&quiet);
		plan->tick(plan->data, (double)(k + 1) / (double)folds);
	}
	add_folds(b, score, folds);
	free(score);
}

void
fit_examine(struct buf *b, const struct samples *s, size_t test_archs,
	const struct predictor_plan *plan)
{
	struct curve c;

	curve_draw(&c, s->x, s->y, s->n, test_archs, plan);
	add_curve(b, &c);
	member_num(b, "noise_floor", samples_floor(s));
	member_num(b, "promise", curve_promise(&c));
	advise(&c, s);
}
