/* spm.h - SentencePiece: plain text to pieces, and back.
 *
 * As spm_encode and spm_decode do it, byte for byte. spm.cc calls its library;
 * where that was not there to build with, spm_none.c says so. Nothing here
 * prints or exits. */
#ifndef SPM_H
#define SPM_H

#include <stdarg.h>
#include <stddef.h>
#ifdef __cplusplus
#define _Noreturn [[noreturn]]
extern "C" {
#endif
#include "base/die.h"
#include "base/mem.h"

struct spm;

/* A model from its file's bytes, which are copied; NULL with a reason. */
struct spm *spm_open(const char *bytes, size_t len, struct why *);
void spm_close(struct spm *);
/* Append the pieces of a line, parted by spaces: 0, or -1 with a reason. */
int spm_encode(const struct spm *, struct buf *, const char *line, size_t len,
	struct why *);
/* Append the text of pieces that are parted by spaces. Likewise. */
int spm_decode(const struct spm *, struct buf *, const char *pieces,
	size_t len, struct why *);
int spm_has(const struct spm *, const char *piece);   /* is it one of its? */

#ifdef __cplusplus
}
#endif

#endif
