/* rec.h - streams of records: one JSON object a line.
 *
 * An object that spans lines, as jq prints it, is read as the one line that it
 * would be without the white space between its tokens.
 *
 * A filter that annotates keeps the line's own bytes and adds its members
 * before the closing brace.  A member that it adds anew replaces the old one
 * of the same name; all other bytes stay as they came. */
#ifndef REC_H
#define REC_H

#include <jansson.h>
#include "base/mem.h"
#include "in.h"

struct rec {
	const char *line;   /* the record's bytes, NUL-terminated, borrowed */
	size_t len;
	json_t *json;       /* the parsed object; all numbers are reals */
	struct buf joined;  /* the line's bytes, where they were several */
};

/* Read the next record, skipping blank lines: 1, or 0 at the end. Dies on
 * what is not a JSON object. Frees what rec held before (zero-initialise). */
int rec_get(struct in *, struct rec *);
/* The same in two steps, where a line may be understood without its tree:
 * the line, json NULL; then its tree, none where a deferred signal has come. */
int rec_line(struct in *, struct rec *);
void rec_parse(struct in *, struct rec *);
/* The tree of a line; NULL: e says why. */
json_t *rec_tree(const char *line, size_t len, json_error_t *e);
void rec_free(struct rec *);

/* Dies: the record is not WHAT; says what it is, where that is known. */
_Noreturn void rec_fail(const struct in *, const struct rec *,
	const char *what);

/* Append to out the line with members added (comma-separated "key":value
 * pairs, no braces; they replace old members of the same names) and a
 * newline. drop: names of further members to leave out, NULL-ended, or NULL. */
void rec_merge(struct buf *out, const char *line, size_t len,
	const char *members, const char *const *drop);
/* The same, straight to stdout. */
void rec_put(const struct rec *, const char *members);
void rec_put_line(const char *line, size_t len);
void rec_put_members(struct buf *);   /* a record of them; clears them */

/* "key":value into a list of members, with a comma where one is needed. */
void member_key(struct buf *, const char *key);   /* the value is added next */
void member_num(struct buf *, const char *key, double v); /* 9 digits */
void member_int(struct buf *, const char *key, long v);
void member_text(struct buf *, const char *key, const char *s, size_t len);
void member_string(struct buf *, const char *key, const char *s);
void member_raw(struct buf *, const char *key, const char *json);
void member_object(struct buf *, const char *key, const struct buf *members);
void json_num(struct buf *, double v, int digits);   /* null if not finite */
void json_text(struct buf *, const char *s, size_t len);

/* Where the value of a top-level member stands in a valid object's bytes, the
 * last one if there are several, as a parser has it: pointer and length, or
 * NULL. */
const char *rec_span(const char *line, const char *key, size_t *len);

#endif
