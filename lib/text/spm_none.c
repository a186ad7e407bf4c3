/* Without SentencePiece's library. */
#include "spm.h"

struct spm *
spm_open(const char *bytes, size_t len, struct why *why)
{
	(void)bytes;
	(void)len;
	why_set(why, "this program was built without SentencePiece's library");
	return NULL;
}

void
spm_close(struct spm *s)
{
	(void)s;
}

int
spm_encode(const struct spm *s, struct buf *b, const char *line, size_t len,
	struct why *why)
{
	(void)s;
	(void)b;
	(void)line;
	(void)len;
	return why_set(why, "no SentencePiece");
}

int
spm_decode(const struct spm *s, struct buf *b, const char *pieces, size_t len,
	struct why *why)
{
	return spm_encode(s, b, pieces, len, why);
}

int
spm_has(const struct spm *s, const char *piece)
{
	(void)s;
	(void)piece;
	return 0;
}
