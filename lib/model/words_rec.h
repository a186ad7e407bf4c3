/* words_rec.h - do ids of two models mean the same words? */
#ifndef WORDS_REC_H
#define WORDS_REC_H

#include "weights_rec.h"

/* Dies, naming path, where its dictionary has other words than ours. One that
 * is not there agrees with all. side: "source" or "target". */
void words_same(const struct blob *ours, const struct blob *theirs,
	const char *path, const char *side);

#endif
