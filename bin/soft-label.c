/* soft-label - what a trained model expects at each target token.
 * stdin: pairs.  stdout: the same + "soft":[[id,parts,id,parts,..],..]. */
#include <stdlib.h>
#include "base/threads.h"
#include "model/isa_rec.h"
#include "model/label_rec.h"

int
main(int argc, char **argv)
{
	struct labeller l = { .words = 5, .max_tokens = 4096,
		.temperature = 1 };
	const char *src_dict = NULL, *tgt_dict = NULL, *output = NULL;
	const char *isa = NULL;
	struct opt_list weights = { 0 }, files;
	long threads = 0;
	int quiet = 0;
	struct out out;
	const struct opt opts[] = {
		OPT_LIST('w', "weights", &weights, "FILE",
			"the teacher (must be given); of several the "
			"probabilities are averaged"),
		OPT_LONG('k', "words", &l.words, 1, SOFT_WORDS_MAX,
			"the likeliest words of a token"),
		OPT_REAL('T', "temperature", &l.temperature, 0.01, 100,
			"of the teacher: its logits are divided by it"),
		OPT_TEXT(0, "src-dict", &src_dict, "FILE",
			"source dictionary of the pairs: a teacher with "
			"another one is refused"),
		OPT_TEXT(0, "tgt-dict", &tgt_dict, "FILE",
			"their target dictionary [that of the source]"),
		OPT_OUTPUT('o', "output", &output,
			"instead of stdout; .zst: compressed"),
		OPT_LONG(0, "max-tokens", &l.max_tokens, 1, 1 << 20,
			"tokens a batch"),
		OPT_THREADS(&threads),
		OPT_ISA(&isa),
		OPT_QUIET(&quiet),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "--weights FILE <pairs.jsonl >soft.jsonl",
		"Add what a trained model expects at each target token, given "
		"those before it,\nas \"soft\": for train-sub and train-super "
		"to learn from.", opts);
	if (!weights.n)
		die_usage("--weights must be given");
	if (tgt_dict && !src_dict)
		die_usage("--tgt-dict wants --src-dict too");

	if (output) {
		out_open(&out, output);
		l.out = &out;
	}
	l.teachers = teachers_open(weights.at, weights.n, src_dict, tgt_dict,
		threads_get(threads, num_room(DTYPE_FP32), quiet),
		isa_get(isa));
	label_all(&l, &files, quiet);
	teachers_close(l.teachers);
	free(weights.at);
	if (output)
		out_commit(&out);
	return out_end();
}
