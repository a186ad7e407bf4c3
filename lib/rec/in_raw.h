/* in_raw.h - the bytes of an input file, for in.c alone. */
#ifndef IN_RAW_H
#define IN_RAW_H

#include "in.h"

/* Begins to read fd, as far as it takes to tell whether it is compressed. */
void raw_begin(struct in *);
/* More, unpacked; 0 at the end. */
size_t raw_read(struct in *, char *to, size_t n);

#endif
