#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "die.h"
#include "journal.h"
#include "mem.h"

static _Noreturn void
fail(const struct journal *j)
{
	die("%s: %s", j->path, strerror(errno));
}

void
journal_open(struct journal *j, const char *path)
{
	struct stat st;

	*j = (struct journal){ .path = path, .fd = -1 };
	if (!path)
		return;
	j->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (j->fd < 0 || fstat(j->fd, &st))
		fail(j);
	if (!S_ISREG(st.st_mode))
		die("%s: a journal must be a plain file", path);
	if (flock(j->fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			fail(j);
		die("%s: another process is writing this journal", path);
	}
	j->text = xmalloc((size_t)st.st_size + 1);
	for (ssize_t n; (n = read(j->fd, j->text + j->len,
	    (size_t)st.st_size - j->len)) != 0; j->len += (size_t)n)
		if (n < 0)
			fail(j);
	/* before anything is cut off: the path may be of something dear */
	if (j->len && j->text[0] != '{')
		die("%s: not a journal: it does not begin with a record", path);
	while (j->len && j->text[j->len - 1] != '\n')
		j->len--;
	j->text[j->len] = 0;
	if (ftruncate(j->fd, (off_t)j->len) ||
	    lseek(j->fd, (off_t)j->len, SEEK_SET) < 0)
		fail(j);
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
	if (ftruncate(j->fd, (off_t)j->at) ||
	    lseek(j->fd, (off_t)j->at, SEEK_SET) < 0)
		fail(j);
}

void
journal_add(struct journal *j, const char *line, size_t len)
{
	if (!j->path)
		return;
	while (len) {
		ssize_t n = write(j->fd, line, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail(j);
		line += n;
		len -= (size_t)n;
	}
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
	if (fsync(j->fd) || close(j->fd))
		fail(j);
	free(j->text);
	*j = (struct journal){ .fd = -1 };
}
