/* profile-arch - parameters and operations of architectures.
 * stdin: arch records, or ones with HAT's averaged "features" in place of
 * "arch".  stdout: the same + arch_id, params, flops and, where the
 * vocabulary is known, params_embedding, flops_output, weight_bytes. Or such a
 * record of each file of weights. */
#include <string.h>
#include <sys/stat.h>
#include "base/opt.h"
#include "model/profile.h"
#include "model/weights_rec.h"
#include "num/codebook.h"
#include "predict/features_rec.h"
#include "rec/out.h"
#include "rec/rec.h"

struct lengths {
	long src, tgt;
};

static void
add_profile(struct buf *b, const struct arch *a, const struct task *t,
	const struct lengths *n)
{
	struct profile p = arch_profile(a, t, (int)n->src, (int)n->tgt);

	profile_members(b, &p);
}

/* Which architecture a file of weights holds: of a supernet the largest. */
static void
profile_weights(const char *path, const struct lengths *n)
{
	const struct rec none = { 0 };
	struct weights w;
	struct buf b = { 0 };
	struct stat st;
	int bits;

	weights_open(&w, path);
	member_string(&b, "weights", path);
	member_key(&b, "arch");
	arch_print(&b, &w.params.shape);
	member_key(&b, "task");
	task_print(&b, &w.params.task);
	arch_id_member(&b, &none, &w.params.shape);
	if (w.is_super)
		member_raw(&b, "supernet", "true");
	if ((bits = params_bits(&w.params)))
		member_int(&b, "codebook_bits", bits);
	if (!stat(path, &st) && S_ISREG(st.st_mode))
		member_num(&b, "file_bytes", (double)st.st_size);
	add_profile(&b, &w.params.shape, &w.params.task, n);
	rec_put_members(&b);
	weights_free(&w);
	buf_free(&b);
}

/* A record with "features" in place of "arch". */
static void
profile_features(struct buf *b, const struct in *in, const struct rec *r,
	const struct task *given, int qkv_dim, const struct lengths *n)
{
	double f[FEATURES];
	struct task task = task_rec_get(in, r, given);
	struct profile p;
	int unknown;

	features_rec_get(in, r, f, &unknown, NULL);
	p = features_profile(f, qkv_dim, &task, (int)n->src, (int)n->tgt);
	profile_members(b, &p);
}

static void
profile_record(struct buf *b, const struct in *in, const struct rec *r,
	const struct task *given, const struct lengths *n)
{
	struct task task;
	struct arch a = arch_rec_get(in, r, given, &task);
	struct why why;

	if (task_check(&task, a.encoder_embed_dim, a.decoder_embed_dim, &why))
		in_fail(in, "%s", why.text);
	arch_id_member(b, r, &a);
	add_profile(b, &a, &task, n);
}

int
main(int argc, char **argv)
{
	struct lengths n = { 30, 30 };
	long qkv_dim = QKV_DIM_HAT;
	struct task_opts to = TASK_OPTS;
	struct opt_list files, weights = { 0 };
	const struct opt opts[] = {
		OPT_LIST('w', "weights", &weights, "FILE",
			"a model: its architecture, in place of records"),
		OPT_LENGTHS(&n.src, &n.tgt, "source tokens, </s> counted",
			"target tokens, </s> counted"),
		OPT_LONG(0, "qkv-dim", &qkv_dim, 1, WIDTH_MAX,
			"width of attention, for features"),
		OPT_VOCAB(&to),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl >profiled.jsonl",
		"Count the parameters and operations of architectures.", opts);
	opt_idle(weights.n > 0, "src-vocab", "the model has its own");
	opt_idle(weights.n > 0, "tgt-vocab", "the model has its own");
	opt_idle(weights.n > 0, "qkv-dim", "the model has its own");
	if (weights.n && files.n)
		die_usage("%s: --weights takes no records", files.at[0]);
	for (size_t i = 0; i < weights.n; i++)
		profile_weights(weights.at[i], &n);
	free(weights.at);
	if (weights.n)
		return out_end();

	struct task given = task_opts_get(&to);
	struct in in;
	struct rec r = { 0 };
	struct buf b = { 0 };
	in_open_list(&in, files.at, files.n, ARCHS);
	while (rec_get(&in, &r)) {
		buf_clear(&b);
		if (!json_object_get(r.json, "arch") &&
		    json_object_get(r.json, "features"))
			profile_features(&b, &in, &r, &given, (int)qkv_dim, &n);
		else
			profile_record(&b, &in, &r, &given, &n);
		rec_put(&r, b.data);
	}
	rec_free(&r);
	buf_free(&b);
	in_close(&in);
	return out_end();
}
