#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/descriptors.h"
#include "base/die.h"
#include "base/mem.h"
#include "base/path.h"
#include "journal.h"
#include "lock.h"
#include "rec.h"

static _Noreturn void
fail(const struct journal *j)
{
	die("%s: %s", j->path, strerror(errno));
}

/* A character or a word that is cut off is taken for wrong so far before the
 * end. */
enum { CUT = 8 };
static const char NO_RECORD[] = "no record", RETURN[] = "a CR at its end";

/* --- is it a journal? ---------------------------------------------------- */

static int
is_type(const json_t *v, enum member_type type)
{
	double x = json_number_value(v);

	switch (type) {
	case MEMBER_TEXT:
		return json_is_string(v);
	case MEMBER_OBJECT:
		return json_is_object(v);
	case MEMBER_COUNT:
		return json_is_number(v) && x >= 0 && x <= 0x1p53 &&
			x == floor(x);
	default:
		return json_is_null(v) || (json_is_number(v) && x >= 0);
	}
}

/* Is it a whole first line that says what the records are of? */
static int
is_head(const struct journal_kind *k, const char *line, size_t len)
{
	json_t *r = k->head ? json_loadb(line, len, 0, NULL) : NULL;
	int is = json_object_size(r) == 1 && line[len - 1] == '}' &&
		json_is_object(json_object_get(r, k->head));

	json_decref(r);
	return is;
}

/* NULL, or what is wrong with this line. partial: set where it is none, but
 * may be the beginning of one. */
static const char *
wrong_line(const struct journal_kind *k, const char *line, size_t len,
	int *partial)
{
	const char *wrong = NULL;
	json_error_t e;

	*partial = 0;
	if (len && line[len - 1] == '\r' &&
	    (is_head(k, line, len - 1) ||
	    !wrong_line(k, line, len - 1, partial)))
		return RETURN;
	if (*line != '{' || memchr(line, 0, len))
		return NO_RECORD;
	json_t *r = rec_tree(line, len, &e);
	if (!r)
		*partial = e.position + CUT >= (int)len;
	if (!json_is_object(r) || line[len - 1] == '\r') {
		json_decref(r);
		return NO_RECORD;
	}
	for (const struct journal_member *m = k->member; m->name; m++) {
		const char *dot = strchr(m->name, '.');
		const json_t *in = dot ? json_object_getn(r, m->name,
			(size_t)(dot - m->name)) : r;
		if (!is_type(json_object_get(in, dot ? dot + 1 : m->name),
		    m->type))
			wrong = m->name;
	}
	json_decref(r);
	return wrong;
}

/* May a process have died while it wrote a record with this word first? */
static int
begins(const char *word, const char *text, size_t len)
{
	size_t n = strlen(word);

	return strstr(text, word) || (len <= n + 1 && *text == '{' &&
		!memcmp(text + 1, word, len - 1));
}

/* Or the first record of all? */
static int
is_begun(const struct journal_kind *k, const char *text, size_t len)
{
	char head[32];

	snprintf(head, sizeof head, "\"%s\":", k->head ? k->head : "");
	return begins(k->word, text, len) || (k->head &&
		begins(head, text, len));
}

static _Noreturn void
refuse(const struct journal *j, const struct journal_kind *k, long line,
	const char *wrong)
{
	const char *what = strcmp(wrong, NO_RECORD) ? "no right " : "";

	if (wrong == RETURN)
		die("%s:%ld: the line ends in CR LF: sed -i 's/\\r$//' takes "
			"CR away from all lines", j->path, line);
	if (line > 1)
		die("%s:%ld: not a record of %s: %s%s", j->path, line, k->of,
			what, wrong);
	die("%s: not a journal of %s (%s%s in line 1): name another file, or "
		"remove it", j->path, k->of, what, wrong);
}

/* Dies unless all of size bytes may be a journal of this kind. */
static void
check(struct journal *j, const struct journal_kind *k, size_t size)
{
	const char *p = j->text, *end = p + size, *nl, *wrong;
	long line = 1;
	int partial;

	for (; (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1, line++)
		if (line == 1 && is_head(k, p, (size_t)(nl - p)))
			j->headed = 1;
		else if ((wrong = wrong_line(k, p, (size_t)(nl - p), &partial)))
			refuse(j, k, line, wrong);
	j->len = (size_t)(p - j->text);
	j->torn = p < end;
	/* a crash of the machine may leave zeros */
	size_t zeros = 0;
	while (p + zeros < end && !p[zeros])
		zeros++;
	if (!j->torn || (line > 1 && p + zeros == end) ||
	    (line == 1 && is_head(k, p, (size_t)(end - p))))
		return;
	wrong = wrong_line(k, p, (size_t)(end - p), &partial);
	if (wrong && (!partial || (line == 1 &&
	    !is_begun(k, p, (size_t)(end - p)))))
		refuse(j, k, line, wrong);
}

static void
check_name(const char *path)
{
	if (!strcmp(path, "-"))
		die("-: a journal must be a plain file");
	if (ends_in(path, ".zst"))
		die("%s: a journal is not compressed: leave out .zst", path);
}

static void
check_file(const struct journal *j, const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		die("%s: a journal must be a plain file", j->path);
	if (path_standard(st))
		die("%s: is also %s: a journal must be a file of its own",
			j->path, path_standard(st));
}

/* --- reading and writing ------------------------------------------------- */

static void
read_all(struct journal *j, size_t size)
{
	size_t have = 0;

	j->text = xmalloc(size + 1);
	while (have < size) {
		ssize_t n = read(j->fd, j->text + have, size - have);
		if (n < 0)
			fail(j);
		if (!n)
			die("%s: became shorter while it was read", j->path);
		have += (size_t)n;
	}
	j->text[size] = 0;
}

void
journal_open(struct journal *j, const char *path, const struct journal_kind *k)
{
	struct stat st;

	*j = (struct journal){ .path = path, .fd = -1 };
	if (!path)
		return;
	check_name(path);
	/* what it can't be, before a file is made or a pipe opened */
	if (!stat(path, &st))
		check_file(j, &st);
	j->fd = open(path, O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY |
		O_CLOEXEC, 0666);
	if (j->fd < 0 || fstat(j->fd, &st))
		fail(j);
	check_file(j, &st);
	switch (lock_try(j->fd)) {
	case LOCK_BUSY:
		die("%s: another process is writing this journal", path);
	case LOCK_UNKNOWN:
		lock_missing(path);
		break;
	default:
		break;
	}
	/* who had the lock may have written since */
	if (fstat(j->fd, &st))
		fail(j);
	read_all(j, (size_t)st.st_size);
	check(j, k, (size_t)st.st_size);
	j->text[j->len] = 0;
	if (lseek(j->fd, (off_t)j->len, SEEK_SET) < 0)
		fail(j);
}

/* Cut off what follows the whole lines that are kept. */
static void
cut(struct journal *j)
{
	if (ftruncate(j->fd, (off_t)j->len) ||
	    lseek(j->fd, (off_t)j->len, SEEK_SET) < 0)
		fail(j);
	j->torn = 0;
}

const char *
journal_next(struct journal *j, size_t *len)
{
	if (j->at == j->len)
		return NULL;
	char *line = j->text + j->at;
	char *nl = memchr(line, '\n', j->len - j->at);
	*nl = 0;
	*len = (size_t)(nl - line);
	j->at += *len + 1;
	return line;
}

void
journal_cut(struct journal *j)
{
	if (!j->path)
		return;
	j->len = j->at;
	cut(j);
}

void
journal_add(struct journal *j, const char *line, size_t len)
{
	if (!j->path)
		return;
	if (j->torn)
		cut(j);
	if (write_all(j->fd, line, len))
		fail(j);
}

void
journal_sync(const struct journal *j)
{
	if (j->path && fsync(j->fd))
		fail(j);
}

void
journal_close(struct journal *j)
{
	if (!j->path)
		return;
	if (j->torn)
		cut(j);
	if (fsync(j->fd) || close(j->fd))
		fail(j);
	free(j->text);
	*j = (struct journal){ .fd = -1 };
}
