/* lower.h - lower case, as Python's str.lower() has it (sacreBLEU's). */
#ifndef LOWER_H
#define LOWER_H

#include <stddef.h>
#include "base/die.h"
#include "base/mem.h"

/* What finds a capital sigma at the end of a word; made when one is seen.
 * Zero-initialise, lower_free. */
struct lower {
	struct pcre2_real_code_8 *final;
	struct pcre2_real_match_data_8 *match;
};

/* Can it be made? -1 with a reason if not: to be asked before text_lower, which
 * then takes no sigma for a final one. */
int lower_check(struct why *);
/* Append a UTF-8 text in lower case. U+0130 becomes two characters, a capital
 * sigma at the end of a word the final one. */
void text_lower(struct lower *, struct buf *, const char *s, size_t len);
void lower_free(struct lower *);

#endif
