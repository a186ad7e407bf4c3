/* lower.h - lower case, as Python's str.lower() has it (sacreBLEU's). */
#ifndef LOWER_H
#define LOWER_H

#include <stddef.h>
#include "mem.h"

long lower_char(long c);   /* Unicode 14, simple mapping */
/* Append a UTF-8 text in lower case. U+0130 becomes two characters, a capital
 * sigma at the end of a word the final one. */
void text_lower(struct buf *, const char *s, size_t len);

#endif
