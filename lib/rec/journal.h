/* journal.h - what --resume FILE keeps: the records written so far.
 *
 * Opened, it holds the whole lines; what is added survives the process once
 * journal_add returns, and the machine after journal_sync. A lock keeps a
 * second process out. A file that is no journal stays as it is: all of it is
 * read and checked before a torn last line is cut off. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stddef.h>

struct journal {
	const char *path;   /* borrowed; NULL: none, all calls do nothing */
	int fd;
	char *text;         /* what it held when opened, whole lines */
	size_t len, at;     /* at: read so far by journal_next */
	int torn;           /* the file has more behind them */
	int headed;         /* the first line is the kind's head */
};

/* A member that all records of a journal have; name may be "a.b". */
enum member_type { MEMBER_TEXT, MEMBER_OBJECT, MEMBER_COUNT /* 0, 1, .. */,
	MEMBER_NUMBER /* from 0, or null */ };
struct journal_member {
	const char *name;
	enum member_type type;
};
struct journal_kind {
	const char *of;       /* "a training" */
	const char *word;     /* that stands early in a record: "\"arch\":" */
	struct journal_member member[5];   /* ended by NULL */
	const char *head;     /* the first line may be {"HEAD":{..}} instead;
	                       * NULL: it may not */
};

void journal_open(struct journal *, const char *path,   /* NULL: none */
	const struct journal_kind *);
/* The next line that it held, without newline, NUL-terminated, or NULL. */
const char *journal_next(struct journal *, size_t *len);
/* Forget what journal_next has not returned yet: cut the file there. */
void journal_cut(struct journal *);
void journal_add(struct journal *, const char *line, size_t len);
void journal_sync(const struct journal *);
void journal_close(struct journal *);

#endif
