/* out.h - output files that appear whole or not at all, and stdout.
 *
 * A file is written beside its target, synced and renamed; where the target
 * is a pipe or a device it is written straight through. A name that ends in
 * .zst is compressed.  Everything here dies on failed output. */
#ifndef OUT_H
#define OUT_H

#include <stddef.h>

struct out {
	const char *path;   /* borrowed */
	char *part;         /* the file being written, NULL if straight */
	int fd, handle;
	struct ZSTD_CCtx_s *zstd;
	char *packed;
	size_t packed_cap;
};

/* Not usable for writing (folder missing, no permission): dies at once, so
 * call it before long work, or out_check to only look. */
void out_open(struct out *, const char *path);
void out_write(struct out *, const void *bytes, size_t n);
void out_commit(struct out *);    /* sync, rename */
void out_abandon(struct out *);   /* remove the part file */
void out_check(const char *path); /* dies if path could not be written */

/* Flush and check stdout: 0, or dies. main ends in "return out_end();". */
int out_end(void);
void out_flush(void);

#endif
