#include <string.h>
#include "dict.h"
#include "utf8.h"

enum { DICT_MAX = 1 << 24 };   /* symbols */

static const char *const specials[] = { "<s>", "<pad>", "</s>", "<unk>" };

/* One line: the symbol becomes the next id. */
static int
add_line(struct words *w, const char *line, size_t len, struct why *why)
{
	const char *gap = memrchr(line, ' ', len);
	size_t n = gap ? (size_t)(gap - line) : 0, digits = 0;
	int before = w->n;

	for (size_t i = 0; i < len; i++)
		if (text_is_control(line[i]))
			return why_set(why, "a control character in byte %zu",
				i + 1);
	if (utf8_valid(line, len) < len)
		return why_set(why, "not UTF-8 in byte %zu",
			utf8_valid(line, len) + 1);
	while (n + 1 + digits < len && line[n + 1 + digits] >= '0' &&
	    line[n + 1 + digits] <= '9')
		digits++;
	if (!n || !digits || n + 1 + digits != len)
		return why_set(why, "want \"symbol count\", not \"%.*s\"",
			len > 60 ? 60 : (int)len, line);
	if (before == DICT_MAX)
		return why_set(why, "more than %d symbols", DICT_MAX);
	int id = words_add(w, line, n);
	if (id < before)
		return why_set(why, id < DICT_SPECIALS ?
			"\"%.*s\" is always in the dictionary" :
			"\"%.*s\" is there twice", n > 60 ? 60 : (int)n, line);
	return 0;
}

int
dict_parse_lines(struct dict *d, const char *bytes, size_t len, long *line,
	struct why *why)
{
	const char *end = bytes + len;

	*d = (struct dict){ 0 };
	*line = 0;
	for (size_t i = 0; i < DICT_SPECIALS; i++)
		words_add(&d->words, specials[i], strlen(specials[i]));
	buf_add(&d->text, bytes, len);
	while (bytes < end) {
		const char *nl = memchr(bytes, '\n', (size_t)(end - bytes));
		nl = nl ? nl : end;
		++*line;
		if (add_line(&d->words, bytes, (size_t)(nl - bytes), why)) {
			dict_free(d);
			return -1;
		}
		bytes = nl + 1;
	}
	return 0;
}

int
dict_parse(struct dict *d, const char *bytes, size_t len, struct why *why)
{
	struct why reason;
	long line;

	if (!dict_parse_lines(d, bytes, len, &line, &reason))
		return 0;
	return why_set(why, "line %ld: %.200s", line, reason.text);
}

void
dict_print(struct buf *b, const struct dict *d)
{
	buf_add(b, d->text.data, d->text.len);
}

void
dict_free(struct dict *d)
{
	words_free(&d->words);
	buf_free(&d->text);
}

int
dict_size(const struct dict *d)
{
	return d->words.n;
}

int
dict_id(const struct dict *d, const char *word, size_t len)
{
	int id = words_find(&d->words, word, len);

	return id < 0 ? DICT_UNK : id;
}

const char *
dict_symbol(const struct dict *d, int id)
{
	if (id < 0 || id >= d->words.n)
		id = DICT_UNK;
	return words_text(&d->words, id);
}

int
dict_differ(const struct dict *a, const struct dict *b)
{
	for (int id = 0; id < dict_size(a) && id < dict_size(b); id++)
		if (strcmp(dict_symbol(a, id), dict_symbol(b, id)))
			return id;
	return -1;
}

static void
ids_add(struct ids *ids, int id)
{
	if (ids->n == ids->cap) {
		ids->cap = ids->cap ? ids->cap * 2 : 64;
		ids->at = xrealloc(ids->at, (size_t)ids->cap, sizeof *ids->at);
	}
	ids->at[ids->n++] = id;
}

void
text_encode(struct ids *ids, const struct dict *d, const char *text,
	size_t len)
{
	const char *word, *end = text + len;

	while ((word = text_word(&text, end, &len))) {
		int id = dict_id(d, word, len);
		ids_add(ids, id < DICT_UNK ? DICT_UNK : id);
	}
	ids_add(ids, DICT_EOS);
}

void
text_join(struct buf *b, const struct dict *d, const int *ids, int n,
	const char *remove_bpe)
{
	size_t from = b->len;

	buf_add(b, "", 0);
	for (int i = 0; i < n; i++) {
		if (ids[i] >= 0 && ids[i] <= DICT_EOS)
			continue;
		if (b->len > from)
			buf_add(b, " ", 1);
		buf_str(b, dict_symbol(d, ids[i]));
	}
	text_remove_bpe(b, from, remove_bpe);
}
