#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include "in.h"
#include "mem.h"
#include "sig.h"

enum { CHUNK = 1 << 17 };

_Noreturn void
in_fail(const struct in *in, const char *fmt, ...)
{
	char reason[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(reason, sizeof reason, fmt, ap);
	va_end(ap);
	if (in->line)
		die("%s:%ld: %s", in->name, in->line, reason);
	die("%s: %s", in->name, reason);
}

/* Read more from fd; 0 at the end. A deferred signal ends the input. */
static size_t
read_some(struct in *in, char *to, size_t n)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	/* signals restart a read, but not a poll */
	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		if (sig_pending())
			return 0;
	ssize_t got = read(in->fd, to, n);
	if (got < 0)
		die("%s: %s", in->name, strerror(errno));
	return (size_t)got;
}

static int
is_zstd(const char *p, size_t n)
{
	return n >= 4 && !memcmp(p, "\x28\xb5\x2f\xfd", 4);
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
in_open(struct in *in, const char *path)
{
	int std = !path || !strcmp(path, "-");

	*in = (struct in){ .name = std ? "stdin" : path };
	in->fd = std ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		die("%s: %s", path, strerror(errno));
	in->cap = CHUNK;
	in->text = xmalloc(in->cap + 1);
	/* a first byte decides whether the other three are worth waiting for */
	while (in->len < 4) {
		size_t n = read_some(in, in->text + in->len, in->len ?
			4 - in->len : CHUNK);
		in->len += n;
		if (!n) {
			in->eof = 1;
			break;
		}
		if (in->text[0] != '\x28')
			break;
	}
	refuse_packed(in);
	if (!is_zstd(in->text, in->len))
		return;
	in->zstd = ZSTD_createDCtx();
	in->raw = xmalloc(in->len > CHUNK ? in->len : CHUNK);
	memcpy(in->raw, in->text, in->len);
	in->raw_len = in->len;
	in->len = 0;
}

void
in_close(struct in *in)
{
	if (in->fd > 0)
		close(in->fd);
	ZSTD_freeDCtx(in->zstd);
	free(in->raw);
	free(in->text);
	*in = (struct in){ .fd = -1 };
}

/* Decompress into to; 0 at the end of the input. */
static size_t
unpack(struct in *in, char *to, size_t n)
{
	ZSTD_outBuffer out = { to, n, 0 };

	while (!out.pos) {
		if (in->raw_at == in->raw_len) {
			in->raw_at = 0;
			in->raw_len = read_some(in, in->raw, CHUNK);
			if (!in->raw_len) {
				if (in->mid_frame)
					in_fail(in, "truncated zstd data");
				return 0;
			}
		}
		ZSTD_inBuffer raw = { in->raw, in->raw_len, in->raw_at };
		size_t left = ZSTD_decompressStream(in->zstd, &out, &raw);
		in->raw_at = raw.pos;
		if (ZSTD_isError(left))
			in_fail(in, "broken zstd data: %s",
				ZSTD_getErrorName(left));
		in->mid_frame = left > 0;
	}
	return out.pos;
}

/* Get more text behind what is there; 0 at the end. */
static size_t
fill(struct in *in)
{
	if (in->eof)
		return 0;
	if (in->at) {
		memmove(in->text, in->text + in->at, in->len - in->at);
		in->len -= in->at;
		in->at = 0;
	}
	if (in->len == in->cap) {
		in->cap *= 2;
		in->text = xrealloc(in->text, in->cap + 1, 1);
	}
	size_t n = (in->zstd ? unpack : read_some)(in, in->text + in->len,
		in->cap - in->len);
	in->eof = !n;
	in->len += n;
	return n;
}

char *
in_line(struct in *in, size_t *len)
{
	size_t seen = 0;

	for (;;) {
		char *from = in->text + in->at;
		size_t n = in->len - in->at;
		char *nl = n > seen ? memchr(from + seen, '\n', n - seen) : NULL;
		if (!nl) {
			seen = n;
			if (fill(in))
				continue;
			if (!n)
				return NULL;
			from = in->text + in->at;
			nl = from + n;
			in->len++;   /* the missing newline */
		}
		*nl = 0;
		in->at = (size_t)(nl - in->text) + 1;
		in->line++;
		if (len)
			*len = (size_t)(nl - from);
		return from;
	}
}

/* Is there a whole line in the buffer with something in it? */
static int
has_line(const struct in *in)
{
	const char *p = in->text + in->at, *end = in->text + in->len, *nl;

	for (; (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1)
		for (; p < nl; p++)
			if (!isspace((unsigned char)*p))
				return 1;
	return 0;
}

int
in_ready(struct in *in, int ms)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	while (!in->eof && !has_line(in)) {
		if (in->raw_at == in->raw_len && poll(&p, 1, ms) <= 0)
			return 0;
		fill(in);
	}
	return 1;
}

char *
in_all(struct in *in, size_t *len, size_t max)
{
	while (in->len - in->at <= max && fill(in))
		;
	if (in->len - in->at > max)
		in_fail(in, "more than %zu bytes", max);
	/* the buffer itself, not a copy: it may hold most of the memory */
	char *all = in->text;
	*len = in->len - in->at;
	memmove(all, all + in->at, *len);
	all = xrealloc(all, *len + 1, 1);
	all[*len] = 0;
	in->text = NULL;
	in->at = in->len = in->cap = 0;
	return all;
}

char *
in_map(struct in *in, size_t *len)
{
	struct stat st;

	if (in->zstd || fstat(in->fd, &st) || !S_ISREG(st.st_mode) ||
	    !st.st_size)
		return NULL;
	*len = (size_t)st.st_size;
	char *p = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, in->fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

int
in_is_idle(void)
{
	return isatty(0);
}
