#include <stdio.h>
#include <string.h>
#include "base/utf8.h"
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
	size_t mark = utf8_mark(line, len);
	r->line = line + mark;
	r->len = len - mark;
	return 1;
}

enum { AS_RECORD = JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL };

json_t *
rec_tree(const char *line, size_t len, json_error_t *e)
{
	return json_loadb(line, len, AS_RECORD, e);
}

/* Scanning trusts that the text is valid JSON. */

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

/* Drop the white space between tokens. */
static void
pack(struct buf *b)
{
	const char *p = b->data, *next;
	char *to = b->data;

	for (; *(p = skip_space(p)); p = next) {
		next = *p == '"' ? skip_string(p) : p + 1;
		memmove(to, p, (size_t)(next - p));
		to += next - p;
	}
	b->len = (size_t)(to - b->data);
	*to = 0;
}

/* The lines of one record, as a parser asks for them. */
struct lines {
	struct in *in;
	struct buf *all;
	size_t given;    /* of all */
	int ended;
};

static size_t
more_lines(void *to, size_t room, void *arg)
{
	struct lines *l = arg;
	size_t len;

	if (l->given == l->all->len) {
		const char *line = get_line(l->in, &len);
		l->ended = !line;
		if (!line)
			return 0;
		buf_add(l->all, line, len);
		buf_str(l->all, "\n");
	}
	len = l->all->len - l->given;
	len = len < room ? len : room;
	memcpy(to, l->all->data + l->given, len);
	l->given += len;
	return len;
}

/* Take further lines of the file while the object that r->line begins needs
 * them; messages then name the first. */
static json_t *
rec_join(struct in *in, struct rec *r, json_error_t *e)
{
	struct lines lines = { .in = in, .all = &r->joined };
	json_error_t unused;
	long first = in->line;

	buf_add(&r->joined, r->line, r->len);
	buf_str(&r->joined, "\n");
	in->stay = 1;
	json_decref(json_load_callback(more_lines, &lines, AS_RECORD |
		JSON_DISABLE_EOF_CHECK, &unused));
	in->stay = 0;
	long last = in->line;
	in->line = first;
	if (lines.ended && in->cut)
		return NULL;
	if (lines.ended)
		in_fail(in, "broken JSON: the record that begins here does "
			"not end");
	r->line = r->joined.data;
	if (last == first)
		return NULL;
	json_t *json = rec_tree(r->joined.data, r->joined.len, e);
	if (!json)
		in_fail(in, "broken JSON: %s, in line %ld", e->text,
			first + e->line - 1);
	pack(&r->joined);
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

	r->json = rec_tree(r->line, r->len, &e);
	if (!r->json && r->line[strspn(r->line, " \t\r")] == '{')
		r->json = rec_join(in, r, &e);
	if (!r->json && in->cut)
		return;
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
	return r->json != NULL;
}

void
rec_free(struct rec *r)
{
	json_decref(r->json);
	buf_free(&r->joined);
	*r = (struct rec){ 0 };
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
rec_put_members(struct buf *members)
{
	rec_put_line("{", 1);
	rec_put_line(members->data, members->len);
	rec_put_line("}\n", 2);
	buf_clear(members);
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
