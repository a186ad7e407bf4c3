/* outside_rec.h - what another program says of candidates: it gets their
 * records, one a line, and writes each back with fields, in any order. An
 * answer is known by its "arch_id". The functions here die, as those of rec.h.
 */
#ifndef OUTSIDE_REC_H
#define OUTSIDE_REC_H

#include <jansson.h>
#include "base/coprocess.h"
#include "base/die.h"

struct outside {
	struct coprocess p;
	long answers;        /* lines that it wrote */
	const char *line;    /* the last one */
	size_t len;
	json_t *json;        /* the same, numbers as reals; and its arch_id */
	const char *id;
};

/* option: that names the command, for messages. Both are borrowed. */
void outside_start(struct outside *, const char *option, const char *command);
/* The next answer, into the struct: 1; 0 where it has closed its stdout. */
int outside_next(struct outside *);
/* Die of what is wrong with the last answer. */
_Noreturn void outside_fail(const struct outside *, const char *fmt, ...)
	PRINTF(2, 3);
/* Append the members that the last answer has and the record, own, has not:
 * "key":value pairs with commas. Returns how many bytes. */
size_t outside_members(const struct outside *, const char *own,
	struct buf *members);
/* Close its stdin and wait for its end: 0, or 1 and how it ended. */
int outside_end(struct outside *, struct buf *how);

#endif
