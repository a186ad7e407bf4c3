/* BLEU and its tokenizers against sacreBLEU: tests/golden/make-bleu.py. */
#include <stdlib.h>
#include <string.h>
#include "bleu.h"
#include "lower.h"
#include "rec.h"
#include "rng.h"
#include "tap.h"

/* Is the text split into the golden tokens? */
static int
splits(const json_t *text, const json_t *want, enum tokenizer kind, int lower)
{
	struct tokens t = { 0 };
	size_t at = 0, len, i = 0;
	const char *token;
	int good = 1;

	tokens_start(&t, kind, lower, json_string_value(text),
		json_string_length(text));
	while ((token = tokens_next(&t, &at, &len))) {
		const json_t *w = json_array_get(want, i++);
		good &= w && json_string_length(w) == len &&
			!memcmp(json_string_value(w), token, len);
	}
	good &= i == json_array_size(want);
	tokens_free(&t);
	return good;
}

static int
name_index(const char *const *names, const json_t *name)
{
	int i = 0;

	while (strcmp(names[i], json_string_value(name)))
		i++;
	return i;
}

static struct bleu_text
view(const json_t *j)
{
	return (struct bleu_text){ json_string_value(j),
		json_string_length(j) };
}

/* Does a corpus get the golden score, to 12 digits, and its verbose text? */
static int
scores(struct bleu *counter, const json_t *corpus, const json_t *want)
{
	const json_t *hyps = json_object_get(corpus, "hyps");
	const json_t *value = json_object_get(want, "smooth_value");
	struct bleu_stats sum = { 0 };
	struct bleu_opts o = { 0 };
	struct buf verbose = { 0 };

	o.tokenize = (enum tokenizer)name_index(bleu_tokenizers,
		json_object_get(want, "tokenize"));
	o.smooth = (enum bleu_smooth)name_index(bleu_smooths,
		json_object_get(want, "smooth"));
	o.smooth_value = json_is_number(value) ? json_number_value(value) :
		bleu_smooth_default(o.smooth);
	o.lowercase = json_is_true(json_object_get(want, "lowercase"));
	for (size_t i = 0; i < json_array_size(hyps); i++) {
		struct bleu_text refs[8];
		const json_t *r = json_array_get(json_object_get(corpus,
			"refs"), i);
		for (size_t k = 0; k < json_array_size(r); k++)
			refs[k] = view(json_array_get(r, k));
		struct bleu_stats one = bleu_count(counter, &o,
			view(json_array_get(hyps, i)), refs, json_array_size(r));
		bleu_add(&sum, &one);
	}
	struct bleu_score got = bleu_score(&sum, &o);
	bleu_verbose(&verbose, &sum, &got);
	double golden = json_number_value(json_object_get(want, "score"));
	int good = fabs(got.score - golden) <= 1e-12 * (1 + golden) &&
		!strcmp(verbose.data, json_string_value(json_object_get(want,
		"verbose")));
	if (!good)
		printf("# got %.15g %s\n", got.score, verbose.data);
	buf_free(&verbose);
	return good;
}

static void
test_golden(const char *folder)
{
	struct bleu counter = { 0 };
	struct rec r = { 0 };
	struct in in;
	char path[512];
	long texts = 0, corpora = 0, bad = 0;

	snprintf(path, sizeof path, "%s/golden/bleu.jsonl", folder);
	in_open(&in, path);
	while (rec_get(&in, &r)) {
		const json_t *text = json_object_get(r.json, "text"), *want;
		size_t i;
		int lower = json_is_true(json_object_get(r.json, "lowercase"));
		int good = 1;
		if (text) {
			good = splits(text, json_object_get(r.json, "13a"),
				TOKENIZE_13A, lower) &&
				splits(text, json_object_get(r.json, "none"),
				TOKENIZE_NONE, lower);
			texts++;
		}
		json_array_foreach(json_object_get(r.json, "scores"), i, want) {
			good &= scores(&counter, r.json, want);
			corpora++;
		}
		if (!good)
			printf("# %s:%ld\n", path, in.line);
		bad += !good;
	}
	OK(texts > 200 && corpora > 200 && !bad,
		"%ld texts and %ld corpora as sacreBLEU has them, %ld not",
		texts, corpora, bad);
	rec_free(&r);
	in_close(&in);
	bleu_free(&counter);
}

/* Clipped matches counted the slow way, over a small vocabulary. */
static long
matches(const char *hyp, size_t h, const char *const *ref, const size_t *len,
	size_t n, size_t order)
{
	long sum = 0;

	for (size_t i = 0; i + order <= h; i++) {
		long before = 0, most = 0;
		for (size_t k = 0; k <= i; k++)
			before += !memcmp(hyp + k, hyp + i, order);
		for (size_t r = 0; r < n; r++) {
			long found = 0;
			for (size_t k = 0; k + order <= len[r]; k++)
				found += !memcmp(ref[r] + k, hyp + i, order);
			most = found > most ? found : most;
		}
		sum += before <= most;
	}
	return sum;
}

/* Random letters as words: small and large sentences in turn, so that the
 * counter's memory grows and is emptied both ways. */
static void
test_counts(void)
{
	struct bleu_opts o = { TOKENIZE_NONE, SMOOTH_EXP, 0, 0 };
	struct bleu counter = { 0 };
	struct rng rng = rng_seed(5);
	enum { TEXTS = 4, MOST = 900 };
	char plain[TEXTS][MOST], spaced[TEXTS][2 * MOST];
	const char *ref[TEXTS];
	struct bleu_text text[TEXTS];
	size_t len[TEXTS];
	int bad = 0;

	for (int round = 0; round < 300; round++) {
		uint64_t most = round % 50 ? 20 : MOST;
		size_t n = 1 + rng_below(&rng, TEXTS - 1);
		for (size_t t = 0; t <= n; t++) {
			len[t] = rng_below(&rng, most);
			for (size_t i = 0; i < len[t]; i++) {
				plain[t][i] = (char)('a' + rng_below(&rng, 3));
				spaced[t][2 * i] = plain[t][i];
				spaced[t][2 * i + 1] = ' ';
			}
			text[t] = (struct bleu_text){ spaced[t], 2 * len[t] };
			ref[t] = plain[t];
		}
		struct bleu_stats s = bleu_count(&counter, &o, text[0],
			text + 1, n);
		for (size_t k = 0; k < BLEU_ORDER; k++)
			bad += s.correct[k] != matches(plain[0], len[0],
				ref + 1, len + 1, n, k + 1) ||
				s.total[k] != (len[0] > k ?
				(long)(len[0] - k) : 0);
	}
	OK(!bad, "n-grams as the slow way counts them");
	bleu_free(&counter);
}

static void
test_lower(void)
{
	static const char text[] = "\u0130\u1e9e\u03a3 A\u03a3\u03a3 \u03a3 "
		"\U00010400";
	long n = 0, twice = 0;
	struct buf b = { 0 };

	for (long c = 0; c <= 0x10ffff; c++)
		if (lower_char(c) != c) {
			n++;
			twice += lower_char(lower_char(c)) != lower_char(c);
		}
	OK(n == 1432 && !twice, "%ld characters have a lower case", n);
	text_lower(&b, text, strlen(text));
	OK(!strcmp(b.data, "i\u0307\u00df\u03c2 a\u03c3\u03c2 \u03c3 "
		"\U00010428"),
		"special cases");
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	test_golden(argc > 1 ? argv[1] : "tests");
	test_counts();
	test_lower();
	return FINISH();
}
