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
#include "base/mem.h"
#include "base/path.h"
#include "base/sig.h"
#include "base/utf8.h"
#include "in.h"
#include "in_raw.h"

enum { LONG_LINE = 16 << 20 /* bytes */ };

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

int
in_is_stdin(const char *path)
{
	if (!path || !strcmp(path, "-"))
		return 1;
	char *target = path_target(path);
	int is = target && !path_descriptor(target);
	free(target);
	return is;
}

/* What is printed would be read again, for ever. */
static void
refuse_printed(const struct in *in)
{
	struct stat st, out;

	if (!fstat(in->fd, &st) && S_ISREG(st.st_mode) && !fstat(1, &out) &&
	    st.st_ino == out.st_ino && st.st_dev == out.st_dev)
		die("%s: is also stdout: what is printed would get into what "
			"is read", in->name);
}

/* Two readers of stdin would each get a part of it. What has been taken is
 * marked as what we open ourselves is. */
static int
take_stdin(void)
{
	if (fcntl(0, F_GETFD) & FD_CLOEXEC)
		die("stdin: is named for two inputs");
	fcntl(0, F_SETFD, FD_CLOEXEC);
	return 0;
}

void
in_open(struct in *in, const char *path)
{
	int std = in_is_stdin(path);

	*in = (struct in){ .name = std ? "stdin" : path };
	in->fd = std ? take_stdin() : open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		die("%s: %s", path, strerror(errno));
	refuse_printed(in);
	raw_begin(in);
}

void
in_wait_for(const char *what)
{
	if (what && in_is_idle())
		warn("waiting for %s on stdin, which is a terminal; "
			"Ctrl-D ends them", what);
}

void
in_check(const char *const *paths, size_t n)
{
	struct stat st;

	for (size_t i = 0; i < n; i++) {
		if (in_is_stdin(paths[i]))
			continue;
		if (access(paths[i], R_OK) || stat(paths[i], &st))
			die("%s: %s", paths[i], strerror(errno));
		if (S_ISDIR(st.st_mode))
			die("%s: %s", paths[i], strerror(EISDIR));
	}
}

void
in_open_list(struct in *in, const char *const *paths, size_t n,
	const char *for_what)
{
	in_check(paths, n);
	if (!n || in_is_stdin(paths[0]))
		in_wait_for(for_what);
	in_open(in, n ? paths[0] : NULL);
	in->want = for_what;
	in->files = n;
	if (n) {
		in->more = paths + 1;
		in->more_n = n - 1;
	}
}

const char *
in_all_names(const struct in *in)
{
	return in->files > 1 ? "the input" : in->name;
}

/* Go on with the next file; 0 where there is none. */
static int
next_file(struct in *in)
{
	const struct in old = *in;

	if (!in->more_n || in->stay)
		return 0;
	in_close(in);
	in_open(in, old.more[0]);
	in->want = old.want;
	in->before = old.before + old.lines;
	in->files = old.files;
	in->more = old.more + 1;
	in->more_n = old.more_n - 1;
	return 1;
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
	size_t n = raw_read(in, in->text + in->len, in->cap - in->len);
	in->eof = !n;
	in->len += n;
	return n;
}

/* Is every second of the first bytes NUL, and none of the others? */
static int
is_utf16(const char *p, size_t n)
{
	if (n < 2 || !p[0] == !p[1])
		return 0;
	for (size_t i = 2; i < n && i < 8; i++)
		if (!p[i] != !p[i - 2])
			return 0;
	return 1;
}

/* How many bytes of a text's beginning are a byte order mark. Dies where it is
 * none that we read. */
static size_t
begin_text(const struct in *in, const char *p, size_t n)
{
	if (n >= 2 && (!memcmp(p, "\xff\xfe", 2) ||
	    !memcmp(p, "\xfe\xff", 2) || is_utf16(p, n)))
		in_fail(in, "UTF-16, want UTF-8: convert it by iconv -f UTF-16 "
			"-t UTF-8");
	return utf8_mark(p, n);
}

/* Leave out the byte order marks that cat and paste put at a line's start and
 * behind its TABs; returns the line's new end. */
static char *
drop_marks(char *line, char *end)
{
	char *to = line;

	for (;;) {
		line += utf8_mark(line, (size_t)(end - line));
		char *tab = memchr(line, '\t', (size_t)(end - line));
		size_t n = (size_t)((tab ? tab + 1 : end) - line);
		memmove(to, line, n);
		to += n;
		if (!tab)
			return to;
		line = tab + 1;
	}
}

/* Devices and disks may have no end, and do have NUL bytes. The line's first
 * seen bytes have none. */
static void
refuse_endless(const struct in *in, const char *line, size_t len, size_t *seen)
{
	if (len < LONG_LINE)
		return;
	if (memchr(line + *seen, 0, len - *seen))
		die("%s:%ld: no text: a NUL byte in a line of more than %d MB",
			in->name, in->lines + 1, LONG_LINE >> 20);
	*seen = len;
}

char *
in_line(struct in *in, size_t *len)
{
	size_t seen = 0, without_nul = 0;

	for (;;) {
		char *from = in->text + in->at;
		size_t n = in->len - in->at;
		char *nl = n > seen ? memchr(from + seen, '\n', n - seen) :
			NULL;
		if (!nl) {
			seen = n;
			refuse_endless(in, from, n, &without_nul);
			if (fill(in))
				continue;
			if (!n && !in->cut && next_file(in)) {
				seen = without_nul = 0;
				continue;
			}
			if (!n || in->cut)
				return NULL;
			from = in->text + in->at;
			nl = from + n;
			in->len++;   /* the missing newline */
		}
		char *end = nl;
		if (!in->lines)
			in->marked = begin_text(in, from,
				(size_t)(nl - from)) > 0;
		if (!in->lines || in->marked)
			end = drop_marks(from, nl);
		*end = 0;
		in->at = (size_t)(nl - in->text) + 1;
		in->line = ++in->lines;
		if (len)
			*len = (size_t)(end - from);
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

/* Is the next file one whose opening may take long? */
static int
waits_for_next(const struct in *in)
{
	struct stat st;

	return in->more_n && (stat(in->more[0], &st) || !S_ISREG(st.st_mode));
}

int
in_ready(struct in *in, int ms)
{
	struct pollfd p = { .fd = in->fd, .events = POLLIN };

	while (!in->eof && !has_line(in)) {
		if (in->raw_at == in->raw_len && !in->full &&
		    poll(&p, 1, ms) <= 0)
			return 0;
		fill(in);
	}
	return in->at < in->len || !waits_for_next(in);
}

char *
in_all(struct in *in, size_t *len, size_t max)
{
	while (in->len - in->at <= max && fill(in))
		;
	if (in->cut)
		sig_die(sig_pending());
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
in_text(struct in *in, size_t *len, size_t max)
{
	int first = !in->lines;
	char *all = in_all(in, len, max);
	size_t mark = first ? begin_text(in, all, *len) : 0;

	*len -= mark;
	return memmove(all, all + mark, *len + 1);
}

char *
in_map(struct in *in, size_t *len)
{
	struct stat st;

	if (in->zstd || fstat(in->fd, &st) || !S_ISREG(st.st_mode) ||
	    !st.st_size || lseek(in->fd, 0, SEEK_CUR) != (off_t)in->len)
		return NULL;
	size_t n = (size_t)st.st_size;
	char *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, in->fd, 0);
	if (p == MAP_FAILED)
		return NULL;
	*len = n;
	return p;
}

int
in_is_idle(void)
{
	return isatty(0);
}

int
in_is_device(void)
{
	struct stat st;

	return !fstat(0, &st) && S_ISCHR(st.st_mode);
}
