/* predict-lat - predict the latency of architectures.
 * stdin: arch records, or ones with "features" in place of "arch".
 * stdout: the same + predicted_ms (predicted_FIELD for another target). */
#include <stdlib.h>
#include <string.h>
#include "features_rec.h"
#include "opt.h"
#include "out.h"
#include "predictor.h"
#include "wheres.h"

struct made_for {
	struct task task;
	json_t *workload;   /* or NULL */
};

static struct made_for
get_made_for(const struct predictor *p, const char *path)
{
	struct made_for m;

	m.task = predictor_task(p, path);
	m.workload = predictor_meta_json(p, "workload", path);
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

int
main(int argc, char **argv)
{
	const char *path = NULL;
	int force = 0;
	struct opt_list conditions = { 0 };
	const struct opt opts[] = {
		OPT_TEXT('p', "predictor", &path, "FILE",
			"what fit-mlp wrote"),
		OPT_WHERE(&conditions, "keep only such, predicted_ms included"),
		OPT_FLAG(0, "force", &force,
			"whatever task and workload it was fitted for"),
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
	const char *field = predictor_meta(&p, "field");
	float *scratch = xaligned(predictor_scratch(&p) * sizeof *scratch);
	struct in in;
	struct rec r = { 0 };
	struct buf b = { 0 }, line = { 0 };
	if (!field)
		field = "predicted_ms";
	in_open(&in, NULL);
	while (rec_get(&in, &r)) {
		double x[FEATURES];
		struct task task = features_rec_get(&in, &r, x);
		if (!force)
			check(&in, &r, &made_for, &task);
		double v = predictor_features(&p, x, scratch);
		buf_clear(&b);
		buf_clear(&line);
		member_num(&b, field, v);
		rec_merge(&line, r.line, r.len, b.data, NULL);
		if (wheres_keep(&where, line.data))
			rec_put_line(line.data, line.len);
	}
	rec_free(&r);
	in_close(&in);
	buf_free(&b);
	buf_free(&line);
	free(scratch);
	wheres_free(&where);
	free(conditions.at);
	json_decref(made_for.workload);
	predictor_free(&p);
	return out_end();
}
