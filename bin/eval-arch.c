/* eval-arch - how good architectures are with a supernet's weights.
 * stdin: arch records.  stdout: the same + arch_id, valid_loss, valid_nll (nats
 * per target token) and valid_tokens. */
#include "arch/arch_rec.h"
#include "base/threads.h"
#include "model/eval_rec.h"
#include "model/isa_rec.h"
#include "rec/out.h"
#include "rec/progress.h"

int
main(int argc, char **argv)
{
	const char *weights = NULL, *valid = NULL, *isa = NULL,
		*dtype = "fp32";
	long max_tokens = 4096, sentences = 0, threads = 0;
	double smooth = -1;
	int quiet = 0;
	struct opt_list files;
	const struct opt opts[] = {
		OPT_TEXT(0, "weights", &weights, "FILE", "the supernet"),
		OPT_TEXT(0, "valid", &valid, "FILE", "validation pairs"),
		OPT_LONG(0, "max-tokens", &max_tokens, 1, 1 << 24,
			"tokens a batch"),
		OPT_LONG(0, "valid-sentences", &sentences, 0, LONG_MAX,
			"use only the first pairs, 0: all"),
		OPT_SMOOTHING(&smooth),
		OPT_PRODUCTS(&dtype),
		OPT_THREADS(&threads),
		OPT_ISA(&isa),
		OPT_QUIET(&quiet),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "--weights FILE --valid FILE <archs.jsonl",
		"Validation loss of architectures with inherited weights.",
		opts);
	if (!weights || !valid)
		die_usage("want --weights and --valid");

	enum dtype products = dtype_named(dtype);
	struct eval *eval = eval_open(weights, valid, max_tokens, sentences,
		threads_get(threads, num_room(products), quiet), products,
		isa_get(isa), smooth, 0);
	struct task unknown = task_unknown();
	struct progress progress;
	struct rec r = { 0 };
	struct buf b = { 0 };
	struct in in;
	in_open_list(&in, files.at, files.n, quiet ? NULL : ARCHS);
	progress_start(&progress, "architectures", 0, quiet);
	for (double done = 1; rec_get(&in, &r); done++) {
		struct task task;
		struct arch arch = arch_rec_get(&in, &r, &unknown, &task);
		struct eval_result res;
		struct why why;
		if (task_agree(&task, eval_task(eval), &why) ||
		    eval_arch(eval, &arch, NULL, NULL, &res, &why))
			in_fail(&in, "does not fit %s%s: %s", weights,
				eval_space(eval) ? "" : ", which is no "
				"supernet but one SubTransformer", why.text);
		buf_clear(&b);
		arch_id_member(&b, &r, &arch);
		member_num(&b, "valid_loss", res.loss);
		member_num(&b, "valid_nll", res.nll);
		member_int(&b, "valid_tokens", res.tokens);
		rec_put(&r, b.data);
		out_flush();
		progress_show(&progress, done, NULL);
	}
	progress_end(&progress);
	rec_free(&r);
	buf_free(&b);
	in_close(&in);
	eval_close(eval);
	return out_end();
}
