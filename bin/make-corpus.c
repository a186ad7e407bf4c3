/* make-corpus - write a German-English parallel corpus from a bilingual
 * grammar.
 * stdin: not read.  stdout: "german TAB english" lines, where no file is
 * named. */
#include <stdio.h>
#include <stdlib.h>
#include "base/installed.h"
#include "base/opt.h"
#include "grammar/corpus.h"
#include "rec/out.h"

int
main(int argc, char **argv)
{
	const char *path[3] = { NULL, NULL, NULL }, *folder = NULL;
	long n[3] = { 20000, 500, 500 }, seed = 1;
	const struct opt opts[] = {
		OPT_OUTPUT(0, "train", &path[0], "training pairs; -: stdout"),
		OPT_OUTPUT(0, "valid", &path[1], "validation pairs"),
		OPT_OUTPUT(0, "test", &path[2], "test pairs"),
		OPT_LONG('n', "count", &n[0], 1, 1000000, "training pairs"),
		OPT_LONG(0, "valid-count", &n[1], 0, 1000000,
			"validation pairs"),
		OPT_LONG(0, "test-count", &n[2], 0, 1000000, "test pairs"),
		OPT_TEXT(0, "grammar", &folder, "DIR",
			"folder of the grammar, in place of the installed one"),
		OPT_SEED(&seed),
		OPT_END
	};
	opt_parse(argc, argv, "[>pairs.tsv]",
		"Write a German-English parallel corpus from a bilingual "
		"grammar.\nNo sentence of either language comes twice; the "
		"held-out parts use only words\nof the training part. Without "
		"files, the training pairs go to stdout.", opts);

	opt_wants(!!path[0] || (!path[1] && !path[2]), "count", "--train");
	opt_wants(!!path[1] || !!path[2], "valid-count", "--valid");
	opt_wants(!!path[2], "test-count", "--test");

	struct lexicon lex;
	struct scene scene;
	struct why why;
	struct buf part = { 0 };
	struct out out[3];
	char *found = folder ? NULL : installed_find("grammar", "grammar");
	if (!folder && !found)
		die("the grammar is not installed: name its folder with "
			"--grammar");
	for (int i = 0; i < 3; i++)
		if (path[i])
			out_open(&out[i], path[i]);
	if (lexicon_load(&lex, folder ? folder : found, &why))
		die("%s", why.text);
	struct corpus c = {
		.draw = { .lex = &lex, .rng = rng_seed((uint64_t)seed),
		.scene = &scene } };
	int files = path[0] || path[1] || path[2];
	int parts = path[2] ? 3 : path[1] ? 2 : 1;
	for (int i = 0; i < parts; i++) {
		buf_clear(&part);
		if (corpus_add(&c, &part, n[i], i == 0, &why))
			die("%s", why.text);
		if (path[i])
			out_write(&out[i], part.data, part.len);
		else if (!files)
			fwrite(part.data, 1, part.len, stdout);
	}
	for (int i = 0; i < 3; i++)
		if (path[i])
			out_commit(&out[i]);
	lexicon_free(&lex);
	free(found);
	corpus_free(&c);
	buf_free(&part);
	return out_end();
}
