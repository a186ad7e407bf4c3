/* join.h - a JSON object that spans lines. Nothing here prints or exits. */
#ifndef JOIN_H
#define JOIN_H

#include "base/mem.h"

enum { JOIN_DEPTH = 2048 };   /* Jansson reads no deeper */

/* Where in an object we are. Zero-initialise. */
struct join {
	enum { AT_VALUE, AT_FIRST_VALUE, AT_KEY, AT_FIRST_KEY, AT_COLON,
		AT_COMMA, AT_END } at;
	int depth;
	unsigned char array[JOIN_DEPTH];   /* [depth] is it one? */
};

/* Step over a line: 1 if the object goes on, 0 if it has ended, -1 where it is
 * broken for sure. */
int join_add(struct join *, const char *line, size_t len);
/* Drop the white space between tokens. */
void join_pack(struct buf *);

#endif
