/* bleu - score translations against references.
 * stdin: records with "hyp" and "ref" (a text or several); with -r, lines of
 * text.  stdout: one record with sacreBLEU's keys. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "opt.h"
#include "out.h"
#include "score_rec.h"

static int
name_index(const char *const *names, const char *name)
{
	int i = 0;

	while (strcmp(names[i], name))
		i++;
	return i;
}

int
main(int argc, char **argv)
{
	const char *tokenize = "13a", *smooth = "exp", *format = "json";
	double value = NAN;   /* the default of smooth */
	long decimals = 1;
	int score_only = 0;
	struct opt_list refs = { 0 };
	struct scorer s = { 0 };
	const struct opt opts[] = {
		OPT_LIST('r', "ref", &refs, "FILE",
			"references, a line each; stdin is text then"),
		OPT_CHOICE('t', "tokenize", &tokenize, "none|13a", "tokenizer"),
		OPT_CHOICE('s', "smooth", &smooth, "exp|none|floor|add-k",
			"what an n-gram without a match counts"),
		OPT_REAL(0, "smooth-value", &value, 0, 1e9,
			"for floor [0.1] and add-k [1]"),
		OPT_FLAG('l', "lowercase", &s.opts.lowercase,
			"upper and lower case are the same"),
		OPT_TEXT(0, "remove-bpe", &s.remove_bpe, "MARK",
			"undo the segmentation first: \"@@ \", sentencepiece"),
		OPT_FLAG('b', "score-only", &score_only,
			"print nothing but the number"),
		OPT_LONG('w', "width", &decimals, 0, 15, "decimals"),
		OPT_CHOICE('f', "format", &format, "json|text",
			"what is printed"),
		OPT_END
	};
	opt_parse(argc, argv, "<hyps.jsonl >score.json",
		"Score translations with BLEU; the numbers are sacreBLEU's.",
		opts);

	s.opts.tokenize = (enum tokenizer)name_index(bleu_tokenizers, tokenize);
	s.opts.smooth = (enum bleu_smooth)name_index(bleu_smooths, smooth);
	if (isfinite(value) && s.opts.smooth != SMOOTH_FLOOR &&
	    s.opts.smooth != SMOOTH_ADD_K)
		die_usage("--smooth-value is for --smooth floor and add-k");
	s.opts.smooth_value = isfinite(value) ? value :
		bleu_smooth_default(s.opts.smooth);
	struct in in;
	in_open(&in, NULL);
	if (refs.n)
		score_lines(&s, &in, refs.at, refs.n);
	else
		score_records(&s, &in);
	if (!s.sentences)
		die("stdin: nothing to score");
	score_put(&s, (int)decimals, !strcmp(format, "text"), score_only);
	in_close(&in);
	score_free(&s);
	free(refs.at);
	return out_end();
}
