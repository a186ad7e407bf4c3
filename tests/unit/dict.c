/* Dictionaries: reading, refusing, text to ids and back; words and ids against
 * Python's: tests/golden/make-text.py. */
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "base/utf8.h"
#include "rec/rec.h"
#include "tap.h"
#include "text/dict.h"

static const char text[] = "a 007\nb@@ 5\n\u2581c 3\nx y 2\nd 1";

static void
refuses(const char *bytes, size_t len, const char *reason)
{
	struct dict d;
	struct why why = { "" };

	int r = dict_parse(&d, bytes, len, &why);
	/* what to do about it may follow */
	int said = r == -1 && !strncmp(why.text, reason, strlen(reason));
	OK(said, "%s", reason);
	if (!said)
		printf("# got: %s\n", why.text);
}

static void
joins(const struct dict *d, const char *remove_bpe, const char *want,
	int n, const int *ids)
{
	struct buf b = { 0 };

	buf_str(&b, "|");
	text_join(&b, d, ids, n, remove_bpe);
	OK(!strcmp(b.data + 1, want) && b.len == strlen(want) + 1,
		"join with %s", remove_bpe ? remove_bpe : "no removal");
	if (strcmp(b.data + 1, want))
		printf("# got: %s\n", b.data);
	buf_free(&b);
}

static void
removes(const char *from, const char *symbol, const char *want)
{
	struct buf b = { 0 };

	buf_str(&b, "@@ ");
	buf_str(&b, from);
	text_remove_bpe(&b, 3, symbol);
	OK(!strcmp(b.data + 3, want) && !strncmp(b.data, "@@ ", 3),
		"\"%s\" without %s", from, symbol);
	if (strcmp(b.data + 3, want))
		printf("# got: %s\n", b.data + 3);
	buf_free(&b);
}

/* Many random words against a plain count of ids. */
static void
test_many(void)
{
	struct buf lines = { 0 };
	struct dict d;
	struct why why = { "" };
	struct rng r = rng_seed(3);
	char word[64];
	int bad = 0, n = 20000;

	for (int i = 0; i < n; i++)
		buf_printf(&lines, "w%d_%.*s %d\n", i, (int)rng_below(&r, 30),
			"abcdefghijklmnopqrstuvwxyzabcd", n - i);
	int failed = dict_parse(&d, lines.data, lines.len, &why);
	OK(!failed, "20,000 words %s", why.text);
	r = rng_seed(3);
	for (int i = 0; i < n; i++) {
		int len = sprintf(word, "w%d_%.*s", i, (int)rng_below(&r, 30),
			"abcdefghijklmnopqrstuvwxyzabcd");
		bad += dict_id(&d, word, (size_t)len) != i + 4 ||
			strcmp(dict_symbol(&d, i + 4), word);
		bad += dict_id(&d, word, (size_t)len - 1) == i + 4;
	}
	OK(!bad, "each is found again");
	dict_free(&d);
	buf_free(&lines);
}

static void
test_utf8(void)
{
	int bad = 0;
	char c[4];
	size_t n;

	for (long u = 0; u <= 0x10ffff; u++) {
		size_t k = utf8_put(c, u);
		int surrogate = u >= 0xd800 && u < 0xe000;
		bad += utf8_valid(c, k) != (surrogate ? 0 : k);
		bad += utf8_get(c, &n) != u || n != k;
		bad += k > 1 && utf8_valid(c, k - 1) != 0;
	}
	OK(!bad, "all characters, written and read");
	OK(utf8_valid("abcdefgh\xc0\x80", 10) == 8 &&
		utf8_valid("\xe0\x80\x80", 3) == 0 &&
		utf8_valid("\xf4\x90\x80\x80", 4) == 0 &&
		utf8_valid("ab\x80", 3) == 2, "what is not UTF-8");
}

/* Bytes of symbols are any; the later of two is found, both are printed. */
static void
test_symbols(void)
{
	static const char lines[] = "a\0b 1\r\n\1 2\na\0b 3 #fairseq:overwrite";
	struct why why = { "" };
	struct buf b = { 0 };
	struct dict d;

	int bad = dict_parse(&d, lines, sizeof lines - 1, &why);
	OK(!bad && dict_size(&d) == 7 && dict_id(&d, "a\0b", 3) == 6 &&
		dict_id(&d, "\1", 1) == 5, "odd symbols %s", why.text);
	text_join(&b, &d, (int[]){ 4, 5, 6 }, 3, NULL);
	OK(b.len == 9 && !memcmp(b.data, "a\0b \1 a\0b", 9),
		"are joined whole");
	for (int i = 0; i < 300; i++) {
		char word[20];
		words_add(&d.words, word, (size_t)sprintf(word, "w%d", i),
			&why);
	}
	OK(dict_id(&d, "a\0b", 3) == 6, "and found among many");
	dict_free(&d);
	buf_free(&b);
}

/* Which characters part words, of all there are. */
static void
test_separators(const json_t *want)
{
	size_t next = 0, wrong = 0, n, len;
	char line[8] = "a";

	for (long u = 0; u <= 0x10ffff; u++) {
		const char *at = line;
		int parts = u == json_number_value(json_array_get(
			want, next));
		next += (size_t)parts;
		n = 1 + utf8_put(line + 1, u);
		line[n++] = 'b';
		text_word(&at, line + n, &len);
		if (u < 0xd800 || u > 0xdfff)
			wrong += len != (parts ? 1 : n);
	}
	OK(!wrong && next == json_array_size(want) && next > 20,
		"what parts words, of all characters");
}

static void
test_lines(const json_t *golden)
{
	const json_t *bytes = json_object_get(golden, "dict"), *x, *id;
	struct ids ids = { 0 };
	struct why why = { "" };
	struct dict d;
	size_t k, i, wrong = 0;

	int bad = dict_parse(&d, json_string_value(bytes),
		json_string_length(bytes), &why);
	OK(!bad, "a dictionary of Python's %s", why.text);
	json_array_foreach(json_object_get(golden, "lines"), k, x) {
		const json_t *line = json_object_get(x, "line");
		const json_t *want = json_object_get(x, "ids");
		ids.n = 0;
		text_encode(&ids, &d, json_string_value(line),
			json_string_length(line));
		int good = (size_t)ids.n == json_array_size(want);
		json_array_foreach(want, i, id)
			good = good && ids.at[i] == json_number_value(id);
		if (!good)
			printf("# line %zu\n", k);
		wrong += !good;
	}
	OK(!wrong && k > 60, "its ids of odd lines");
	dict_free(&d);
	free(ids.at);
}

static void
test_golden(const char *folder)
{
	struct buf path = { 0 };
	struct rec r = { 0 };
	struct in in;

	buf_printf(&path, "%s/golden/text.jsonl", folder);
	in_open(&in, path.data);
	while (rec_get(&in, &r))
		if (json_object_get(r.json, "separators"))
			test_separators(json_object_get(r.json, "separators"));
		else if (json_object_get(r.json, "lines"))
			test_lines(r.json);
	rec_free(&r);
	in_close(&in);
	buf_free(&path);
}

int
main(int argc, char **argv)
{
	struct dict d;
	struct why why = { "" };
	struct buf b = { 0 };
	struct ids ids = { 0 };

	int failed = dict_parse(&d, text, strlen(text), &why);
	OK(!failed, "is read %s", why.text);
	OK(dict_size(&d) == 9, "its size");
	OK(dict_id(&d, "a", 1) == 4 && dict_id(&d, "x y", 3) == 7 &&
		dict_id(&d, "</s>", 4) == 2 && dict_id(&d, "", 0) == 3 &&
		dict_id(&d, "a\0b", 3) == 3, "ids");
	OK(!strcmp(dict_symbol(&d, 8), "d") &&
		!strcmp(dict_symbol(&d, 0), "<s>") &&
		!strcmp(dict_symbol(&d, 9), "<unk>") &&
		!strcmp(dict_symbol(&d, -1), "<unk>"), "symbols");

	static const char line[] = "  b@@ \t a\r zz <pad> ";
	static const int want[] = { 5, 4, 3, 1, 2 };
	text_encode(&ids, &d, line, strlen(line));
	OK(ids.n == 5 && !memcmp(ids.at, want, sizeof want), "words to ids");
	joins(&d, NULL, "b@@ a <unk>", ids.n, ids.at);
	joins(&d, "@@ ", "ba <unk>", ids.n, ids.at);
	joins(&d, "@@ ", "b", 1, (int[]){ 5 });
	joins(&d, "@@ ", "", 2, (int[]){ 1, 2 });
	joins(&d, NULL, "", 0, NULL);
	joins(&d, "sentencepiece", "ca c", 4, (int[]){ 6, 4, 6, 2 });
	removes("a@@ b c@@", "@@ ", "ab c");
	removes("a@@ b c@@", "subword_nmt", "ab c");
	removes("a@@ @@ b  ", "@@ ", "ab");
	removes("a@@@ b", "@@ ", "a@b");
	removes("a##b c", "##", "ab c");
	removes("\u2581\u2581a b \u2581c \u2581", "sentencepiece", "ab c");
	removes("a@@ b ", "none", "a@@ b ");

	refuses("a 1\nb\n", 6, "line 2: want \"symbol count\", not \"b\"");
	refuses("a 1\n\nb 1\n", 9, "line 2: want \"symbol count\", not \"\"");
	refuses("a 1x\n", 5, "line 1: want \"symbol count\", not \"a 1x\"");
	refuses("a -\n", 4, "line 1: want \"symbol count\", not \"a -\"");
	refuses("a\t1\n", 4, "line 1: want \"symbol count\", not \"a\t1\"");
	refuses("a #fairseq:overwrite\n", 21, "line 1: want \"symbol count\", "
		"not \"a #fairseq:overwrite\"");
	refuses("a 1\na 2\n", 8, "line 2: \"a\" is there twice; "
		"#fairseq:overwrite behind its count makes this line the "
		"valid one");
	refuses("</s> 2\n", 7,
		"line 1: \"</s>\" is always in the dictionary");
	refuses("a 1\r\rb 1\n", 9, "line 2: want \"symbol count\", not \"\"");
	refuses("a 1\nb\xff 1\n", 9, "line 2: not UTF-8 in byte 2");
	test_symbols();
	if (argc > 1)
		test_golden(argv[1]);
	test_many();
	test_utf8();
	dict_free(&d);
	buf_free(&b);
	free(ids.at);
	return FINISH();
}
