/* bleu's scores against sacreBLEU's: tests/golden/make-bleu.py. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include "golden.h"
#include "rec/rec.h"
#include "score/randomise.h"
#include "score/score_cli_rec.h"
#include "tap.h"

enum { ARGS = 32, TEXTS = 8 };

/* Is it the text under key? Also where the key is missing and got is NULL. */
static int
is_text(const json_t *want, const char *key, const char *got)
{
	const char *text = json_string_value(get(want, key));
	int good = text && got ? !strcmp(text, got) : !text && !got;

	if (!good)
		printf("# %s: want %s, got %s\n", key, text ? text : "none",
			got ? got : "none");
	return good;
}

/* Is it the number under key, with 12 decimals? NaN: no such number. */
static int
is_number(const json_t *want, const char *key, double got)
{
	char text[64];

	snprintf(text, sizeof text, "%.12f", got);
	return is_text(want, key, isnan(got) ? NULL : text);
}

/* The options of a case, as the command line has them. */
static void
parse(struct score_cli *c, const json_t *want, char **argv)
{
	const json_t *a;
	int n = 1;
	size_t i;

	argv[0] = xstrdup("bleu");
	json_array_foreach(get(want, "args"), i, a)
		argv[n++] = xstrdup(json_string_value(a));
	if (get(want, "systems")) {
		argv[n++] = xstrdup("a");
		argv[n++] = xstrdup("b");
	}
	argv[n] = NULL;
	optind = 0;
	score_cli_parse(c, n, argv);
}

static void
count(struct rows *rows, struct counter *c, const struct metric *m,
	const json_t *hyps, const json_t *refs)
{
	struct span text[TEXTS];
	struct why why;
	const json_t *r, *x;
	size_t i, k;

	rows->width = metric_width(m);
	double *row = xmalloc(rows->width * sizeof *row);
	json_array_foreach(refs, i, r) {
		text[0] = view(json_array_get(hyps, i));
		json_array_foreach(r, k, x)
			text[k + 1] = view(x);
		if (metric_count(m, c, text, k + 1, row, &why))
			OK(0, "%s", why.text);
		rows_add(rows, row);
	}
	free(row);
}

static int
is_signature(const json_t *want, const struct score_opts *o,
	const json_t *refs)
{
	struct buf b = { 0 };
	const json_t *r;
	size_t i, n = json_array_size(json_array_get(refs, 0));
	int varies = 0;

	json_array_foreach(refs, i, r)
		varies |= json_array_size(r) != n;
	score_signature(&b, o, &o->metric[0], n, varies);
	char *version = strstr(b.data, "|version:milliner-");
	if (version)
		*version = 0;
	int good = version && is_text(want, "signature", b.data);
	buf_free(&b);
	return good;
}

static int
is_bleu(const json_t *want, const struct bleu_opts *o, const double *sums)
{
	struct bleu_score s;
	struct buf verbose = { 0 };
	const json_t *p;
	size_t k;

	bleu_score(&s, o, sums, EXACT);
	bleu_verbose(&verbose, o, sums, &s);
	int good = is_text(want, "verbose", verbose.data) &&
		is_number(want, "bp", s.bp) &&
		json_number_value(get(want, "hyp_len")) == sums[0] &&
		json_number_value(get(want, "ref_len")) == sums[1];
	json_array_foreach(get(want, "precisions"), k, p) {
		char text[64];
		snprintf(text, sizeof text, "%.12f", s.precision[k]);
		good &= !strcmp(text, json_string_value(p));
	}
	buf_free(&verbose);
	return good && k == (size_t)o->order;
}

static int
is_single(const json_t *want, const struct score_opts *o,
	const struct rows *rows)
{
	const struct metric *m = &o->metric[0];
	double *sums = xmalloc(rows->width * sizeof *sums);
	struct interval i = { NAN, NAN };

	if (o->bootstrap) {
		struct resamples s = { 0 };
		struct pcg64 rng = pcg64_seed(o->seed);
		resamples_draw(&s, m, rows, &rng, (size_t)o->bootstrap);
		i = resamples_interval(&s, 0);
		resamples_free(&s);
	}
	rows_sum(rows, sums);
	int good = is_number(want, "score", metric_score(m, sums, EXACT)) &&
		is_number(want, "mean", i.mean) && is_number(want, "ci",
		i.half);
	if (m->kind == METRIC_BLEU)
		good &= is_bleu(want, &m->bleu, sums);
	if (m->kind == METRIC_TER)
		good &= is_number(want, "ref_len", sums[1]) &&
			json_number_value(get(want, "edits")) == sums[0];
	free(sums);
	return good;
}

static int
is_paired(const json_t *want, const struct score_opts *o, struct counter *c,
	const json_t *corpus, const struct rows *base)
{
	struct resamples samples = { 0 };
	const json_t *system;
	size_t i;
	int good = 1;

	json_array_foreach(get(want, "systems"), i, system) {
		struct rows rows = { 0 };
		if (i)
			count(&rows, c, &o->metric[0], json_array_get(get(
				corpus, "others"), i - 1), get(corpus, "refs"));
		struct verdict v = paired_verdict(&o->metric[0], base,
			&samples, i ? &rows : base, o->seed,
			(size_t)o->bootstrap, (size_t)o->randomise);
		good &= is_number(system, "score", v.score) &&
			is_number(system, "p_value", v.p) &&
			is_number(system, "mean", v.interval.mean) &&
			is_number(system, "ci", v.interval.half);
		rows_free(&rows);
	}
	resamples_free(&samples);
	return good;
}

static int
is_sentences(const json_t *want, const struct metric *m,
	const struct rows *rows)
{
	const json_t *sentences = get(want, "sentences"), *s;
	size_t i;
	int good = json_array_size(sentences) == rows->n;

	json_array_foreach(sentences, i, s) {
		char text[64];
		snprintf(text, sizeof text, "%.12f", metric_score(m, rows->at +
			i * rows->width, EXACT));
		good &= !strcmp(text, json_string_value(s));
	}
	return good;
}

static int
is_case(const json_t *corpus, const json_t *want, struct counter *counter)
{
	char *argv[ARGS];
	struct score_cli c;
	struct rows rows = { 0 };
	struct buf name = { 0 };
	const json_t *refs = get(corpus, "refs");

	parse(&c, want, argv);
	const struct metric *m = &c.o.metric[0];
	count(&rows, counter, m, get(corpus, "hyps"), refs);
	metric_name(&name, m);
	int good = c.o.sentence ? is_sentences(want, m, &rows) :
		is_text(want, "name", name.data) &&
		is_signature(want, &c.o, refs) && (get(want, "systems") ?
		is_paired(want, &c.o, counter, corpus, &rows) :
		is_single(want, &c.o, &rows));
	if (!good) {
		printf("# args:");
		for (char **a = argv; *a; a++)
			printf(" %s", *a);
		putchar('\n');
	}
	for (char **a = argv; *a; a++)
		free(*a);
	buf_free(&name);
	rows_free(&rows);
	score_cli_free(&c);
	return good;
}

static int
is_choice(const json_t *want, struct pcg64 *g, uint64_t n)
{
	uint32_t drawn[64];
	size_t count = json_array_size(want);
	int good = count == 40;

	pcg64_choice(g, n, drawn, count);
	for (size_t i = 0; i < count; i++)
		good &= drawn[i] == json_number_value(json_array_get(want, i));
	return good;
}

static void
test_numbers(const json_t *want)
{
	const char *bits = json_string_value(get(want, "bits"));
	const char *seed = json_string_value(get(want, "numbers"));
	struct pcg64 g = pcg64_seed(strtoull(seed, NULL, 10)), skipped = g;
	uint32_t word = 0;
	int good = 1;

	for (size_t i = 0; bits[i]; i++, word >>= 1) {
		if (i % 32 == 0)
			word = pcg64_u32(&g);
		good &= (word & 1) == (uint32_t)(bits[i] - '0');
	}
	good &= is_choice(get(want, "choice"), &g, 3000000000);
	good &= is_choice(get(want, "more"), &g, 7);
	pcg64_skip(&skipped, 1);
	pcg64_u64(&skipped);
	struct pcg64 walked = pcg64_seed(strtoull(seed, NULL, 10));
	pcg64_skip(&walked, 1000003);
	for (long i = 0; i < 1000001; i++)
		pcg64_u64(&skipped);
	OK(good && walked.state == skipped.state,
		"NumPy's numbers for seed %s", seed);
}

static void
test_golden(const char *folder)
{
	struct counter counter = { 0 };
	struct rec r = { 0 };
	struct in in;
	char path[512];
	long cases = 0, bad = 0;

	snprintf(path, sizeof path, "%s/golden/bleu.jsonl", folder);
	in_open(&in, path);
	while (rec_get(&in, &r)) {
		const json_t *want;
		size_t i;
		long before = bad;
		json_array_foreach(get(r.json, "cases"), i, want) {
			cases++;
			bad += !is_case(r.json, want, &counter);
		}
		if (get(r.json, "numbers"))
			test_numbers(r.json);
		if (bad > before)
			printf("# %s:%ld\n", path, in.line);
	}
	OK(cases >= 1000 && !bad, "%ld cases agree with sacreBLEU to 12 "
		"decimals, %ld do not", cases, bad);
	rec_free(&r);
	in_close(&in);
	counter_free(&counter);
}

int
main(int argc, char **argv)
{
	test_golden(argc > 1 ? argv[1] : "tests");
	return FINISH();
}
