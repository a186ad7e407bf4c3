#include <string.h>
#include "lower.h"
#include "text.h"
#include "tokenize.h"
#include "utf8.h"

/* The passes of 13a work on bytes: what they look for is ASCII, and "no digit"
 * next to it is as true of a character's first or last byte as of all of it. */

static int
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* ASCII punctuation and space but ' , - . */
static int
is_mark(char c)
{
	return (c >= ' ' && c <= '&') || (c >= '(' && c <= '+') || c == '/' ||
		(c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
		(c >= '{' && c <= '~');
}

static int
is_point(char c)
{
	return c == '.' || c == ',';
}

/* Spaces around marks. */
static void
part_marks(struct buf *to, const char *p, const char *end)
{
	while (p < end) {
		const char *from = p;
		while (p < end && !is_mark(*p))
			p++;
		buf_add(to, from, (size_t)(p - from));
		if (p < end)
			buf_add(to, (char[]){ ' ', *p++, ' ' }, 3);
	}
}

/* Spaces around a point or comma after what is no digit. A pair that was
 * changed is left behind: the second of two points is not seen again. */
static void
part_points_after(struct buf *to, const char *p, const char *end)
{
	while (p < end) {
		if (p + 1 < end && !is_digit(*p) && is_point(p[1])) {
			buf_add(to, (char[]){ *p, ' ', p[1], ' ' }, 4);
			p += 2;
		} else
			buf_add(to, p++, 1);
	}
}

/* Spaces around a point or comma before what is no digit. */
static void
part_points_before(struct buf *to, const char *p, const char *end)
{
	while (p < end) {
		if (p + 1 < end && is_point(*p) && !is_digit(p[1])) {
			buf_add(to, (char[]){ ' ', *p, ' ', p[1] }, 4);
			p += 2;
		} else
			buf_add(to, p++, 1);
	}
}

/* Spaces around a dash after a digit. */
static void
part_dashes(struct buf *to, const char *p, const char *end)
{
	while (p < end) {
		if (p + 1 < end && is_digit(*p) && p[1] == '-') {
			buf_add(to, (char[]){ *p, ' ', '-', ' ' }, 4);
			p += 2;
		} else
			buf_add(to, p++, 1);
	}
}

static void
tokenize_13a(struct tokens *t)
{
	static void (*const passes[])(struct buf *, const char *,
		const char *) = {
		part_marks, part_points_after, part_points_before, part_dashes,
	};

	text_replace(&t->text, 0, "<skipped>", "");
	text_replace(&t->text, 0, "-\n", "");
	text_replace(&t->text, 0, "\n", " ");
	/* in this order: "&amp;lt;" becomes "<", "&amp;quot;" "&quot;" */
	text_replace(&t->text, 0, "&quot;", "\"");
	text_replace(&t->text, 0, "&amp;", "&");
	text_replace(&t->text, 0, "&lt;", "<");
	text_replace(&t->text, 0, "&gt;", ">");
	buf_clear(&t->spare);
	buf_str(&t->spare, " ");
	buf_add(&t->spare, t->text.data, t->text.len);
	buf_str(&t->spare, " ");
	for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
		struct buf from = t->spare;
		t->spare = t->text;
		t->text = from;
		buf_clear(&t->spare);
		passes[i](&t->spare, from.data, from.data + from.len);
	}
	struct buf done = t->spare;
	t->spare = t->text;
	t->text = done;
}

void
tokens_start(struct tokens *t, enum tokenizer kind, int lowercase,
	const char *s, size_t len)
{
	size_t end = 0, n;

	buf_clear(&t->text);
	buf_add(&t->text, "", 0);
	if (lowercase)
		text_lower(&t->text, s, len);
	else
		buf_add(&t->text, s, len);
	/* white space at the end would otherwise complete a "-\n" */
	for (size_t i = 0; i < t->text.len; i += n) {
		const char *p = t->text.data + i;
		utf8_get(p, &n);
		if (!utf8_space(p, p + n))
			end = i + n;
	}
	t->text.len = end;
	t->text.data[end] = 0;
	if (kind == TOKENIZE_13A)
		tokenize_13a(t);
}

const char *
tokens_next(const struct tokens *t, size_t *at, size_t *len)
{
	const char *p = t->text.data + *at, *end = t->text.data + t->text.len;
	size_t n;

	while ((n = utf8_space(p, end)))
		p += n;
	const char *from = p;
	for (; p < end && !utf8_space(p, end); p += n)
		utf8_get(p, &n);
	*at = (size_t)(p - t->text.data);
	*len = (size_t)(p - from);
	return *len ? from : NULL;
}

void
tokens_free(struct tokens *t)
{
	buf_free(&t->text);
	buf_free(&t->spare);
}
