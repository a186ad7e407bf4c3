#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "abreast_rec.h"
#include "text_rec.h"

static void
open_all(struct abreast *r, const char *const *paths, size_t n)
{
	*r = (struct abreast){ .files = n };
	r->in = xcalloc(n, sizeof *r->in);
	for (size_t i = 0; i < n; i++)
		in_open(&r->in[i], paths[i]);
}

void
abreast_open_columns(struct abreast *r, const char *const *paths, size_t n,
	const char *for_what)
{
	*r = (struct abreast){ .files = 1, .tabs = 1 };
	r->in = xcalloc(1, sizeof *r->in);
	in_open_list(r->in, paths, n, for_what);
}

/* All files are read to the end: they have the same number of lines. */
static void
compare_lines(const struct abreast *r)
{
	for (size_t i = 1; i < r->files; i++) {
		const struct in *a = &r->in[0], *b = &r->in[i];
		if (a->line == b->line)
			continue;
		if (a->line > b->line) {
			a = b;
			b = &r->in[0];
		}
		die("%s has %ld line%s, %s has %ld: where lines are missing, "
			"sentences stand beside the wrong ones",
			a->name, a->line, a->line == 1 ? "" : "s", b->name,
			b->line);
	}
}

static void
read_to_ends(struct abreast *r)
{
	for (size_t i = 0; i < r->files; i++)
		while (in_line(&r->in[i], NULL))
			;
	compare_lines(r);
}

void
abreast_open_files(struct abreast *r, const char *const *paths, size_t n)
{
	struct stat st;
	size_t regular = 0, stdins = 0;

	for (size_t i = 0; i < n; i++) {
		int std = in_is_stdin(paths[i]);
		stdins += std;
		regular += !std && !stat(paths[i], &st) && S_ISREG(st.st_mode);
	}
	if (stdins > 1)
		die("stdin: only one of the texts can be read from it");
	open_all(r, paths, n);
	if (n > 1 && regular == n) {
		read_to_ends(r);
		abreast_close(r);
		open_all(r, paths, n);
	}
	r->at = xcalloc(n, sizeof *r->at);
	r->n = n;
}

static int
next_lines(struct abreast *r)
{
	size_t there = 0;

	for (size_t i = 0; i < r->files; i++) {
		r->at[i].s = text_line(&r->in[i], &r->at[i].len);
		there += !!r->at[i].s;
	}
	if (there && there < r->files)
		read_to_ends(r);
	return there > 0;
}

static int
next_columns(struct abreast *r)
{
	size_t len, before = r->n, n = 0;
	const char *line = text_line(r->in, &len), *end, *tab;

	if (!line)
		return 0;
	for (end = line + len; ; line = tab + 1) {
		tab = memchr(line, '\t', (size_t)(end - line));
		r->at = xroom(r->at, &r->cap, n + 1, sizeof *r->at);
		r->at[n++] = (struct span){ line,
			(size_t)((tab ? tab : end) - line) };
		if (!tab)
			break;
	}
	r->n = n;
	if (before && n != before)
		in_fail(r->in, "%zu column%s, but %zu in the lines before: a "
			"TAB inside a sentence?", n, n == 1 ? "" : "s",
			before);
	return 1;
}

int
abreast_next(struct abreast *r)
{
	return r->tabs ? next_columns(r) : next_lines(r);
}

struct in *
abreast_in(const struct abreast *r, size_t column)
{
	return &r->in[r->tabs ? 0 : column];
}

void
abreast_close(struct abreast *r)
{
	for (size_t i = 0; i < r->files; i++)
		in_close(&r->in[i]);
	free(r->in);
	free(r->at);
	*r = (struct abreast){ 0 };
}
