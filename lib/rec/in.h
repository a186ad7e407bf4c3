/* in.h - input files: plain or zstd (RFC 8878), told apart by the first bytes.
 *
 * Everything here dies with "prog: FILE:LINE: reason" on failed or truncated
 * input. */
#ifndef IN_H
#define IN_H

#include <stdarg.h>
#include <stddef.h>
#include "base/die.h"

struct in {
	const char *name;   /* for messages: "stdin" or the path */
	const char *want;   /* what it should hold, NULL: not said */
	long line;          /* that of messages: of what was last returned,
	                       from 1 */
	long lines;         /* returned so far of this file */
	long before;        /* of those before it */
	int marked;         /* this file began with a byte order mark */
	const char *const *more;   /* [more_n] files to be read next */
	size_t more_n, files;      /* files: all of them */
	int stay;                  /* at the end of this one */
	int fd;
	int eof;            /* nothing more comes from fd */
	int cut;            /* because a deferred signal has come */
	struct ZSTD_DCtx_s *zstd;
	int mid_frame;      /* a zstd frame is open */
	int full;           /* and may have more text without further input */
	int frames;         /* so many have ended, not counted beyond 1 */
	char *raw;          /* compressed bytes */
	size_t raw_len, raw_at;
	char *text;         /* decompressed bytes: [at, len) not yet returned */
	size_t len, at, cap;
};

/* NULL, "-" and what /dev/stdin leads to: stdin, once. */
void in_open(struct in *, const char *path);
int in_is_stdin(const char *path);
/* Those files one after another, n == 0: stdin. for_what: what is said on
 * stderr to be waited for where that is a terminal, NULL: nothing. Dies before
 * anything is read where a file can't be. */
void in_open_list(struct in *, const char *const *paths, size_t n,
	const char *for_what);
/* Dies where one can't be read, as far as that can be told now. */
void in_check(const char *const *paths, size_t n);
/* What in_open_list says of stdin. */
void in_wait_for(const char *what);
/* For messages about all of the input. */
const char *in_all_names(const struct in *);
void in_close(struct in *);
/* The next line without its newline, NUL-terminated; NULL at the end, and where
 * a deferred signal comes before the line's. Valid until the next call. Byte
 * order marks are left out at the start of the first line and behind its TABs;
 * where it began with one, of all lines: files that begin so may have been put
 * together. */
char *in_line(struct in *, size_t *len);
/* Would in_line answer at once, or within so many ms? Lines of nothing but
 * space do not count. */
int in_ready(struct in *, int ms);
/* All that is left, up to max bytes; caller frees. Dies if there is more. */
char *in_all(struct in *, size_t *len, size_t max);
/* The same of text: without a byte order mark. */
char *in_text(struct in *, size_t *len, size_t max);
/* The file mapped read-only, of *len bytes, or NULL where it can't be: a pipe,
 * compressed, empty. Nothing may have been read of it. munmap it. */
char *in_map(struct in *, size_t *len);
int in_is_idle(void);   /* stdin is a terminal */
int in_is_device(void); /* .. or /dev/null: no program or file is meant */

_Noreturn void in_fail(const struct in *, const char *fmt, ...) PRINTF(2, 3);

#endif
