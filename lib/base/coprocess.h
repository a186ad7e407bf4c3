/* coprocess.h - a command that runs beside this program: it reads lines that
 * we write, and we read lines that it writes.
 *
 * The command is run by sh, in a session of its own; its stderr is ours. It
 * and what it has started end with this program, however that ends: by a
 * signal, by die(), or when its stdin is closed. Neither side can wait for the
 * other for ever because a pipe is full: what it does not take yet is kept. */
#ifndef COPROCESS_H
#define COPROCESS_H

#include "mem.h"

struct coprocess {
	const char *what;       /* for messages: the option; borrowed */
	const char *command;    /* borrowed */
	int pid;                /* 0: none runs */
	int to, from;           /* -1: closed */
	int handle;             /* of sig.h */
	struct buf out, in;     /* not yet taken: by it, by us */
	size_t sent, at;        /* taken of these */
};

/* Dies where it can't be started. what, command: borrowed. */
void coprocess_start(struct coprocess *, const char *what,
	const char *command);
void coprocess_put(struct coprocess *, const char *line, size_t len);
/* Nothing more will be put: its stdin is closed when it has taken all. */
void coprocess_finish(struct coprocess *);
/* The next line that it writes, without its newline, NUL-terminated, valid
 * until the next call; NULL where it has closed its stdout. Waits for one. */
char *coprocess_line(struct coprocess *, size_t *len);
/* Close its stdin, read what it still writes, wait for its end. 0 where it
 * ended well, else 1 and how in words: "ended with exit status 3". */
int coprocess_end(struct coprocess *, struct buf *how);

#endif
