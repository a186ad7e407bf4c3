#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "die.h"
#include "sig.h"
#include "utf8.h"

/* The length of a character that may be shown as it is; 0: it could do
 * something to a terminal, or is no UTF-8. */
static size_t
shown_len(const unsigned char *p)
{
	if (*p < 0x80)
		return *p >= ' ' && *p < 0x7f;
	size_t n = utf8_char((const char *)p, 4);
	/* further controls; line ends, and those that turn what follows */
	if ((*p == 0xc2 && p[1] < 0xa0) || (*p == 0xe2 && ((p[1] == 0x80 &&
	    ((p[2] >= 0xa8 && p[2] <= 0xae) || p[2] == 0x8e || p[2] == 0x8f)) ||
	    (p[1] == 0x81 && p[2] >= 0xa6 && p[2] <= 0xa9))))
		return 0;
	return n;
}

void
put_shown(FILE *f, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	for (size_t n; *p; p += n ? n : 1)
		if ((n = shown_len(p)))
			fwrite(p, 1, n, f);
		else if (*p == '\n' || *p == '\t' || *p == '\r')
			fprintf(f, "\\%c", *p == '\n' ? 'n' : *p == '\t' ? 't' :
				'r');
		else
			fprintf(f, "\\x%02x", *p);
}

/* A line for stderr, written at once: others may write there, too. Where there
 * is no memory for it, piece by piece. */
struct line {
	char *text;
	size_t len;
	FILE *f;
};

static void
line_begin(struct line *l)
{
	if (!(l->f = open_memstream(&l->text, &l->len)))
		l->f = stderr;
}

static void
line_end(struct line *l)
{
	if (l->f == stderr)
		return;
	fclose(l->f);
	fwrite(l->text, 1, l->len, stderr);
	free(l->text);
}

static void
vwarn(const char *fmt, va_list ap)
{
	char some[1024], *all = some;
	struct line l;
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(some, sizeof some, fmt, ap);
	/* cut, where there is no memory for more */
	if (n >= (int)sizeof some && (all = malloc((size_t)n + 1)))
		vsnprintf(all, (size_t)n + 1, fmt, again);
	va_end(again);
	fflush(stdout);
	line_begin(&l);
	put_shown(l.f, program_invocation_short_name);
	fputs(": ", l.f);
	put_shown(l.f, all ? all : some);
	fputc('\n', l.f);
	line_end(&l);
	if (all != some)
		free(all);
}

void
warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
}

_Noreturn void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
	sig_clean_up();
	exit(1);
}

_Noreturn void
die_usage(const char *fmt, ...)
{
	struct line l;
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
	line_begin(&l);
	fputs("try: ", l.f);
	put_shown(l.f, program_invocation_short_name);
	fputs(" --help\n", l.f);
	line_end(&l);
	sig_clean_up();
	exit(2);
}

int
why_set(struct why *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (why)
		vsnprintf(why->text, sizeof why->text, fmt, ap);
	va_end(ap);
	return -1;
}
