/* profile-arch - parameters and operations of architectures.
 * stdin: arch records, or ones with HAT's averaged "features" in place of
 * "arch".  stdout: the same + arch_id, params, flops and, where the
 * vocabulary is known, params_embedding, flops_output, weight_bytes. */
#include <string.h>
#include "base/opt.h"
#include "model/profile.h"
#include "predict/features_rec.h"
#include "rec/out.h"
#include "rec/rec.h"

int
main(int argc, char **argv)
{
	long src_len = 30, tgt_len = 30, qkv_dim = QKV_DIM_HAT;
	struct task_opts to = TASK_OPTS;
	struct opt_list files;
	const struct opt opts[] = {
		OPT_LENGTHS(&src_len, &tgt_len, "source tokens, </s> counted",
			"target tokens, </s> counted"),
		OPT_LONG(0, "qkv-dim", &qkv_dim, 1, WIDTH_MAX,
			"width of attention, for features"),
		OPT_VOCAB(&to),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl >profiled.jsonl",
		"Count the parameters and operations of architectures.", opts);

	struct task given = task_opts_get(&to);
	struct in in;
	struct rec r = { 0 };
	struct buf b = { 0 };
	in_open_list(&in, files.at, files.n, ARCHS);
	while (rec_get(&in, &r)) {
		struct task task;
		struct profile p;
		buf_clear(&b);
		if (!json_object_get(r.json, "arch") &&
		    json_object_get(r.json, "features")) {
			double f[FEATURES];
			features_rec_get(&in, &r, f, NULL);
			task = task_rec_get(&in, &r, &given);
			p = features_profile(f, (int)qkv_dim, &task,
				(int)src_len, (int)tgt_len);
		} else {
			struct arch a = arch_rec_get(&in, &r, &given, &task);
			struct why why;
			if (task_check(&task, a.encoder_embed_dim,
			    a.decoder_embed_dim, &why))
				in_fail(&in, "%s", why.text);
			p = arch_profile(&a, &task, (int)src_len,
				(int)tgt_len);
			arch_id_member(&b, &r, &a);
		}
		profile_members(&b, &p);
		rec_put(&r, b.data);
	}
	rec_free(&r);
	buf_free(&b);
	in_close(&in);
	return out_end();
}
