#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/stats.h"
#include "products.h"
#include "rec/field.h"
#include "samples_rec.h"

const char *const samples_same[SAME] = {
	"task", "workload", "host", "data_set",
};

static void
add_row(struct samples *s, const double x[FEATURES], double y, double ref,
	long line)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->x = xrealloc(s->x, s->cap * FEATURES, sizeof *s->x);
		s->y = xrealloc(s->y, s->cap, sizeof *s->y);
		s->reference = xrealloc(s->reference, s->cap,
			sizeof *s->reference);
		s->line = xrealloc(s->line, s->cap, sizeof *s->line);
	}
	memcpy(s->x + s->n * FEATURES, x, FEATURES * sizeof *x);
	s->y[s->n] = y;
	s->line[s->n] = line;
	s->reference[s->n++] = ref;
}

static void
check_same(struct samples *s, const struct in *in, const struct rec *r,
	int force)
{
	for (int i = 0; i < SAME; i++) {
		json_t *v = json_object_get(r->json, samples_same[i]);
		if (!s->n) {
			why_set(&s->first, "%.200s:%ld", in->name, in->line);
			s->same[i] = json_incref(v);
			size_t len;
			const char *at = rec_span(r->line, samples_same[i],
				&len);
			if (at) {
				s->text[i] = xcalloc(len + 1, 1);
				memcpy(s->text[i], at, len);
			}
		} else if (v ? !s->same[i] || !json_equal(v, s->same[i]) :
		    s->same[i] != NULL) {
			if (!force)
				in_fail(in, "another %s than that of %s "
					"(--force mixes them)",
					samples_same[i], s->first.text);
			free(s->text[i]);
			s->text[i] = NULL;
		}
	}
}

static void
check_said(struct said *s, const struct in *in, const char *what,
	const char *value, int force)
{
	if (!*s->value) {
		snprintf(s->value, sizeof s->value, "%s", value);
		why_set(&s->at, "%.200s:%ld", in->name, in->line);
	} else if (strcmp(s->value, value)) {
		s->mixed = 1;
		if (!force)
			in_fail(in, "%s is %s, in %s it is %s (--force mixes "
				"them)", what, value, s->at.text, s->value);
	}
}

/* What a row says beyond its features and what samples_same compares. */
static void
check_rest(struct samples *s, const struct in *in, const char *reference_id,
	int qkv_dim, int force)
{
	char text[16];

	if (reference_id)
		check_said(&s->reference_id, in, "reference_id", reference_id,
			force);
	snprintf(text, sizeof text, "%d", qkv_dim);
	if (qkv_dim)
		check_said(&s->qkv_dim, in, "qkv_dim", text, force);
}

/* Beyond these, products and their squares are no numbers any more. */
static const double LEAST = 1e-30, MOST = 1e30;

/* The value behind a dotted path, which must be positive. */
static double
positive(const struct in *in, const struct rec *r, const char *path)
{
	struct why why;
	double v;

	if (field_number(r->json, path, strlen(path), &v, &why))
		rec_fail(in, r, why.text);
	if (!(v > 0))
		in_fail(in, "%s: want a positive number", path);
	if (v < LEAST || v > MOST)
		in_fail(in, "%s: want a number from %g to %g", path, LEAST,
			MOST);
	return v;
}

static double
number_or_nan(const json_t *v)
{
	return json_is_number(v) ? json_number_value(v) : NAN;
}

/* What the record says of the error of its latency_ms.total: "ci95" of the
 * median, or HAT's "latency_std_ms" of the runs. */
static void
add_noise(struct samples *s, const struct in *in, const json_t *j)
{
	const double mean_size = 0.7978845608;   /* of a normal deviate */
	const json_t *lat = json_object_get(j, "latency_ms");
	const json_t *ci = json_object_get(lat, "ci95");
	const json_t *std = json_object_get(j, "latency_std_ms");
	double total = json_number_value(json_object_get(lat, "total"));
	double a, b, deviation;

	if (ci) {
		a = number_or_nan(json_array_get(ci, 0));
		b = number_or_nan(json_array_get(ci, 1));
		if (!(a <= b) || json_array_size(ci) != 2)
			in_fail(in, "latency_ms.ci95: want [from, to]");
		deviation = (b - a) / 2 / 1.959964;
	} else if (std) {
		a = number_or_nan(json_object_get(std, "encoder"));
		b = number_or_nan(json_object_get(std, "decoder"));
		if (!(a >= 0 && b >= 0))
			in_fail(in, "latency_std_ms: want \"encoder\" and "
				"\"decoder\", from 0");
		deviation = hypot(a, b);
		s->noise_spread = 1;
	} else
		return;
	s->noise += mean_size * deviation / total;
	s->noise_rows++;
}

double
samples_floor(const struct samples *s)
{
	return s->noise_rows == s->n ? 100 * s->noise / (double)s->n : NAN;
}

void
samples_read(struct samples *s, struct in *in, const char *path, int drift,
	int force, size_t least)
{
	struct rec r = { 0 };
	struct why why;

	while (rec_get(in, &r)) {
		double x[FEATURES], ref = 0;
		int unsettled = field_flag(r.json, "unsettled", &why);
		if (unsettled < 0)
			in_fail(in, "%s", why.text);
		if (unsettled) {
			s->unsettled++;
			continue;
		}
		int qkv_dim;
		struct task task = features_rec_get(in, &r, x, &qkv_dim, NULL);
		s->convolved += features_convolve(x) != 0;
		struct task measured = workload_task(json_object_get(r.json,
			"workload"));
		if (!force && task_agree(&task, &measured, &why))
			in_fail(in, "measured for another task than its own: "
				"%s (--force takes it)", why.text);
		double y = positive(in, &r, path);
		int has = drift && json_object_get(r.json, "reference_ms");
		if (has)
			ref = positive(in, &r, "reference_ms");
		if (s->n && has != (s->reference[0] > 0) && drift)
			in_fail(in, "%s reference_ms, unlike %s "
				"(--no-drift ignores it)", has ? "has" : "no",
				s->first.text);
		check_same(s, in, &r, force);
		check_rest(s, in, has ? json_string_value(json_object_get(
			r.json, "reference_id")) : NULL, qkv_dim, force);
		if (!strcmp(path, "latency_ms.total"))
			add_noise(s, in, r.json);
		add_row(s, x, y, ref, in->before + in->line);
	}
	rec_free(&r);
	s->name = in_all_names(in);
	if (s->unsettled)
		warn("%zu of %zu records are \"unsettled\" (measured beside "
			"other load) and left out", s->unsettled,
			s->unsettled + s->n);
	if (!s->n)
		die("%s: no %srecords", s->name, s->unsettled ? "settled " :
			"");
	if (s->n < least)
		die("%s: %zu records are too few to fit to; want %zu or "
			"more", s->name, s->n, least);
}

/* MAPE of a sum of products on the first n rows, y divided by so much of the
 * drift. */
static double
try_power(const struct samples *s, size_t n, double power, double median)
{
	double *y = xcalloc(2 * n, sizeof *y), *guess = y + n;
	double weight[PRODUCTS];

	for (size_t i = 0; i < n; i++)
		y[i] = s->y[i] * pow(median / s->reference[i], power);
	products_fit(weight, s->x, y, n, NULL);
	for (size_t i = 0; i < n; i++)
		guess[i] = products_sum(weight, s->x + i * FEATURES);
	double mape = stats_mape(y, guess, n);
	free(y);
	return mape;
}

enum { POWERS = 20 };   /* from 0 to 1, that are tried */

double
samples_correct(struct samples *s, size_t n)
{
	double best = 1, least = INFINITY;

	if (!(s->reference[0] > 0))
		return 0;
	double median = stats_median(s->reference, s->n);
	for (int k = POWERS; k >= 0; k--) {
		double power = (double)k / POWERS;
		double mape = try_power(s, n, power, median);
		if (k == POWERS)
			mape *= 0.99;   /* 1, if it hardly matters */
		if (mape < least) {
			least = mape;
			best = power;
		}
	}
	for (size_t i = 0; i < s->n; i++)
		s->y[i] *= pow(median / s->reference[i], best);
	return best;
}

void
samples_shuffle(struct samples *s, struct rng r)
{
	struct groups *g = &s->groups;

	groups_init(g, s->x, s->n);
	groups_shuffle(g, r);
	groups_order(g, s->x, FEATURES * sizeof *s->x);
	groups_order(g, s->y, sizeof *s->y);
	groups_order(g, s->reference, sizeof *s->reference);
	groups_order(g, s->line, sizeof *s->line);
}

void
samples_free(struct samples *s)
{
	for (int i = 0; i < SAME; i++) {
		json_decref(s->same[i]);
		free(s->text[i]);
	}
	groups_free(&s->groups);
	free(s->x);
	free(s->y);
	free(s->reference);
	free(s->line);
	*s = (struct samples){ 0 };
}
