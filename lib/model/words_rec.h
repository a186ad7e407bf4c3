/* words_rec.h - dictionaries of models: do their ids mean the same words? */
#ifndef WORDS_REC_H
#define WORDS_REC_H

#include "text/dict.h"
#include "weights_rec.h"

/* Dies, naming path, where the text is no dictionary. dict_free. */
struct dict words_of(const struct blob *, const char *path);
/* Dies, naming path, where its dictionary has other words than ours. One that
 * is not there agrees with all. side: "source" or "target". */
void words_same(const struct blob *ours, const struct blob *theirs,
	const char *path, const char *side);

#endif
