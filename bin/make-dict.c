/* make-dict - count the words of segmented text.
 * stdin, or the files named: text.
 * stdout: a dictionary, "symbol count" a line. */
#include <stdlib.h>
#include <string.h>
#include "base/opt.h"
#include "rec/out.h"
#include "rec/rec.h"
#include "text/abreast_rec.h"
#include "text/dict.h"

struct entry {
	const char *symbol;
	size_t len;
	long count;
};

struct counts {
	struct words words;
	long *of;           /* [cap] how often, by number of the word */
	size_t cap;
};

static void
count_words(struct counts *c, const char *text, size_t len)
{
	const char *word, *end = text + len;

	while ((word = text_word(&text, end, &len))) {
		struct why why;
		int added = words_add(&c->words, word, len, &why);
		if (added < 0)
			die("%s", why.text);
		size_t id = (size_t)added;
		if (id >= c->cap) {
			size_t cap = c->cap ? c->cap * 2 : 1024;
			c->of = xrealloc(c->of, cap, sizeof *c->of);
			memset(c->of + c->cap, 0,
				(cap - c->cap) * sizeof *c->of);
			c->cap = cap;
		}
		c->of[id]++;
	}
}

/* Count columns first to last of every line of a file; last 0: all text. */
static void
count_file(struct counts *c, const char *path, long first, long last)
{
	size_t from = last ? (size_t)first - 1 : 0;
	struct abreast r;

	if (!path)
		in_wait_for("text");
	if (last)
		abreast_open_columns(&r, &path, !!path, NULL);
	else
		abreast_open_files(&r, &path, 1);
	while (abreast_next(&r)) {
		size_t to = last ? (size_t)last : 1;
		if (r.n < to)
			in_fail(abreast_in(&r, 0), "want %zu columns, not %zu",
				to, r.n);
		for (size_t i = from; i < to; i++)
			count_words(c, r.at[i].s, r.at[i].len);
	}
	abreast_close(&r);
}

static int
by_count(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	int order = memcmp(x->symbol, y->symbol, n);
	return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* Print the dictionary of what a file, or stdin, and so many others hold. */
static void
put_dict(const struct counts *c, const struct dict *specials, long threshold,
	long most, long factor, const char *path, size_t others)
{
	struct entry *e = xcalloc((size_t)c->words.n, sizeof *e);
	struct buf line = { 0 };
	long n = 0;

	for (int i = 0; i < c->words.n; i++) {
		const char *s = words_text(&c->words, i);
		size_t len = c->words.word[i].len;
		if (c->of[i] >= threshold &&
		    words_find(&specials->words, s, len) < 0)
			e[n++] = (struct entry){ s, len, c->of[i] };
	}
	qsort(e, (size_t)n, sizeof *e, by_count);
	if (most && n > most)
		n = most;
	for (long i = 0; i < n; i++) {
		buf_add(&line, e[i].symbol, e[i].len);
		buf_printf(&line, " %ld\n", e[i].count);
	}
	free(e);
	if (!n)
		die("%s%s: no words%s", path ? path : "stdin",
			others ? " and others" : "",
			c->words.n ? " are left" : "");
	for (long i = 0; (n + DICT_SPECIALS) % factor; i++) {
		char word[40];
		int len = snprintf(word, sizeof word, "madeupword%04ld", i);
		if (words_find(&c->words, word, (size_t)len) >= 0)
			continue;
		buf_printf(&line, "%s 0\n", word);
		n++;
	}
	rec_put_line(line.data, line.len);
	buf_free(&line);
}

int
main(int argc, char **argv)
{
	long column = 0, threshold = 1, most = 0, factor = 1;
	int joined = 0;
	struct opt_list files = { 0 };
	const struct opt opts[] = {
		OPT_FLAG('J', "joined", &joined,
			"count columns 1 and 2 (source and target) together"),
		OPT_LONG('c', "column", &column, 0, 1 << 20,
			"count one TAB-separated column, 0: all text"),
		OPT_LONG('t', "threshold", &threshold, 1, LONG_MAX,
			"drop words that are seen fewer times"),
		OPT_LONG('n', "nwords", &most, 0, LONG_MAX,
			"keep the most frequent words, 0: all (fairseq's "
			"--nwords counts the four specials, too)"),
		OPT_LONG('p', "padding-factor", &factor, 1, 1 << 20,
			"fill up with words madeupwordNNNN to a multiple, "
			"specials counted (fairseq: 8)"),
		OPT_OPERANDS(&files, 0, 1 << 20),
		OPT_END
	};
	opt_parse(argc, argv, "[FILE ..] <text >dict.txt",
		"Count the words of segmented text: of the files named, or of "
		"stdin.\nA dictionary has a line \"symbol count\" for every "
		"word, by\nfalling count, ties in the order of their bytes. "
		"<s>, <pad>,\n"
		"</s> and <unk> are not in it: they are in every dictionary.",
		opts);
	if (joined && column)
		die_usage("--joined and --column exclude each other");

	struct counts c = { 0 };
	struct dict specials;
	struct why why;
	dict_parse(&specials, "", 0, &why);
	long first = joined ? 1 : column, last = joined ? 2 : column;
	if (!files.n)
		count_file(&c, NULL, first, last);
	for (size_t i = 0; i < files.n; i++)
		count_file(&c, files.at[i], first, last);
	put_dict(&c, &specials, threshold, most, factor,
		files.n ? files.at[0] : NULL, files.n > 1 ? files.n - 1 : 0);
	words_free(&c.words);
	dict_free(&specials);
	free(c.of);
	free(files.at);
	return out_end();
}
