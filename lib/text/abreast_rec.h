/* abreast_rec.h - parallel text: the columns of a line that belong together.
 *
 * They are the TAB-separated columns of one file, of the same number in all
 * lines, or the lines of several files, of the same number in all files. A TAB
 * inside a sentence and a lost line are therefore told, not made wrong pairs.
 * Everything here dies with "prog: FILE:LINE: reason". */
#ifndef ABREAST_REC_H
#define ABREAST_REC_H

#include "base/mem.h"
#include "rec/in.h"

struct abreast {
	struct in *in;           /* [files] */
	size_t files;
	int tabs;                /* the one file's columns are the row */
	struct span *at;         /* [n] the row at hand: UTF-8 */
	size_t n, cap;
};

/* The columns of n files, one after another; none: stdin. for_what: see
 * in_open_list. abreast_close. */
void abreast_open_columns(struct abreast *, const char *const *paths, size_t n,
	const char *for_what);
/* The lines of files. Where all can be read twice their lines are
 * counted first. */
void abreast_open_files(struct abreast *, const char *const *paths, size_t n);
int abreast_next(struct abreast *);                    /* 0 at the end */
/* Where the row at hand, or a column of it, comes from: for in_fail. */
struct in *abreast_in(const struct abreast *, size_t column);
void abreast_close(struct abreast *);

#endif
