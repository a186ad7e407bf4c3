/* space_rec.h - a space as the record of a file.
 *
 * The functions here die with "prog: FILE:LINE: reason", as those of rec.h. */
#ifndef SPACE_REC_H
#define SPACE_REC_H

#include "base/opt.h"
#include "space.h"
#include "task.h"

/* Read the only record of a space file, NULL: stdin; 0 where it is empty. */
int space_read(struct space *, struct task *, const char *path);
/* The same where there must be one. */
void space_load(struct space *, struct task *, const char *path);
/* Which file, of --space and of the files that take stdin's place; NULL:
 * stdin. Both are wrong usage. */
const char *space_named(const char *option, const struct opt_list *files);

#endif
