/* predict-lat - predict the latency of architectures.
 * stdin: arch records, or ones with "features" in place of "arch".
 * stdout: the same + arch_id, predicted_ms, predicted_lo, predicted_hi (between
 * which 90% of the measurements lie); for another target predicted_FIELD,
 * predicted_FIELD_lo, predicted_FIELD_hi. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "predict/features_rec.h"
#include "predict/predictor.h"
#include "rec/out.h"
#include "rec/wheres.h"

struct made_for {
	struct task task;
	json_t *workload, *host;   /* or NULL */
};

static struct made_for
get_made_for(const struct predictor *p, const char *path)
{
	struct made_for m;

	m.task = predictor_task(p, path);
	m.workload = predictor_meta_json(p, "workload", path);
	m.host = predictor_meta_json(p, "host", path);
	return m;
}

/* What has computed: a device's name, or the CPU's; NULL: it is not said. */
static const char *
machine_of(const json_t *host)
{
	const char *device = json_string_value(json_object_get(host,
		"device_name"));

	return device ? device : json_string_value(json_object_get(host,
		"cpu"));
}

/* A record measured on another CPU or device: worth a word, once. */
static void
check_host(const struct in *in, const struct rec *r, struct made_for *m)
{
	const json_t *host = json_object_get(r->json, "host");
	const char *there = machine_of(m->host), *here = machine_of(host);

	if (!there || !here || !strcmp(there, here))
		return;
	warn("%s:%ld: measured on another machine (%s) than the predictor's "
		"(%s), whose latencies are predicted", in->name, in->line,
		here, there);
	json_decref(m->host);
	m->host = NULL;
}

static void
check(const struct in *in, const struct rec *r, struct made_for *m,
	const struct task *task)
{
	const json_t *workload = json_object_get(r->json, "workload");
	struct why why;

	if (task_agree(task, &m->task, &why))
		in_fail(in, "the predictor was fitted for another task: %s "
			"(--force predicts all the same)", why.text);
	if (workload && m->workload && !json_equal(workload, m->workload))
		in_fail(in, "the predictor was fitted for another workload "
			"(--force predicts all the same)");
	check_host(in, r, m);
}

struct names {
	char value[200], lo[200], hi[200];
};

static struct names
get_names(const struct predictor *p, const char *path)
{
	const char *field = predictor_meta(p, "field");
	struct names n;

	if (!field)
		field = "predicted_ms";
	if (strncmp(field, "predicted_", 10) || strlen(field) > 180)
		die("%s: metadata \"field\": want predicted_.., not \"%.40s\"",
			path, field);
	/* the bounds of a latency need no unit in their names */
	const char *stem = strcmp(field, "predicted_ms") ? field : "predicted";
	snprintf(n.value, sizeof n.value, "%s", field);
	snprintf(n.lo, sizeof n.lo, "%s_lo", stem);
	snprintf(n.hi, sizeof n.hi, "%s_hi", stem);
	return n;
}

/* The features of a record that fits the predictor, by the short way where
 * there is one: r->json is then NULL. b: members to be added to. */
static void
get_features(struct in *in, struct rec *r, struct features_known *known,
	struct made_for *made_for, int force, double x[FEATURES], int *qkv_dim,
	struct buf *b)
{
	if (features_rec_scan(known, r, x, qkv_dim, b))
		return;
	rec_parse(in, r);
	struct task task = features_rec_get(in, r, x, qkv_dim, b);
	if (!force)
		check(in, r, made_for, &task);
	features_rec_know(known, r);
}

static void
check_range(const struct in *in, const struct predictor *p,
	const double x[FEATURES], int qkv_dim)
{
	struct why why;

	if (predictor_reaches(p, qkv_dim, x, x, &why))
		in_fail(in, "%s (--force predicts all the same)", why.text);
}

/* The members; replaces old ones of the same names, if it may have any. */
static void
annotate(struct buf *line, const struct rec *r, const struct buf *members)
{
	buf_clear(line);
	if (r->json) {
		rec_merge(line, r->line, r->len, members->data, NULL);
		return;
	}
	buf_add(line, r->line, r->len - 1);
	buf_str(line, ",");
	buf_add(line, members->data, members->len);
	buf_str(line, "}\n");
}

int
main(int argc, char **argv)
{
	const char *path = NULL;
	int force = 0;
	struct opt_list conditions = { 0 }, files;
	const struct opt opts[] = {
		OPT_TEXT('p', "predictor", &path, "FILE",
			"what fit-mlp wrote"),
		OPT_WHERE(&conditions,
			"print only records for which this holds; FIELD may "
			"be predicted_ms"),
		OPT_FLAG(0, "force", &force,
			"predict even for another task, workload, qkv_dim or "
			"range than it was fitted for"),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "-p lat.mlp <archs.jsonl >predicted.jsonl",
		"Predict the latency of architectures.", opts);
	if (!path)
		die_usage("want -p FILE");
	struct wheres where;
	wheres_parse(&where, &conditions);

	struct predictor p;
	predictor_load(&p, path);
	struct made_for made_for = get_made_for(&p, path);
	struct names names = get_names(&p, path);
	float *scratch = xaligned(predictor_scratch(&p) * sizeof *scratch);
	struct features_known known = { 0 };
	struct in in;
	struct rec r = { 0 };
	struct buf b = { 0 }, line = { 0 };
	in_open_list(&in, files.at, files.n, ARCHS);
	while (rec_line(&in, &r)) {
		double x[FEATURES];
		int qkv_dim;
		buf_clear(&b);
		get_features(&in, &r, &known, &made_for, force, x, &qkv_dim,
			&b);
		if (!force)
			check_range(&in, &p, x, qkv_dim);
		double v = predictor_features(&p, x, scratch);
		if (!isfinite(v))
			in_fail(&in, "%s predicts no finite number", path);
		member_num(&b, names.value, v);
		if (p.interval[1] > 0) {
			member_num(&b, names.lo, v * p.interval[0]);
			member_num(&b, names.hi, v * p.interval[1]);
		}
		annotate(&line, &r, &b);
		if (wheres_keep(&where, &in, line.data))
			rec_put_line(line.data, line.len);
	}
	features_known_free(&known);
	rec_free(&r);
	in_close(&in);
	buf_free(&b);
	buf_free(&line);
	free(scratch);
	wheres_free(&where);
	free(conditions.at);
	json_decref(made_for.workload);
	json_decref(made_for.host);
	predictor_free(&p);
	return out_end();
}
