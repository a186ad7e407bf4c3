/* part-annotate.c - members that are added to a record.
 *
 * Input: an object, a newline, an object. The second's members are added to
 * the first; what comes out must be a parser's idea of the two together. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "rec/rec.h"

enum { FLAGS = JSON_DECODE_INT_AS_REAL | JSON_ALLOW_NUL };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static json_t *
object(const char *text, size_t len)
{
	json_t *j = json_loadb(text, len, FLAGS, NULL);

	if (json_is_object(j))
		return j;
	json_decref(j);
	return NULL;
}

/* Each member of both is where rec_span says that it is. */
static void
check_spans(const char *line, const json_t *j)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)(uintptr_t)j, key, v) {
		size_t len;
		const char *at = rec_span(line, key, &len);
		json_t *there = at ? json_loadb(at, len, FLAGS |
			JSON_DECODE_ANY, NULL) : NULL;
		if (at && !there)
			abort();
		json_decref(there);
	}
}

static void
check(const char *line, size_t len, json_t *a, const char *members, json_t *b)
{
	struct buf once = { 0 }, twice = { 0 };

	rec_merge(&once, line, len, members, NULL);
	json_t *got = object(once.data, once.len);
	json_object_update(a, b);
	if (!got || !json_equal(got, a))
		abort();
	once.data[--once.len] = 0;
	check_spans(once.data, got);
	rec_merge(&twice, once.data, once.len, members, NULL);
	json_t *again = object(twice.data, twice.len);
	if (!again || !json_equal(again, a))
		abort();
	json_decref(got);
	json_decref(again);
	buf_free(&once);
	buf_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = xmalloc(len + 1);
	char *nl = memchr(memcpy(text, bytes, len), '\n', len);
	size_t n = nl ? (size_t)(nl - text) : len;
	json_t *a = NULL, *b = NULL;
	int both;

	text[len] = 0;
	/* a line with a NUL byte is refused before */
	if (nl && !memchr(text, 0, len))
		a = object(text, n);
	if (a)
		b = object(nl + 1, len - n - 1);
	if (b) {
		text[n] = 0;
		/* without its braces */
		char *open = strchr(nl + 1, '{'), *close = strrchr(nl + 1, '}');
		*close = 0;
		check(text, n, a, json_object_size(b) ? open + 1 : "", b);
	}
	both = a && b;
	json_decref(a);
	json_decref(b);
	free(text);
	return both ? 0 : -1;
}
