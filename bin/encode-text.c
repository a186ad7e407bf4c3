/* encode-text - text to token ids.
 * stdin: lines "src [TAB tgt [TAB ref ..]]", or the sides are files.
 * stdout: pairs {"src":[ids],"tgt":[ids],"ref":"text" or ["text",..]}. */
#include <stdlib.h>
#include "base/mem.h"
#include "base/opt.h"
#include "rec/out.h"
#include "text/encode_rec.h"
#include "text/spm.h"
#include "text/text_rec.h"

/* The files of the sides and of the references, or stdin's columns. */
static void
open_input(struct abreast *r, const char *const *side,
	const struct opt_list *refs, const struct opt_list *files, int quiet)
{
	const char **paths = xcalloc(SIDES + refs->n, sizeof *paths);
	size_t n = 0;

	if (side[TGT] && !side[SRC])
		die_usage("--target wants --source too");
	if (refs->n && !side[TGT])
		die_usage("--reference wants --target too");
	for (size_t s = 0; s < SIDES; s++)
		if (side[s])
			paths[n++] = side[s];
	for (size_t i = 0; i < refs->n; i++)
		paths[n++] = refs->at[i];
	if (n && files->n)
		die_usage("%s: --source is what is read", files->at[0]);
	if (n)
		abreast_open_files(r, paths, n);
	else
		abreast_open_columns(r, files->at, files->n, quiet ? NULL :
			"lines of text");
	free(paths);
}

static struct spm *
load_spm(const char *path)
{
	struct why why;
	struct spm *spm;
	struct in in;
	size_t len;

	in_open(&in, path);
	char *bytes = in_all(&in, &len, INT_MAX);
	in_close(&in);
	if (!(spm = spm_open(bytes, len, &why)))
		die("%s: %s", path, why.text);
	free(bytes);
	return spm;
}

int
main(int argc, char **argv)
{
	const char *path[SIDES] = { NULL, NULL }, *side[SIDES] = { NULL, NULL };
	struct opt_list refs = { 0 }, files;
	struct encoder e = { 0 };
	const char *spm_path = NULL;
	const struct opt opts[] = {
		OPT_TEXT(0, "src-dict", &path[SRC], "FILE",
			"source dictionary (must be given)"),
		OPT_TEXT(0, "tgt-dict", &path[TGT], "FILE",
			"target dictionary, if it is another one"),
		OPT_TEXT(0, "spm", &spm_path, "FILE",
			"the text is plain: this SentencePiece model cuts it"),
		OPT_TEXT(0, "source", &side[SRC], "FILE",
			"a sentence a line, TABs are spaces; stdin is not "
			"read"),
		OPT_TEXT(0, "target", &side[TGT], "FILE",
			"its translations: as many lines"),
		OPT_LIST(0, "reference", &refs, "FILE",
			"their references: as many lines"),
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
		OPT_FLAG('q', "quiet", &e.quiet,
			"say nothing of dropped lines and unknown words"),
		OPT_INPUTS(&files, 1),
		OPT_END
	};
	opt_parse(argc, argv, "--src-dict FILE <lines >pairs.jsonl",
		"Turn text, segmented or with --spm plain, into pairs of token "
		"ids: lines\n\"source [TAB target [TAB reference ..]]\", or "
		"the lines of files side by side.", opts);
	if (!path[SRC])
		die_usage("--src-dict must be given");
	if (e.remove_bpe && !e.tgt_ref)
		die_usage("--remove-bpe is for --ref");
	if (e.remove_bpe && spm_path)
		die_usage("--remove-bpe: with --spm the text is plain");

	struct dict dict[SIDES];
	struct abreast input;
	struct spm *spm = spm_path ? load_spm(spm_path) : NULL;
	e.spm = spm;
	open_input(&input, side, &refs, &files, e.quiet);
	for (int s = 0; s < SIDES; s++) {
		e.dict[s] = s && !path[s] ? e.dict[SRC] : &dict[s];
		if (path[s])
			dict_load(&dict[s], path[s]);
	}
	encode_all(&e, &input);
	encode_report(&e);
	abreast_close(&input);
	free(refs.at);
	for (int s = 0; s < SIDES; s++)
		if (path[s])
			dict_free(&dict[s]);
	encode_free(&e);
	spm_close(spm);
	return out_end();
}
