/* encode-text - segmented text to token ids.
 * stdin: lines "src [TAB tgt [TAB ref ..]]".
 * stdout: pairs {"src":[ids],"tgt":[ids],"ref":"text" or ["text",..]}. */
#include "encode_rec.h"
#include "opt.h"
#include "out.h"

int
main(int argc, char **argv)
{
	const char *path[SIDES] = { NULL, NULL };
	struct encoder e = { 0 };
	int quiet = 0;
	const struct opt opts[] = {
		OPT_TEXT(0, "src-dict", &path[SRC], "FILE",
			"source dictionary (must be given)"),
		OPT_TEXT(0, "tgt-dict", &path[TGT], "FILE",
			"target dictionary, if it is another one"),
		OPT_LONG('m', "max-len", &e.max_len, 0, 1 << 30,
			"drop pairs with more ids on a side, </s> counted; "
			"0: none"),
		OPT_FLAG(0, "skip-empty", &e.skip_empty,
			"drop pairs with an empty side"),
		OPT_FLAG('r', "ref", &e.tgt_ref,
			"where no reference is given, the target is one"),
		OPT_TEXT(0, "remove-bpe", &e.remove_bpe, "MARK",
			"undo the segmentation of such a reference: \"@@ \", "
			"sentencepiece"),
		OPT_FLAG('q', "quiet", &quiet,
			"say nothing of dropped lines and unknown words"),
		OPT_END
	};
	opt_parse(argc, argv, "--src-dict FILE <lines >pairs.jsonl",
		"Turn lines \"source [TAB target [TAB reference ..]]\" of "
		"segmented text\ninto pairs of token ids.", opts);
	if (!path[SRC])
		die_usage("--src-dict must be given");
	if (e.remove_bpe && !e.tgt_ref)
		die_usage("--remove-bpe is for --ref");

	struct dict dict[SIDES];
	struct in in;
	const char *text;
	size_t len;
	for (int s = 0; s < SIDES; s++) {
		e.dict[s] = s && !path[s] ? e.dict[SRC] : &dict[s];
		if (path[s])
			dict_load(&dict[s], path[s]);
	}
	in_open(&in, NULL);
	while ((text = text_line(&in, &len)))
		encode_line(&e, &in, text, len);
	if (!quiet)
		encode_report(&e, in.line);
	in_close(&in);
	for (int s = 0; s < SIDES; s++)
		if (path[s])
			dict_free(&dict[s]);
	encode_free(&e);
	return out_end();
}
