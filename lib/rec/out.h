/* out.h - output files that appear whole or not at all, and stdout.
 *
 * A file is written beside its target (see part.h), synced and renamed; links
 * are followed first, and its mode is kept. A pipe or a device is written
 * straight through, and so are - and /dev/stdout: what is printed besides goes
 * to stderr then. A name that ends in .zst is compressed. Everything here
 * dies on failed output. */
#ifndef OUT_H
#define OUT_H

#include <stddef.h>
#include "part.h"

struct out {
	const char *path;   /* borrowed */
	char *target;       /* where its links lead; NULL if straight */
	struct part part;   /* of the target */
	int fd;
	struct ZSTD_CCtx_s *zstd;
	char *packed;
	size_t packed_cap;
};

/* Dies where path can't be written, is written by another process, or is
 * stdin, stdout or stderr: call it before long work. */
void out_open(struct out *, const char *path);
int out_is_file(const struct out *);   /* not straight through */
void out_write(struct out *, const void *bytes, size_t n);
void out_commit(struct out *);    /* sync, rename */

/* Flush and check stdout: 0, or dies. main ends in "return out_end();". */
int out_end(void);
void out_flush(void);

#endif
