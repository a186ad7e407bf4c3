#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/die.h"
#include "score_cli_rec.h"

static int
name_index(const char *const *names, const char *name)
{
	int i = 0;

	while (strcmp(names[i], name))
		i++;
	return i;
}

/* The metric named by n bytes, or -1. */
static int
metric_index(const char *name, size_t n)
{
	static const char *const names[METRICS_MAX] = { "bleu", "chrf",
		"ter" };

	for (int i = 0; i < METRICS_MAX; i++)
		if (strlen(names[i]) == n && !strncmp(names[i], name, n))
			return i;
	return -1;
}

static void
want_metrics(int *wanted, const char *names)
{
	for (const char *p = names; ; p++) {
		size_t n = strcspn(p, ",");
		int i = metric_index(p, n);
		if (i < 0)
			die_usage("--metrics: want bleu, chrf or ter, not "
				"\"%s\"", names);
		wanted[i] = 1;
		p += n;
		if (!*p)
			return;
	}
}

/* "-m bleu chrf" is sacreBLEU's way to name several: what follows an option
 * comes here as operands. */
static void
take_operands(struct score_cli *c, int *wanted)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->files.n; i++) {
		const char *name = c->files.at[i];
		if (c->metrics.n && metric_index(name, strlen(name)) >= 0)
			want_metrics(wanted, name);
		else
			c->files.at[kept++] = name;
	}
	c->files.n = kept;
}

static struct metric
make_bleu(const struct score_cli *c)
{
	const char *fallback = c->o.compound_split ? "none" : NULL;
	const char *tokenize = c->tokenize ? c->tokenize : fallback ? fallback :
		"13a";
	const char *smooth = c->smooth ? c->smooth : fallback ? fallback :
		"exp";
	struct bleu_opts b = {
		.tokens.kind = (enum tokenizer)name_index(tokenizer_names,
			tokenize),
		.tokens.lowercase = c->lowercase,
		.smooth = (enum bleu_smooth)name_index(bleu_smooths, smooth),
		.smooth_value = c->smooth_value,
		.order = (int)c->order,
		.effective = c->effective || c->o.sentence,
	};

	if (isnan(c->smooth_value))
		b.smooth_value = bleu_smooth_default(b.smooth);
	else if (b.smooth != SMOOTH_FLOOR && b.smooth != SMOOTH_ADD_K)
		die_usage("--smooth-value is for --smooth floor and add-k");
	return (struct metric){ .kind = METRIC_BLEU, .bleu = b };
}

static struct metric
make_metric(const struct score_cli *c, enum metric_kind kind)
{
	struct metric m = { .kind = kind };

	if (kind == METRIC_BLEU)
		return make_bleu(c);
	if (kind == METRIC_CHRF)
		m.chrf = (struct chrf_opts){ (int)c->char_order,
			(int)c->word_order, (int)c->beta, c->chrf_lowercase,
			c->whitespace, c->eps };
	else
		m.ter.tokens = (struct tokenize_opts){ c->ter_normalized ?
			TOKENIZE_TERCOM : TOKENIZE_NONE, !c->ter_cased,
			c->ter_asian, c->ter_no_punct };
	return m;
}

static void
finish_paired(struct score_cli *c)
{
	c->paired |= c->paired_ar;
	if (!c->paired && c->files.n)
		die_usage("unexpected operand \"%s\": systems are named with "
			"--paired, other input is read from stdin",
			c->files.at[0]);
	opt_wants(c->confidence, "confidence-n", "--confidence");
	opt_wants(c->paired && !c->paired_ar, "paired-bs-n", "--paired");
	opt_wants(c->paired_ar, "paired-ar-n", "--paired-ar");
	if (c->paired && c->files.n < 2)
		die_usage("--paired: want the files of at least two systems");
	if (c->o.sentence && (c->paired || c->confidence))
		die_usage("--sentence: a sentence has no interval or test");
	if (c->paired && c->o.score_only)
		die_usage("--score-only: --paired has more to say");
	c->o.bootstrap = c->confidence ? c->confidence_n : 0;
	if (c->paired_ar)
		c->o.randomise = c->paired_ar_n;
	else if (c->paired)
		c->o.bootstrap = c->paired_bs_n;
}

static void
finish(struct score_cli *c)
{
	int wanted[METRICS_MAX] = { 0 };
	struct why why;

	for (size_t i = 0; i < c->metrics.n; i++)
		want_metrics(wanted, c->metrics.at[i]);
	take_operands(c, wanted);
	if (!c->metrics.n)
		wanted[METRIC_BLEU] = 1;
	finish_paired(c);
	if ((c->lowercase || c->chrf_lowercase ||
	    (wanted[METRIC_TER] && !c->ter_cased)) && lower_check(&why))
		die("%s", why.text);
	for (int i = 0; i < METRICS_MAX; i++)
		if (wanted[i])
			c->o.metric[c->o.metrics++] = make_metric(c,
				(enum metric_kind)i);
	c->o.warns = wanted[METRIC_BLEU] && !c->force && !c->o.sentence &&
		c->o.metric[0].bleu.tokens.kind != TOKENIZE_NONE;
	c->o.text = !strcmp(c->format, "text");
	c->o.decimals = (int)c->decimals;
	c->o.seed = (uint64_t)c->seed;
}

/* sacreBLEU's short names of several letters, which getopt has not, and what
 * else it calls by another name. */
static void
rename_options(char **argv)
{
	static char *const names[][2] = {
		{ "-lc", "--lowercase" }, { "-tok", "--tokenize" },
		{ "-sv", "--smooth-value" }, { "-sl", "--sentence" },
		{ "-cc", "--chrf-char-order" }, { "-cw", "--chrf-word-order" },
		{ "-ci", "--confidence" }, { "-cin", "--confidence-n" },
		{ "-pbs", "--paired-bs" }, { "-pbsn", "--paired-bs-n" },
		{ "-par", "--paired-ar" }, { "-parn", "--paired-ar-n" },
		{ "--smooth-method", "--smooth" },
		{ "--sentence-level", "--sentence" },
	};

	for (; *argv && strcmp(*argv, "--"); argv++)
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (!strcmp(*argv, names[i][0]))
				*argv = names[i][1];
}

void
score_cli_parse(struct score_cli *c, int argc, char **argv)
{
	*c = (struct score_cli){ .smooth_value = NAN, .order = 4,
		.char_order = 6, .beta = 2, .decimals = -1,
		.confidence_n = 1000, .paired_bs_n = 1000,
		.paired_ar_n = 10000, .seed = 12345, .format = "json" };
	const struct opt opts[] = {
		OPT_LIST('r', "ref", &c->refs, "FILE",
			"references, a line each; input is text then"),
		OPT_LIST('m', "metrics", &c->metrics, "bleu|chrf|ter",
			"what to compute, several with commas [bleu]"),
		OPT_CHOICE('t', "tokenize", &c->tokenize,
			"none|13a|intl|char|zh", "tokenizer of BLEU [13a]"),
		OPT_CHOICE('s', "smooth", &c->smooth, "exp|none|floor|add-k",
			"how much n-grams without a match count [exp]"),
		OPT_REAL(0, "smooth-value", &c->smooth_value, 0, 1e9,
			"its value, for floor [0.1] and add-k [1]"),
		OPT_FLAG('l', "lowercase", &c->lowercase,
			"BLEU: upper and lower case are the same"),
		OPT_FLAG(0, "force", &c->force,
			"BLEU: no warning where lines look tokenised already "
			"(-t none gives none, either)"),
		OPT_LONG(0, "max-ngram-order", &c->order, 1, NGRAMS_ORDER_MAX,
			"BLEU: the longest n-grams"),
		OPT_FLAG(0, "effective-order", &c->effective,
			"BLEU: leave out orders without n-grams"),
		OPT_LONG(0, "chrf-char-order", &c->char_order, 1,
			NGRAMS_ORDER_MAX,
			"chrF: longest n-grams of characters"),
		OPT_LONG(0, "chrf-word-order", &c->word_order, 0,
			NGRAMS_ORDER_MAX,
			"chrF: longest n-grams of words; 2: chrF++"),
		OPT_LONG(0, "chrf-beta", &c->beta, 0, 1000,
			"chrF: weight of recall"),
		OPT_FLAG(0, "chrf-whitespace", &c->whitespace,
			"chrF: white space counts as characters"),
		OPT_FLAG(0, "chrf-lowercase", &c->chrf_lowercase,
			"chrF: upper and lower case are the same"),
		OPT_FLAG(0, "chrf-eps-smoothing", &c->eps,
			"chrF: orders without n-grams count as 1e-16"),
		OPT_FLAG(0, "ter-case-sensitive", &c->ter_cased,
			"TER: upper and lower case differ"),
		OPT_FLAG(0, "ter-normalized", &c->ter_normalized,
			"TER: tokenize first"),
		OPT_FLAG(0, "ter-no-punct", &c->ter_no_punct,
			"TER: leave punctuation out"),
		OPT_FLAG(0, "ter-asian-support", &c->ter_asian,
			"TER, with those two: for Chinese and Japanese, too"),
		OPT_TEXT(0, "remove-bpe", &c->o.remove_bpe, "MARK",
			"undo the segmentation first: \"@@ \", sentencepiece"),
		OPT_FLAG(0, "compound-split", &c->o.compound_split,
			"\"a-b\" to \"a ##AT##-##AT## b\", tokenizer and "
			"smoothing none"),
		OPT_FLAG(0, "sentence", &c->o.sentence,
			"add each record's own scores to it"),
		OPT_FLAG(0, "confidence", &c->confidence,
			"95% interval by bootstrap"),
		OPT_LONG(0, "confidence-n", &c->confidence_n, 2, 10000000,
			"resamples of --confidence"),
		OPT_FLAG(0, "paired", &c->paired,
			"compare systems, FILE .., with the first"),
		OPT_FLAG(0, "paired-bs", &c->paired,
			"the same as --paired"),
		OPT_FLAG(0, "paired-ar", &c->paired_ar,
			"the same by approximate randomisation, not bootstrap"),
		OPT_LONG(0, "paired-bs-n", &c->paired_bs_n, 2, 10000000,
			"resamples of --paired"),
		OPT_LONG(0, "paired-ar-n", &c->paired_ar_n, 1, 10000000,
			"trials of --paired-ar"),
		OPT_LONG(0, "seed", &c->seed, 0, LONG_MAX, "random seed"),
		OPT_FLAG('b', "score-only", &c->o.score_only,
			"print nothing but the number"),
		OPT_LONG('w', "width", &c->decimals, 0, 15,
			"decimals [1; --paired: all]"),
		OPT_CHOICE('f', "format", &c->format, "json|text",
			"what is printed"),
		OPT_OPERANDS(&c->files, 0, 10000),
		OPT_END
	};
	rename_options(argv);
	opt_parse(argc, argv, "[FILE ..] <hyps.jsonl >score.json",
		"Score translations with BLEU, chrF or TER; the numbers are "
		"sacreBLEU's. Input\nis records with hyp and ref, with -r "
		"text; with --paired the files of systems.", opts);
	finish(c);
}

void
score_stdin(const struct score_cli *c)
{
	struct scorer s = { .opts = &c->o, .keep = c->o.bootstrap > 0 };

	in_wait_for(c->refs.n ? "lines of text" : "records with hyp and ref");
	score_system(&s, NULL, c->refs.at, c->refs.n);
	if (!c->o.sentence)
		score_put(&s);
	scorer_free(&s);
}

void
score_cli_free(struct score_cli *c)
{
	free(c->refs.at);
	free(c->metrics.at);
	free(c->files.at);
}
