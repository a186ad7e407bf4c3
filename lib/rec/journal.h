/* journal.h - what --resume FILE keeps: the records written so far.
 *
 * Opened, it drops a torn last line and holds the rest; what is added survives
 * the process once journal_add returns, and the machine after journal_sync. A
 * lock keeps a second process out. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include <stddef.h>

struct journal {
	const char *path;   /* borrowed; NULL: no journal, all calls do nothing */
	int fd;
	char *text;         /* what it held when opened */
	size_t len, at;     /* at: read so far by journal_next */
};

void journal_open(struct journal *, const char *path);  /* NULL: none */
/* The next line that it held, without newline, NUL-terminated, or NULL. */
const char *journal_next(struct journal *, size_t *len);
/* Forget what journal_next has not returned yet: cut the file there. */
void journal_cut(struct journal *);
void journal_add(struct journal *, const char *line, size_t len);
void journal_sync(const struct journal *);
void journal_close(struct journal *);

#endif
