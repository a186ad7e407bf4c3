/* text_rec.h - text and dictionaries from files.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef TEXT_REC_H
#define TEXT_REC_H

#include "dict.h"
#include "rec/in.h"

/* The next line, which is UTF-8, or NULL. */
char *text_line(struct in *, size_t *len);
/* A dictionary's file, plain or zstd. */
void dict_load(struct dict *, const char *path);

#endif
