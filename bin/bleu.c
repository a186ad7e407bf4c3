/* bleu - score translations against references: BLEU, chrF, TER.
 * stdin: records with "hyp" and "ref" (a text or several); with -r, lines of
 * text.  stdout: a record with sacreBLEU's keys for each metric; --sentence:
 * the records with their own scores; --paired: a record of each file. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "opt.h"
#include "out.h"
#include "score_cli.h"

int
main(int argc, char **argv)
{
	struct score_cli c = SCORE_CLI_DEFAULT;
	const struct opt opts[] = {
		OPT_LIST('r', "ref", &c.refs, "FILE",
			"references, a line each; input is text then"),
		OPT_LIST('m', "metrics", &c.metrics, "bleu|chrf|ter",
			"what to compute, several with commas [bleu]"),
		OPT_CHOICE('t', "tokenize", &c.tokenize,
			"none|13a|intl|char|zh", "tokenizer of BLEU [13a]"),
		OPT_CHOICE('s', "smooth", &c.smooth, "exp|none|floor|add-k",
			"what an n-gram without a match counts [exp]"),
		OPT_REAL(0, "smooth-value", &c.smooth_value, 0, 1e9,
			"for floor [0.1] and add-k [1]"),
		OPT_FLAG('l', "lowercase", &c.lowercase,
			"BLEU: upper and lower case are the same"),
		OPT_LONG(0, "max-ngram-order", &c.order, 1, NGRAMS_ORDER_MAX,
			"BLEU: the longest n-grams"),
		OPT_FLAG(0, "effective-order", &c.effective,
			"BLEU: leave out orders without n-grams"),
		OPT_LONG(0, "chrf-char-order", &c.char_order, 1,
			NGRAMS_ORDER_MAX, "longest n-grams of characters"),
		OPT_LONG(0, "chrf-word-order", &c.word_order, 0,
			NGRAMS_ORDER_MAX, "and of words; 2: chrF++"),
		OPT_LONG(0, "chrf-beta", &c.beta, 0, 1000,
			"weight of recall"),
		OPT_FLAG(0, "chrf-whitespace", &c.whitespace,
			"white space counts as characters"),
		OPT_FLAG(0, "chrf-lowercase", &c.chrf_lowercase,
			"upper and lower case are the same"),
		OPT_FLAG(0, "chrf-eps-smoothing", &c.eps,
			"orders without n-grams count as 1e-16"),
		OPT_FLAG(0, "ter-case-sensitive", &c.ter_cased,
			"upper and lower case differ"),
		OPT_FLAG(0, "ter-normalized", &c.ter_normalized,
			"tokenize first"),
		OPT_FLAG(0, "ter-no-punct", &c.ter_no_punct,
			"leave punctuation out"),
		OPT_FLAG(0, "ter-asian-support", &c.ter_asian,
			"both also for Chinese and Japanese"),
		OPT_TEXT(0, "remove-bpe", &c.o.remove_bpe, "MARK",
			"undo the segmentation first: \"@@ \", sentencepiece"),
		OPT_FLAG(0, "compound-split", &c.o.compound_split,
			"\"a-b\" to \"a ##AT##-##AT## b\", tokenizer and "
			"smoothing none"),
		OPT_FLAG(0, "sentence", &c.o.sentence,
			"add each record's own scores to it"),
		OPT_FLAG(0, "confidence", &c.confidence,
			"95% interval by bootstrap"),
		OPT_LONG(0, "confidence-n", &c.confidence_n, 2, 10000000,
			"resamples"),
		OPT_FLAG(0, "paired", &c.paired,
			"compare systems, FILE .., with the first"),
		OPT_FLAG(0, "paired-bs", &c.paired, "the same"),
		OPT_FLAG(0, "paired-ar", &c.paired_ar,
			"by approximate randomisation instead of bootstrap"),
		OPT_LONG(0, "paired-bs-n", &c.paired_bs_n, 2, 10000000,
			"resamples"),
		OPT_LONG(0, "paired-ar-n", &c.paired_ar_n, 1, 10000000,
			"trials"),
		OPT_LONG(0, "seed", &c.seed, 0, LONG_MAX, "random seed"),
		OPT_FLAG('b', "score-only", &c.o.score_only,
			"print nothing but the number"),
		OPT_LONG('w', "width", &c.decimals, 0, 15, "decimals [1]"),
		OPT_CHOICE('f', "format", &c.format, "json|text",
			"what is printed"),
		OPT_OPERANDS(&c.files, 0, 10000),
		OPT_END
	};
	opt_parse(argc, argv, "<hyps.jsonl >score.json\n"
		"       bleu [option ..] -r ref.txt [-r ref2.txt] <hyp.txt\n"
		"       bleu [option ..] --paired A.jsonl B.jsonl ..",
		"Score translations with BLEU, chrF or TER; the numbers are "
		"sacreBLEU's.", opts);
	score_cli_finish(&c);
	if (c.paired)
		score_paired(&c.o, c.files.at, c.files.n, c.refs.at, c.refs.n);
	else
		score_stdin(&c);
	score_cli_free(&c);
	return out_end();
}
