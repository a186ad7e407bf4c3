#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "outside_rec.h"
#include "rec/rec.h"

void
outside_start(struct outside *o, const char *option, const char *command)
{
	*o = (struct outside){ .answers = 0 };
	coprocess_start(&o->p, option, command);
}

void
outside_fail(const struct outside *o, const char *fmt, ...)
{
	struct why why;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why.text, sizeof why.text, fmt, ap);
	va_end(ap);
	die("%s \"%s\": line %ld of its output: %s", o->p.what, o->p.command,
		o->answers, why.text);
}

int
outside_next(struct outside *o)
{
	json_error_t e;

	json_decref(o->json);
	o->json = NULL;
	do {
		if (!(o->line = coprocess_line(&o->p, &o->len)))
			return 0;
		if (!o->answers++ && !strncmp(o->line, "\xef\xbb\xbf", 3)) {
			o->line += 3;   /* a byte order mark */
			o->len -= 3;
		}
	} while (strspn(o->line, " \t\r") == o->len);
	/* Jansson overlooks one behind a number; scans of the line end there */
	if (memchr(o->line, 0, o->len))
		outside_fail(o, "broken JSON: a NUL byte");
	o->json = json_loadb(o->line, o->len, JSON_DECODE_INT_AS_REAL |
		JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &e);
	if (!o->json)
		outside_fail(o, "broken JSON: %s, column %d (want one record "
			"a line, as jq -c prints it)", e.text, e.column);
	o->id = json_string_value(json_object_get(o->json, "arch_id"));
	if (!o->id)
		outside_fail(o, "no \"arch_id\": want the record that it was "
			"given, with fields added");
	return 1;
}

size_t
outside_members(const struct outside *o, const char *own,
	struct buf *members)
{
	json_t *has = rec_tree(own, strlen(own), NULL), *v;
	const char **drop = xcalloc(json_object_size(has) + 1, sizeof *drop);
	struct buf rest = { 0 };
	const char *key;
	size_t n = 0, before = members->len;

	json_object_foreach(has, key, v)
		drop[n++] = key;
	rec_merge(&rest, o->line, o->len, NULL, drop);
	/* without its braces and its newline */
	char *from = strchr(rest.data, '{') + 1, *to = strrchr(from, '}');
	while (from < to && strchr(" \t\r", *from))
		from++;
	while (from < to && strchr(" \t\r", to[-1]))
		to--;
	if (from < to && members->len)
		buf_str(members, ",");
	buf_add(members, from, (size_t)(to - from));
	buf_free(&rest);
	free(drop);
	json_decref(has);
	return members->len - before;
}

int
outside_end(struct outside *o, struct buf *how)
{
	json_decref(o->json);
	o->json = NULL;
	return coprocess_end(&o->p, how);
}
