/* The bytes of an input file: as they are, or unpacked by zstd. */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>
#include "base/mem.h"
#include "base/sig.h"
#include "in_raw.h"

#ifndef IN_CHUNK   /* fuzzing has less: lines that are longer than it */
#define IN_CHUNK (1 << 17)
#endif
enum { CHUNK = IN_CHUNK };

/* Read more from fd; 0 at the end. A deferred signal ends the input. */
static size_t
read_some(struct in *in, char *to, size_t n)
{
	ssize_t got;

	do {
		in->cut = !sig_wait_input(in->fd);
		if (in->cut)
			return 0;
		got = read(in->fd, to, n);
		/* another reader of a non-blocking pipe was faster */
	} while (got < 0 && errno == EAGAIN);
	if (got < 0)
		die("%s: %s", in->name, errno == EBADF ? "is closed" :
			strerror(errno));
	return (size_t)got;
}

/* Do the first n bytes begin a zstd frame, or one to be skipped? From 4 on
 * that is sure. */
static int
may_be_zstd(const char *p, size_t n)
{
	const char *const magic[] = { "\x28\xb5\x2f\xfd", "\x50\x2a\x4d\x18" };
	size_t most = n < 4 ? n : 4;

	if (n && (*p & 0xf0) == 0x50)   /* 0x50 .. 0x5f */
		return !memcmp(p + 1, magic[1] + 1, most - 1);
	return !memcmp(p, magic[0], most);
}

/* What other programs have compressed is told, with its cure. */
static void
refuse_packed(const struct in *in)
{
	static const char *const magic[] = { "\x1f\x8b", "\xfd" "7zXZ" };
	static const char *const tool[] = { "zcat", "xzcat" };

	for (size_t i = 0; i < 2; i++)
		if (in->len >= strlen(magic[i]) &&
		    !memcmp(in->text, magic[i], strlen(magic[i])))
			die("%s: compressed, and not by zstd: %s unpacks it, "
				"as in <(%s FILE) instead of FILE", in->name,
				tool[i], tool[i]);
}

void
raw_begin(struct in *in)
{
	in->cap = CHUNK;
	in->text = xmalloc(in->cap + 1);
	/* no longer than it takes to tell: a line may wait for its answer */
	while (in->len < 4 && may_be_zstd(in->text, in->len)) {
		size_t n = read_some(in, in->text + in->len,
			CHUNK - in->len);
		in->len += n;
		if (!n) {
			in->eof = 1;
			return;
		}
	}
	refuse_packed(in);
	if (!may_be_zstd(in->text, in->len))
		return;
	in->zstd = ZSTD_createDCtx();
	in->raw = xmalloc(CHUNK);
	memcpy(in->raw, in->text, in->len);
	in->raw_len = in->len;
	in->len = 0;
}

static _Noreturn void
fail_unpack(const struct in *in, size_t code)
{
	if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge)
		in_fail(in, "compressed with a window above 128 MB: unpack it "
			"by zstd -dc --long=31");
	if (ZSTD_getErrorCode(code) == ZSTD_error_dictionary_wrong)
		in_fail(in, "compressed with a zstd dictionary: unpack it by "
			"zstd -dc -D DICTIONARY");
	if (ZSTD_getErrorCode(code) == ZSTD_error_prefix_unknown && in->frames)
		in_fail(in, "something else follows the zstd data");
	in_fail(in, "broken zstd data: %s", ZSTD_getErrorName(code));
}

/* Decompress into to; 0 at the end of the input. */
static size_t
unpack(struct in *in, char *to, size_t n)
{
	ZSTD_outBuffer out = { to, n, 0 };

	while (!out.pos) {
		if (in->raw_at == in->raw_len && !in->full) {
			in->raw_at = 0;
			in->raw_len = read_some(in, in->raw, CHUNK);
			if (!in->raw_len) {
				if (in->mid_frame && !in->cut)
					in_fail(in, "truncated zstd data");
				return 0;
			}
		}
		ZSTD_inBuffer raw = { in->raw, in->raw_len, in->raw_at };
		size_t left = ZSTD_decompressStream(in->zstd, &out, &raw);
		in->raw_at = raw.pos;
		if (ZSTD_isError(left))
			fail_unpack(in, left);
		in->mid_frame = left > 0;
		in->full = left > 0 && out.pos == out.size;
		in->frames |= !left;
	}
	return out.pos;
}

size_t
raw_read(struct in *in, char *to, size_t n)
{
	return in->zstd ? unpack(in, to, n) : read_some(in, to, n);
}
