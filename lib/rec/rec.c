#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "join.h"
#include "out.h"
#include "rec.h"

static char *
get_line(struct in *in, size_t *len)
{
	char *line = in_line(in, len);

	/* behind a number Jansson reads past one; scans of the line end */
	if (line && memchr(line, 0, *len))
		in_fail(in, "broken JSON: a NUL byte");
	return line;
}

int
rec_line(struct in *in, struct rec *r)
{
	size_t len;
	char *line;

	rec_free(r);
	do
		if (!(line = get_line(in, &len)))
			return 0;
	while (strspn(line, " \t\r") == len);
	/* a CR before the newline ends the line, too */
	if (line[len - 1] == '\r')
		line[--len] = 0;
	r->line = line;
	r->len = len;
	return 1;
}

/* Take further lines of the file while the object that r->line begins needs
 * them; messages then name the first. */
static json_t *
rec_join(struct in *in, struct rec *r, json_error_t *e)
{
	struct join j = { 0 };
	long first = in->line;
	size_t len = r->len;

	buf_add(&r->joined, r->line, r->len);
	in->stay = 1;
	while (join_add(&j, r->joined.data + r->joined.len - len, len) > 0) {
		const char *more = get_line(in, &len);
		if (!more) {
			in->line = first;
			in_fail(in, "broken JSON: the record that begins here "
				"does not end");
		}
		buf_str(&r->joined, "\n");
		buf_add(&r->joined, more, len);
	}
	in->stay = 0;
	json_t *json = json_loadb(r->joined.data, r->joined.len,
		JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, e);
	long last = in->line;
	in->line = first;
	if (!json && last > first)
		in_fail(in, "broken JSON: %s, in line %ld", e->text,
			first + e->line - 1);
	join_pack(&r->joined);
	r->line = r->joined.data;
	r->len = r->joined.len;
	return json;
}

/* A line that is no object. */
static _Noreturn void
parse_fail(const struct in *in, const char *line, const json_error_t *e)
{
	const char *p = line + strspn(line, " \t\r");

	if (*p == '[')
		in_fail(in, "an array: want one record a line, as jq -c '.[]' "
			"makes them of it");
	if (*p == '{')
		in_fail(in, "broken JSON: %s, column %d", e->text, e->column);
	in_fail(in, "want %s%sa JSON object a line, not \"%.*s\"", in->want ?
		in->want : "", in->want ? ", " : "", (int)strcspn(p, " \t\r"),
		p);
}

void
rec_parse(struct in *in, struct rec *r)
{
	json_error_t e = { 0 };

	r->json = json_loadb(r->line, r->len,
		JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL, &e);
	if (!r->json && r->line[strspn(r->line, " \t\r")] == '{')
		r->json = rec_join(in, r, &e);
	if (!json_is_object(r->json))
		parse_fail(in, r->line, &e);
}

void
rec_fail(const struct in *in, const struct rec *r, const char *what)
{
	/* by the first member that it has of these */
	static const char *const kinds[][2] = {
		{ "hyp", "a translation, of translate" },
		{ "src", "a pair of sentences, of encode-text" },
		{ "event", "a line of a training's log" },
		{ "mape", "the report of fit-mlp" },
		{ "space", "a space" },
		{ "latency_ms", "a measured architecture" },
		{ "arch", "an architecture" },
		{ "score", "a score, of bleu" },
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (json_object_get(r->json, kinds[i][0]))
			in_fail(in, "%s; this is %s", what, kinds[i][1]);
	in_fail(in, "%s", what);
}

int
rec_get(struct in *in, struct rec *r)
{
	if (!rec_line(in, r))
		return 0;
	rec_parse(in, r);
	return 1;
}

void
rec_free(struct rec *r)
{
	json_decref(r->json);
	buf_free(&r->joined);
	*r = (struct rec){ 0 };
}

/* Scanning below trusts that the text is valid JSON. */

static const char *
skip_space(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
		p++;
	return p;
}

static const char *
skip_string(const char *p)
{
	for (p++; *p != '"'; p++)
		if (*p == '\\')
			p++;
	return p + 1;
}

static const char *
skip_value(const char *p)
{
	int depth = 0;

	if (*p != '"' && *p != '{' && *p != '[')
		return p + strcspn(p, ",}] \t\r\n");
	do
		if (*p == '"')
			p = skip_string(p);
		else {
			depth += (*p == '{' || *p == '[') -
				(*p == '}' || *p == ']');
			p++;
		}
	while (depth > 0);
	return p;
}

/* One member at p: "key" : value.  Returns the end of the value. */
struct member {
	const char *key, *key_end, *value, *end;
};

static struct member
member_at(const char *p)
{
	struct member m = { .key = p };

	m.key_end = skip_string(p);
	m.value = skip_space(skip_space(m.key_end) + 1);
	m.end = skip_value(m.value);
	return m;
}

/* The name of a member, into b where its key has escapes; its length. */
static const char *
member_name(const struct member *m, struct buf *b, size_t *n)
{
	*n = (size_t)(m->key_end - m->key) - 2;
	if (!memchr(m->key, '\\', *n + 1))
		return m->key + 1;
	json_t *j = json_loadb(m->key, *n + 2, JSON_DECODE_ANY, NULL);
	*n = json_string_length(j);
	buf_clear(b);
	buf_add(b, json_string_value(j), *n);
	json_decref(j);
	return b->data;
}

static int
is_dropped(const struct member *m, const char *members,
	const char *const *drop)
{
	struct buf own = { 0 }, other = { 0 };
	size_t n, k;
	const char *name = member_name(m, &own, &n), *its;
	int is = 0;

	for (const char *p = members; p && *p && !is; ) {
		struct member a = member_at(skip_space(p));
		its = member_name(&a, &other, &k);
		is = k == n && !memcmp(its, name, n);
		p = skip_space(a.end);
		p += *p == ',';
	}
	for (; drop && *drop && !is; drop++)
		is = strlen(*drop) == n && !memcmp(*drop, name, n);
	buf_free(&own);
	buf_free(&other);
	return is;
}

void
rec_merge(struct buf *out, const char *line, size_t len, const char *members,
	const char *const *drop)
{
	const char *p = skip_space(line) + 1, *from = line;
	int kept = 0;

	/* copy runs of kept members, each with the bytes before it */
	for (p = skip_space(p); *p == '"'; ) {
		struct member m = member_at(p);
		const char *next = skip_space(m.end);
		int last = *next != ',';
		next += !last;
		if (is_dropped(&m, members, drop)) {
			buf_add(out, from, (size_t)(m.key - from));
			/* the comma goes with the member, or before it */
			if (last && kept) {
				while (out->data[out->len - 1] != ',')
					out->len--;
				out->len--;
			}
			from = last ? next : skip_space(next);
		} else
			kept = 1;
		p = skip_space(next);
	}
	buf_add(out, from, (size_t)(p - from));
	if (members && *members) {
		if (kept)
			buf_str(out, ",");
		buf_str(out, members);
	}
	buf_add(out, p, (size_t)(line + len - p));
	buf_str(out, "\n");
}

void
rec_put_line(const char *line, size_t len)
{
	if (fwrite(line, 1, len, stdout) != len)
		out_flush();
}

void
rec_put(const struct rec *r, const char *members)
{
	struct buf b = { 0 };

	rec_merge(&b, r->line, r->len, members, NULL);
	rec_put_line(b.data, b.len);
	buf_free(&b);
}

const char *
rec_span(const char *line, const char *key, size_t *len)
{
	const char *last = NULL;
	size_t n = strlen(key), k;
	struct buf b = { 0 };

	for (const char *p = skip_space(skip_space(line) + 1); *p == '"'; ) {
		struct member m = member_at(p);
		const char *name = member_name(&m, &b, &k);
		if (k == n && !memcmp(name, key, n)) {
			*len = (size_t)(m.end - m.value);
			last = m.value;
		}
		p = skip_space(m.end);
		p = skip_space(p + (*p == ','));
	}
	buf_free(&b);
	return last;
}

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
	size_t len = *p < 0x80 ? 1 : *p >= 0xc2 && *p < 0xe0 ? 2 :
		*p >= 0xe0 && *p < 0xf0 ? 3 : *p >= 0xf0 && *p < 0xf5 ? 4 : 0;

	if (*p < ' ' || *p == 0x7f || *p == '"' || *p == '\\' || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* a control; not the shortest form, a surrogate, above U+10FFFF */
	if ((*p == 0xc2 && p[1] < 0xa0) || (*p == 0xe0 && p[1] < 0xa0) ||
	    (*p == 0xed && p[1] >= 0xa0) ||
	    (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] >= 0x90))
		return 0;
	return len;
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
member_raw(struct buf *b, const char *key, const char *json)
{
	member_key(b, key);
	buf_str(b, json);
}
