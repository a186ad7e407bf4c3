#include <string.h>
#include "base/utf8.h"
#include "dict.h"

enum { DICT_MAX = 1 << 24 };   /* symbols */

static const char *const specials[] = { "<s>", "<pad>", "</s>", "<unk>" };

static int
is_count(const char *p, const char *end)
{
	p += p < end && (*p == '-' || *p == '+');
	if (p == end)
		return 0;
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p == end;
}

/* Is the end of line the flag? Then *len is without it. */
static int
take_flag(const char *line, size_t *len)
{
	static const char flag[] = " #fairseq:overwrite";
	size_t n = sizeof flag - 1;

	if (*len < n || memcmp(line + *len - n, flag, n))
		return 0;
	*len -= n;
	return 1;
}

/* One line, as fairseq's Dictionary.add_from_file reads it: the symbol becomes
 * the next id. */
static int
add_line(struct words *w, const char *line, size_t len, struct why *why)
{
	size_t valid = utf8_valid(line, len), whole;
	int before = w->n;

	if (valid < len)
		return why_set(why, NOT_UTF8, valid + 1);
	len = whole = text_trimmed(line, len);
	int again = take_flag(line, &len);
	const char *gap = memrchr(line, ' ', len);
	if (!gap || !is_count(gap + 1, line + len))
		return why_set(why, "want \"symbol count\", not \"%.*s\": "
			"make-dict writes a dictionary",
			whole > 60 ? 60 : (int)whole, line);
	if (before == DICT_MAX)
		return why_set(why, "more than %d symbols", DICT_MAX);
	size_t n = (size_t)(gap - line);
	int id = (again ? words_add_again : words_add)(w, line, n, why);
	if (id < 0)
		return -1;
	if (id < before)
		return why_set(why, id < DICT_SPECIALS ?
			"\"%.*s\" is always in the dictionary" :
			"\"%.*s\" is there twice; #fairseq:overwrite behind "
			"its count makes this line the valid one",
			n > 60 ? 60 : (int)n, line);
	return 0;
}

/* The end of the line at p, which is a newline, a CR or both; *next: what
 * follows. */
static const char *
line_end(const char *p, const char *end, const char **next)
{
	const char *nl = memchr(p, '\n', (size_t)(end - p));
	const char *cr = memchr(p, '\r', (size_t)((nl ? nl : end) - p));

	if (cr) {
		*next = cr + (cr + 1 == nl ? 2 : 1);
		return cr;
	}
	*next = nl ? nl + 1 : end;
	return nl ? nl : end;
}

int
dict_parse_lines(struct dict *d, const char *bytes, size_t len, long *line,
	struct why *why)
{
	const char *end = bytes + len, *next;

	*d = (struct dict){ 0 };
	*line = 0;
	for (size_t i = 0; i < DICT_SPECIALS; i++)
		if (words_add(&d->words, specials[i], strlen(specials[i]),
		    why) < 0)
			return -1;
	for (; bytes < end; bytes = next) {
		const char *stop = line_end(bytes, end, &next);
		++*line;
		if (add_line(&d->words, bytes, (size_t)(stop - bytes), why)) {
			dict_free(d);
			return -1;
		}
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
dict_free(struct dict *d)
{
	words_free(&d->words);
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

static int
known_id(const struct dict *d, int id)
{
	return id < 0 || id >= d->words.n ? DICT_UNK : id;
}

const char *
dict_symbol(const struct dict *d, int id)
{
	return words_text(&d->words, known_id(d, id));
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
	ids->at = xroom(ids->at, &ids->cap, (size_t)ids->n + 1,
		sizeof *ids->at);
	ids->at[ids->n++] = id;
}

void
text_encode(struct ids *ids, const struct dict *d, const char *text,
	size_t len)
{
	const char *word, *end = text + len;

	while ((word = text_word(&text, end, &len)))
		ids_add(ids, dict_id(d, word, len));
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
		int id = known_id(d, ids[i]);
		buf_add(b, words_text(&d->words, id), d->words.word[id].len);
	}
	text_remove_bpe(b, from, remove_bpe);
}
