/* Tokenizers, lower case and n-grams against sacreBLEU, Python and the slow
 * way: tests/golden/make-bleu.py. */
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "base/utf8.h"
#include "golden.h"
#include "rec/rec.h"
#include "score/counter.h"
#include "score/ngrams.h"
#include "tap.h"

/* A text's tokens: the key names the tokenizer and its options. */
static int
is_split(const json_t *text, const char *key, const json_t *want)
{
	struct tokenize_opts o = { .lowercase = strstr(key, "-l") != NULL };
	struct tokens t = { 0 };

	if (!strncmp(key, "ter", 3)) {
		o.kind = strchr(key, 'n') ? TOKENIZE_TERCOM : TOKENIZE_NONE;
		o.lowercase = 1;
		o.no_punct = strchr(key, 'p') != NULL;
		o.asian = strchr(key, 'a') != NULL;
	} else if (!strcmp(key, "chrf"))
		o.kind = TOKENIZE_CHRF;
	else
		while (strncmp(tokenizer_names[o.kind], key, strlen(
		    tokenizer_names[o.kind])))
			o.kind++;
	tokens_split(&t, &o, json_string_value(text),
		json_string_length(text));
	int good = t.n == json_array_size(want);
	for (size_t i = 0; good && i < t.n; i++) {
		struct span w = view(json_array_get(want, i));
		good = t.at[i].len == w.len && !memcmp(t.at[i].s, w.s, w.len);
	}
	if (!good)
		printf("# %s: %s\n", key, json_string_value(text));
	tokens_free(&t);
	return good;
}

/* What intl makes of all characters. Those newer than Unicode 14 are not
 * compared: "-". */
static void
test_classes(const json_t *runs)
{
	static const struct tokenize_opts o = { .kind = TOKENIZE_INTL };
	struct tokens t = { 0 };
	size_t run = 0;
	long bad = 0, n = 0;

	for (long c = 0; c < 0x20000; c++) {
		while (c > json_number_value(json_array_get(json_array_get(
		    runs, run), 0)))
			run++;
		const char *want = json_string_value(json_array_get(
			json_array_get(runs, run), 1));
		char u[4], got[4] = "", text[16];
		int len = (int)utf8_put(u, c);
		if (!strcmp(want, "-"))
			continue;
		for (int i = 0; i < 3; i++) {
			int bytes = sprintf(text, "%c", "a1,"[i]);
			memcpy(text + bytes, u, (size_t)len);
			bytes += len;
			text[bytes++] = '1';
			tokens_split(&t, &o, text, (size_t)bytes);
			got[i] = (char)('0' + t.n);
		}
		n++;
		if (strcmp(got, want) && bad++ < 9)
			printf("# U+%04lX: want %s, got %s\n", c, want, got);
	}
	tokens_free(&t);
	OK(n > 80000 && !bad, "%ld characters as intl has them, %ld not", n,
		bad);
}

static uint64_t
fnv(uint64_t h, const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		h = (h ^ (unsigned char)b->data[i]) * 0x100000001b3;
	return h;
}

/* The lower case of all characters, alone and beside a sigma. */
static void
test_lower(const char *want)
{
	static const char *const sides[][2] = { { "", "" }, { "", "\u03a3" },
		{ "a", "\u03a3" }, { "a\u03a3", "" }, { "a\u03a3", "a" } };
	struct lower l = { 0 };
	struct buf to = { 0 };
	uint64_t h = 0xcbf29ce484222325;
	char text[32], got[32];

	for (long c = 1; c < 0x20000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		for (size_t i = 0; i < 5; i++) {
			char u[5] = "";
			utf8_put(u, c);
			int n = snprintf(text, sizeof text, "%s%s%s",
				sides[i][0], u, sides[i][1]);
			buf_clear(&to);
			text_lower(&l, &to, text, (size_t)n);
			h = fnv(h, &to);
		}
	}
	snprintf(got, sizeof got, "%016llx", (unsigned long long)h);
	OK(!strcmp(got, want), "lower case of all characters: %s", got);
	buf_free(&to);
	lower_free(&l);
}

/* Clipped matches counted the slow way, over a small vocabulary. */
static long
matches(const struct symbols *text, size_t n, size_t order)
{
	size_t bytes = order * sizeof(uint32_t);
	long sum = 0;

	for (size_t i = 0; i + order <= text[0].n; i++) {
		const uint32_t *gram = text[0].at + i;
		long before = 0, most = 0;
		for (size_t k = 0; k <= i; k++)
			before += !memcmp(text[0].at + k, gram, bytes);
		for (size_t r = 1; r < n; r++) {
			long found = 0;
			for (size_t k = 0; k + order <= text[r].n; k++)
				found += !memcmp(text[r].at + k, gram, bytes);
			most = found > most ? found : most;
		}
		sum += before <= most;
	}
	return sum;
}

/* Small and large sentences in turn, so that the table grows and is emptied
 * both ways. */
static void
test_ngrams(void)
{
	enum { SIDES = 4, MOST = 600, ORDER = 5 };
	struct ngrams g = { 0 };
	struct rng rng = rng_seed(5);
	static uint32_t id[SIDES][MOST];
	struct symbols text[SIDES];
	long match[ORDER], bad = 0;

	for (int round = 0; round < 300; round++) {
		uint64_t most = round % 50 ? 20 : MOST;
		size_t n = 2 + rng_below(&rng, SIDES - 1);
		for (size_t t = 0; t < n; t++) {
			text[t] = (struct symbols){ id[t], rng_below(&rng, most) };
			for (size_t i = 0; i < text[t].n; i++)
				id[t][i] = (uint32_t)rng_below(&rng, 3);
		}
		ngrams_match(&g, text, n, round % 2 ? 3 : 0, ORDER, match);
		for (size_t k = 0; k < ORDER; k++)
			bad += match[k] != matches(text, n, k + 1);
	}
	OK(!bad, "n-grams as the slow way counts them");
	ngrams_free(&g);
}

static void
test_golden(const char *folder)
{
	struct rec r = { 0 };
	struct in in;
	char path[512];
	long texts = 0, wrong = 0;

	snprintf(path, sizeof path, "%s/golden/bleu.jsonl", folder);
	in_open(&in, path);
	while (rec_get(&in, &r)) {
		json_t *want;
		const char *key;
		json_object_foreach(json_object_get(r.json, "tokens"), key,
		    want) {
			texts++;
			wrong += !is_split(get(r.json, "text"), key, want);
		}
		if (get(r.json, "classes"))
			test_classes(get(r.json, "classes"));
		if (get(r.json, "lower"))
			test_lower(json_string_value(get(r.json, "lower")));
	}
	OK(texts > 3000 && !wrong, "%ld texts are split as sacreBLEU does it, "
		"%ld not", texts, wrong);
	rec_free(&r);
	in_close(&in);
}

int
main(int argc, char **argv)
{
	test_golden(argc > 1 ? argv[1] : "tests");
	test_ngrams();
	return FINISH();
}
