#include <math.h>
#include <string.h>
#include "base/utf8.h"
#include "rec.h"

void
member_key(struct buf *b, const char *key)
{
	if (b->len)
		buf_str(b, ",");
	json_text(b, key, strlen(key));
	buf_str(b, ":");
}

void
json_num(struct buf *b, double v, int digits)
{
	if (isfinite(v))
		buf_printf(b, "%.*g", digits, v);
	else
		buf_str(b, "null");
}

void
member_num(struct buf *b, const char *key, double v)
{
	member_key(b, key);
	json_num(b, v, 9);
}

void
member_int(struct buf *b, const char *key, long v)
{
	member_key(b, key);
	buf_printf(b, "%ld", v);
}

/* The length of the character at the start of n bytes if it may be written
 * as it is, else 0. */
static size_t
plain_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	if (*p < 0x80)
		return *p >= ' ' && *p != 0x7f && *p != '"' && *p != '\\';
	size_t len = utf8_char(s, n);
	return len && *p == 0xc2 && p[1] < 0xa0 ? 0 : len;   /* a control */
}

void
json_text(struct buf *b, const char *s, size_t len)
{
	buf_str(b, "\"");
	for (const char *end = s + len; s < end; ) {
		size_t n = 0, k;
		while (s + n < end &&
		    (k = plain_len(s + n, (size_t)(end - s) - n)))
			n += k;
		buf_add(b, s, n);
		s += n;
		if (s == end)
			break;
		if (*s == '"' || *s == '\\')
			buf_printf(b, "\\%c", *s);
		else if (*s == '\n')
			buf_str(b, "\\n");
		else if (*s == '\t')
			buf_str(b, "\\t");
		else if ((unsigned char)*s < 0x80)
			buf_printf(b, "\\u%04x", *s);
		else if (*s == '\xc2' && end - s > 1 &&
		    (unsigned char)s[1] >> 5 == 4)
			buf_printf(b, "\\u%04x", (unsigned char)*++s);
		else
			buf_str(b, "\\ufffd");
		s++;
	}
	buf_str(b, "\"");
}

void
member_text(struct buf *b, const char *key, const char *s, size_t len)
{
	member_key(b, key);
	json_text(b, s, len);
}

void
member_string(struct buf *b, const char *key, const char *s)
{
	member_text(b, key, s, strlen(s));
}

void
member_raw(struct buf *b, const char *key, const char *json)
{
	member_key(b, key);
	buf_str(b, json);
}

void
member_object(struct buf *b, const char *key, const struct buf *members)
{
	member_key(b, key);
	buf_printf(b, "{%s}", members->data);
}
