/* profile-arch - parameters and operations of architectures.
 * stdin: arch records.  stdout: the same + params, flops and, where the
 * vocabulary is known, params_embedding, flops_output, weight_bytes. */
#include <string.h>
#include "arch_rec.h"
#include "opt.h"
#include "out.h"
#include "rec.h"

int
main(int argc, char **argv)
{
	long src_len = 30, tgt_len = 30;
	struct task_opts to = TASK_OPTS;
	const struct opt opts[] = {
		OPT_LONG(0, "src-len", &src_len, 1, 1 << 20,
			"source tokens, </s> counted"),
		OPT_LONG(0, "tgt-len", &tgt_len, 1, 1 << 20,
			"target tokens, </s> counted"),
		OPT_VOCAB(&to),
		OPT_END
	};
	opt_parse(argc, argv, "<archs.jsonl >profiled.jsonl",
		"Count the parameters and operations of architectures.", opts);

	struct task given = task_opts_get(&to);
	struct in in;
	struct rec r = { 0 };
	struct buf b = { 0 };
	in_open(&in, NULL);
	while (rec_get(&in, &r)) {
		struct task task;
		struct arch arch = arch_rec_get(&in, &r, &given, &task);
		struct profile p = arch_profile(&arch, &task, (int)src_len,
			(int)tgt_len);
		buf_clear(&b);
		profile_members(&b, &p);
		rec_put(&r, b.data);
	}
	rec_free(&r);
	buf_free(&b);
	in_close(&in);
	return out_end();
}
