#include <math.h>
#include <string.h>
#include "base/mem.h"
#include "base/nearest.h"
#include "field.h"

/* The part of a path that n bytes name: a member, or an array's element. */
static const json_t *
step(const json_t *j, const char *name, size_t n)
{
	size_t at = 0;

	if (!json_is_array(j))
		return json_object_getn(j, name, n);
	if (!n || n > 9)
		return NULL;
	for (; n; n--, name++) {
		if (*name < '0' || *name > '9')
			return NULL;
		at = 10 * at + (size_t)(*name - '0');
	}
	return json_array_get(j, at);
}

/* A member whose own name has a dot, which no path leads to. */
static int
is_asked(const struct nearest *near, const struct buf *path)
{
	return path->len == near->word_len &&
		!memcmp(path->data, near->word, path->len);
}

/* Of all numbers' paths below j, which has path; the nearest into best. A name
 * without the objects that it stands in is near, too. */
static void
search(const json_t *j, struct buf *path, struct nearest *near,
	struct buf *best)
{
	size_t len = path->len;
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)j, key, v) {
		buf_printf(path, "%s%s", len ? "." : "", key);
		size_t leaf = path->len - strlen(key);
		if (json_is_object(v))
			search(v, path, near, best);
		else if (json_is_number(v) && !is_asked(near, path) &&
		    (nearest_try(near, path->data, path->len) |
		    nearest_try(near, path->data + leaf, path->len - leaf))) {
			buf_clear(best);
			buf_add(best, path->data, path->len);
		}
		path->len = len;
		path->data[len] = 0;
	}
}

static int
missing(const json_t *j, const char *path, size_t len, struct why *why)
{
	struct nearest near = nearest_to(path, len);
	struct buf at = { 0 }, best = { 0 };
	char hint[120];

	buf_add(&at, "", 0);
	search(j, &at, &near, &best);
	near.name = best.data;
	near.len = best.len;
	why_set(why, "no number \"%.*s\" in the record%s",
		len > 100 ? 100 : (int)len, path,
		nearest_hint(&near, hint, sizeof hint));
	buf_free(&at);
	buf_free(&best);
	return -1;
}

int
field_value(const json_t *j, const char *path, size_t len, double *v,
	struct why *why)
{
	const char *p = path, *end = p + len;
	const json_t *at = j;

	for (size_t n; at && p <= end; p += n + 1) {
		const char *dot = memchr(p, '.', (size_t)(end - p));
		n = (size_t)((dot ? dot : end) - p);
		at = step(at, p, n);
	}
	if (!json_is_number(at) && !json_is_null(at))
		return missing(j, path, len, why);
	*v = json_is_null(at) ? NAN : json_number_value(at);
	return 0;
}

int
field_number(const json_t *j, const char *path, size_t len, double *v,
	struct why *why)
{
	if (field_value(j, path, len, v, why))
		return -1;
	return isnan(*v) ? missing(j, path, len, why) : 0;
}

int
field_flag(const json_t *j, const char *name, struct why *why)
{
	const json_t *v = json_object_get(j, name);

	if (v && !json_is_boolean(v))
		return why_set(why, "%s: want true or false", name);
	return json_is_true(v);
}

const char *
field_differing(const json_t *a, const json_t *b)
{
	const char *key;
	const json_t *v;

	json_object_foreach((json_t *)a, key, v)
		if (!json_equal(v, json_object_get(b, key)))
			return key;
	json_object_foreach((json_t *)b, key, v)
		if (!json_object_get(a, key))
			return key;
	return NULL;
}
