/* Dictionaries: reading, refusing, text to ids and back. */
#include <stdlib.h>
#include <string.h>
#include "dict.h"
#include "rng.h"
#include "tap.h"
#include "utf8.h"

static const char text[] = "a 007\nb@@ 5\n\u2581c 3\nx y 2\nd 1";

static void
refuses(const char *bytes, size_t len, const char *reason)
{
	struct dict d;
	struct why why = { "" };

	int r = dict_parse(&d, bytes, len, &why);
	OK(r == -1 && !strcmp(why.text, reason), "%s", reason);
	if (r != -1 || strcmp(why.text, reason))
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
	OK(!dict_parse(&d, lines.data, lines.len, &why), "20,000 words %s",
		why.text);
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

int
main(void)
{
	struct dict d;
	struct why why = { "" };
	struct buf b = { 0 };
	struct ids ids = { 0 };

	OK(!dict_parse(&d, text, strlen(text), &why), "is read %s", why.text);
	OK(dict_size(&d) == 9, "its size");
	dict_print(&b, &d);
	OK(b.len == strlen(text) && !memcmp(b.data, text, b.len),
		"is printed byte for byte");
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
	refuses(" 1\n", 3, "line 1: want \"symbol count\", not \" 1\"");
	refuses("a -1\n", 5, "line 1: want \"symbol count\", not \"a -1\"");
	refuses("a 1 \n", 5, "line 1: want \"symbol count\", not \"a 1 \"");
	refuses("a 1\na 2\n", 8, "line 2: \"a\" is there twice");
	refuses("</s> 2\n", 7,
		"line 1: \"</s>\" is always in the dictionary");
	refuses("a 1\r\n", 5, "line 1: a control character in byte 4");
	refuses("a\0b 1\n", 6, "line 1: a control character in byte 2");
	refuses("a 1\nb\xff 1\n", 9, "line 2: not UTF-8 in byte 2");
	test_many();
	test_utf8();
	dict_free(&d);
	buf_free(&b);
	free(ids.at);
	return FINISH();
}
