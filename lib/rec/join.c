#include <string.h>
#include "join.h"

static int
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the string at p, or NULL where the line ends inside. */
static const char *
string_end(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\';
	return p < end ? p + 1 : NULL;
}

static int
wants_value(const struct join *j)
{
	return j->at == AT_VALUE || j->at == AT_FIRST_VALUE;
}

static int
value_ended(struct join *j)
{
	j->at = j->depth ? AT_COMMA : AT_END;
	return 0;
}

static int
open_one(struct join *j, int is_array)
{
	if (!wants_value(j) || j->depth == JOIN_DEPTH)
		return -1;
	j->array[j->depth++] = (unsigned char)is_array;
	j->at = is_array ? AT_FIRST_VALUE : AT_FIRST_KEY;
	return 0;
}

static int
close_one(struct join *j, int is_array)
{
	if (!j->depth || j->array[j->depth - 1] != is_array ||
	    (j->at != AT_COMMA && j->at != (is_array ? AT_FIRST_VALUE :
	    AT_FIRST_KEY)))
		return -1;
	j->depth--;
	return value_ended(j);
}

static int
string_ended(struct join *j)
{
	if (wants_value(j))
		return value_ended(j);
	if (j->at != AT_KEY && j->at != AT_FIRST_KEY)
		return -1;
	j->at = AT_COLON;
	return 0;
}

/* Step over what is no string. */
static int
add_char(struct join *j, char c)
{
	switch (c) {
	case '{':
	case '[':
		return open_one(j, c == '[');
	case '}':
	case ']':
		return close_one(j, c == ']');
	case ':':
		if (j->at != AT_COLON)
			return -1;
		j->at = AT_VALUE;
		return 0;
	case ',':
		if (j->at != AT_COMMA)
			return -1;
		j->at = j->array[j->depth - 1] ? AT_VALUE : AT_KEY;
		return 0;
	default:
		return wants_value(j) ? value_ended(j) : -1;
	}
}

int
join_add(struct join *j, const char *p, size_t len)
{
	const char literal[] = "{}[],:\" \t\r\n";

	for (const char *end = p + len; p < end; ) {
		if (is_space(*p)) {
			p++;
			continue;
		}
		if (*p == '"') {
			if (!(p = string_end(p, end)) || string_ended(j))
				return -1;
			continue;
		}
		if (add_char(j, *p))
			return -1;
		int is_literal = !strchr(literal, *p);
		for (p++; is_literal && p < end && !strchr(literal, *p); p++)
			;
	}
	return j->at != AT_END;
}

void
join_pack(struct buf *b)
{
	const char *p = b->data, *end = b->data + b->len, *next;
	char *to = b->data;

	while (p < end) {
		if (is_space(*p)) {
			p++;
			continue;
		}
		next = *p == '"' ? string_end(p, end) : p + 1;
		next = next ? next : end;
		memmove(to, p, (size_t)(next - p));
		to += next - p;
		p = next;
	}
	b->len = (size_t)(to - b->data);
	*to = 0;
}
