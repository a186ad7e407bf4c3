/* predict-lat - predict the latency of architectures.
 * stdin: arch records, or ones with "features" in place of "arch".
 * stdout: the same + predicted_ms (predicted_FIELD for another target). */
#include <stdlib.h>
#include <string.h>
#include "features_rec.h"
#include "opt.h"
#include "out.h"
#include "predictor.h"
#include "rec.h"

/* A part of the predictor's account of itself as JSON, or NULL. */
static json_t *
meta_json(const struct predictor *p, const char *key, const char *path)
{
	const char *text = predictor_meta(p, key);
	json_t *j;

	if (!text)
		return NULL;
	if (!(j = json_loads(text, JSON_DECODE_INT_AS_REAL, NULL)))
		die("%s: broken %s", path, key);
	return j;
}

struct made_for {
	struct task task;
	json_t *workload;   /* or NULL */
};

static struct made_for
get_made_for(const struct predictor *p, const char *path)
{
	struct made_for m;
	struct why why;
	json_t *task = meta_json(p, "task", path);

	if (task_from_json(&m.task, task, &why))
		die("%s: %s", path, why.text);
	json_decref(task);
	m.workload = meta_json(p, "workload", path);
	return m;
}

static void
check(const struct in *in, const struct rec *r, const struct made_for *m,
	const struct task *task)
{
	const json_t *workload = json_object_get(r->json, "workload");
	struct why why;

	if (task_agree(&m->task, task, &why))
		in_fail(in, "the predictor was fitted for another task: %s "
			"(--force predicts all the same)", why.text);
	if (workload && m->workload && !json_equal(workload, m->workload))
		in_fail(in, "the predictor was fitted for another workload "
			"(--force predicts all the same)");
}

/* Do all conditions hold for the record with what was added to it? */
static int
meets(const struct in *in, const struct where *w, size_t n,
	const struct rec *r, const char *field, double v)
{
	struct why why;
	int keep = 1;

	json_object_set_new(r->json, field, json_real(v));
	for (size_t i = 0; i < n && keep; i++)
		if ((keep = where_keep(&w[i], r->json, &why)) < 0)
			in_fail(in, "--where: %s", why.text);
	return keep;
}

int
main(int argc, char **argv)
{
	const char *path = NULL;
	int force = 0;
	struct opt_list conditions = { 0 };
	const struct opt opts[] = {
		OPT_TEXT('p', "predictor", &path, "FILE",
			"what fit-mlp wrote"),
		OPT_LIST('w', "where", &conditions, "'FIELD<=NUMBER'",
			"keep only such, predicted_ms included"),
		OPT_FLAG(0, "force", &force,
			"whatever task and workload it was fitted for"),
		OPT_END
	};
	opt_parse(argc, argv, "-p lat.mlp <archs.jsonl >predicted.jsonl",
		"Predict the latency of architectures.", opts);
	if (!path)
		die_usage("want -p FILE");
	struct where *where = xcalloc(conditions.n, sizeof *where);
	struct why why;
	for (size_t i = 0; i < conditions.n; i++)
		if (where_parse(&where[i], conditions.at[i], &why))
			die_usage("--where: %s", why.text);

	struct predictor p;
	predictor_load(&p, path);
	struct made_for made_for = get_made_for(&p, path);
	const char *field = predictor_meta(&p, "field");
	float *scratch = xaligned(predictor_scratch(&p) * sizeof *scratch);
	struct in in;
	struct rec r = { 0 };
	struct buf b = { 0 };
	if (!field)
		field = "predicted_ms";
	in_open(&in, NULL);
	while (rec_get(&in, &r)) {
		double x[FEATURES];
		struct task task = features_rec_get(&in, &r, x);
		if (!force)
			check(&in, &r, &made_for, &task);
		double v = predictor_features(&p, x, scratch);
		if (conditions.n && !meets(&in, where, conditions.n, &r,
		    field, v))
			continue;
		buf_clear(&b);
		member_num(&b, field, v);
		rec_put(&r, b.data);
	}
	rec_free(&r);
	in_close(&in);
	buf_free(&b);
	free(scratch);
	free(where);
	free(conditions.at);
	json_decref(made_for.workload);
	predictor_free(&p);
	return out_end();
}
