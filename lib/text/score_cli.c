#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "die.h"
#include "score_cli.h"

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

void
score_cli_finish(struct score_cli *c)
{
	int wanted[METRICS_MAX] = { 0 };

	for (size_t i = 0; i < c->metrics.n; i++)
		want_metrics(wanted, c->metrics.at[i]);
	take_operands(c, wanted);
	if (!c->metrics.n)
		wanted[METRIC_BLEU] = 1;
	finish_paired(c);
	for (int i = 0; i < METRICS_MAX; i++)
		if (wanted[i])
			c->o.metric[c->o.metrics++] = make_metric(c,
				(enum metric_kind)i);
	c->o.text = !strcmp(c->format, "text");
	c->o.decimals = (int)c->decimals;
	c->o.seed = (uint64_t)c->seed;
}

void
score_stdin(const struct score_cli *c)
{
	struct scorer s = { .opts = &c->o, .keep = c->o.bootstrap > 0 };
	struct in in;

	in_open(&in, NULL);
	if (c->refs.n)
		score_lines(&s, &in, c->refs.at, c->refs.n);
	else
		score_records(&s, &in);
	if (!c->o.sentence) {
		if (!s.sentences)
			die("stdin: nothing to score");
		score_put(&s);
	}
	in_close(&in);
	scorer_free(&s);
}

void
score_cli_free(struct score_cli *c)
{
	free(c->refs.at);
	free(c->metrics.at);
	free(c->files.at);
}
