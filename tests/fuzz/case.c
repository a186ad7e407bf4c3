/* case.c - one run of a program from bytes, for fuzzing and for replaying. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "case.h"

enum { DATA_MAX = 1 << 18 };

static void *
need(void *p)
{
	if (!p)
		abort();
	return p;
}

/* Has added, among its words, "!" before what word begins with? */
static int
is_refused(const char *word, const char *added)
{
	for (const char *p = added; (p = strchr(p, '!')); ) {
		size_t n = strcspn(++p, " ");
		if (n && !strncmp(word, p, n))
			return 1;
	}
	return 0;
}

/* Split text at blanks into argv; 0, or -1 where a word may not be. */
static int
add_words(struct fuzz_case *c, char *text, const char *added)
{
	char *save;

	for (char *w = strtok_r(text, " ", &save); w;
	    w = strtok_r(NULL, " ", &save)) {
		if (c->argc > CASE_WORDS || strchr(w, '/') ||
		    is_refused(w, added))
			return -1;
		if (*w == '!')
			continue;
		c->argv[c->argc++] = w;
	}
	return 0;
}

/* The end of the data that a header speaks of. */
static size_t
data_end(const char *header, size_t len)
{
	static const char key[] = "\"data_offsets\":[";
	size_t most = 0;
	char *text = need(strndup(header, len)), *stop = text + strlen(text);

	for (char *p = text; (p = memmem(p, (size_t)(stop - p), key,
	    sizeof key - 1)); ) {
		strtoul(p += sizeof key - 1, &p, 10);
		size_t end = *p == ',' ? strtoul(p + 1, &p, 10) : 0;
		if (end > most && end <= DATA_MAX)
			most = end;
	}
	free(text);
	return most;
}

/* The header's length before it; data that lack are numbers in (-1, 1). */
static void
tensors_make(struct case_file *f, const char *from, size_t n)
{
	const char *nl = memchr(from, '\n', n);
	uint64_t head = nl ? (uint64_t)(nl - from) : n;
	size_t given = nl ? n - head - 1 : 0, data = data_end(from, head);

	data = data > given ? data : given;
	f->len = 8 + head + data;
	f->bytes = need(malloc(f->len));
	memcpy(f->bytes, &head, 8);
	memcpy(f->bytes + 8, from, head);
	char *to = f->bytes + 8 + head;
	if (given)
		memcpy(to, nl + 1, given);
	for (size_t i = given / 4; i < data / 4; i++) {
		float v = (float)((long)(i * 37 % 64) - 32) / 64;
		size_t at = 4 * i < given ? given : 4 * i;
		memcpy(to + at, (char *)&v + (at - 4 * i), 4 * (i + 1) - at);
	}
	if (data % 4 && data > given)
		memset(to + data / 4 * 4, 0, data % 4);
}

static void
file_make(struct fuzz_case *c, const char *mark, const char *from, size_t n)
{
	struct case_file *f = &c->file[c->files++];
	int tensors = mark[2] == 't';
	const char *name = mark + 2 + tensors;
	size_t len;

	name += *name == ' ';
	len = strcspn(name, "\n");
	len = len < sizeof f->name ? len : sizeof f->name - 1;
	memcpy(f->name, name, len);
	f->name[len] = 0;
	if (strchr(f->name, '/') || !strcmp(f->name, ".") ||
	    !strcmp(f->name, ".."))
		strcpy(f->name, "odd");
	if (tensors) {
		tensors_make(f, from, n);
		return;
	}
	f->len = n;
	f->bytes = need(malloc(n + 1));
	memcpy(f->bytes, from, n);
}

int
case_parse(struct fuzz_case *c, const uint8_t *bytes, size_t len,
	const char *prog, const char *added)
{
	char *text = need(malloc(len + 1)), *end = text + len;
	char *mark = memcpy(text, bytes, len), *next;
	size_t words = strcspn((*end = 0, text), "\n");

	*c = (struct fuzz_case){ 0 };
	c->words = need(malloc(words + strlen(added) + 2));
	memcpy(c->words, text, words);
	c->words[words] = 0;
	strcpy(c->words + words + 1, added);
	c->argv[c->argc++] = (char *)(uintptr_t)prog;
	int bad = add_words(c, c->words, added) ||
		add_words(c, c->words + words + 1, added);
	for (mark = text + words; !bad && mark + 1 < end; mark = next) {
		mark++;
		char *from = memchr(mark, '\n', (size_t)(end - mark));
		if (strncmp(mark, "%%", 2) || c->files == CASE_FILES) {
			bad = 1;
			break;
		}
		from = from ? from : end;
		next = memmem(from, (size_t)(end - from), "\n%%", 3);
		next = next ? next : end;
		from += from < next;
		file_make(c, mark, from, (size_t)(next - from));
	}
	free(text);
	return bad ? -1 : 0;
}

void
case_free(struct fuzz_case *c)
{
	for (int i = 0; i < c->files; i++)
		free(c->file[i].bytes);
	free(c->words);
}

/* From the beginning, where it then is again, and no more. */
static int
put(int fd, const struct case_file *f)
{
	return fd >= 0 && (!f->len || pwrite(fd, f->bytes, f->len, 0) == (ssize_t)f->len) &&
		!ftruncate(fd, (off_t)f->len) ? 0 : -1;
}

int
case_write(const struct fuzz_case *c, int in)
{
	static const struct case_file nothing;
	const struct case_file *std = &nothing;

	for (int i = 0; i < c->files; i++) {
		const struct case_file *f = &c->file[i];
		if (!*f->name) {
			std = f;
			continue;
		}
		int fd = open(f->name, O_RDWR | O_CREAT | O_TRUNC, 0600);
		int failed = put(fd, f);
		if (fd >= 0)
			close(fd);
		if (failed)
			return -1;
	}
	return lseek(in, 0, SEEK_SET) ? -1 : put(in, std);
}
