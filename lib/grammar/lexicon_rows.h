/* lexicon_rows.h - what the lines of the lexicon's files say. */
#ifndef LEXICON_ROWS_H
#define LEXICON_ROWS_H

#include "lexicon.h"

struct row;
/* required: how many of the first columns may not be -. */
struct lexicon_file {
	const char *name;
	int columns, required;
	int (*add)(struct row *);
};
/* In an order in which what one needs has been read; the last has no name. */
extern const struct lexicon_file lexicon_files[];
/* Take in a line, which is changed and must stay. -1 with a reason. */
int lexicon_row(struct lexicon *, const struct lexicon_file *, char *line,
	struct why *);

#endif
