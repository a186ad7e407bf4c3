#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/die.h"
#include "base/mem.h"
#include "base/path.h"
#include "rec/tensors.h"
#include "trainer.h"

/* Where the file's name begins, and where ".safetensors" and what follows do:
 * the number of the epoch comes in between. */
struct parts {
	const char *file, *tail;
};

static struct parts
split(const char *output)
{
	struct parts p = { path_file(output), NULL };

	for (const char *at = p.file; (at = strstr(at, ".safetensors")); at++)
		p.tail = at;
	if (!p.tail)
		p.tail = output + strlen(output);
	return p;
}

char *
epoch_name(const char *output, long epoch)
{
	struct parts p = split(output);
	struct buf b = { 0 };

	buf_add(&b, output, (size_t)(p.tail - output));
	buf_printf(&b, ".epoch%ld%s", epoch, p.tail);
	return b.data;
}

/* The epoch whose file has this name; 0 if it is of none. */
static long
epoch_of(const struct parts *p, const char *name)
{
	static const char word[] = ".epoch";
	size_t stem = (size_t)(p->tail - p->file), n = sizeof word - 1;
	char *end;

	if (strncmp(name, p->file, stem) || strncmp(name + stem, word, n))
		return 0;
	const char *digits = name + stem + n;
	if (*digits < '1' || *digits > '9')
		return 0;
	errno = 0;
	long epoch = strtol(digits, &end, 10);
	return errno || strcmp(end, p->tail) ? 0 : epoch;
}

int
epoch_is(const char *path, const void *output)
{
	struct parts p = split(output);
	char *file = path_target(path), *name = NULL;
	long epoch = file ? epoch_of(&p, path_file(file)) : 0;

	if (epoch)
		name = epoch_name(output, epoch);
	int is = name && path_same(path, name);
	free(name);
	free(file);
	return is;
}

/* Dies unless it is a file that a training has written. */
static void
check_weights(const char *path)
{
	struct why why;
	struct tensors ts;
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode))
		why_set(&why, "no file");
	else if (!tensors_try(&ts, path, &why)) {
		int ours = tensors_meta(&ts, "arch") &&
			tensors_meta(&ts, "task");
		tensors_free(&ts);
		if (ours)
			return;
		why_set(&why, "not written by train-super or train-sub");
	}
	die("%s: --keep-last-epochs removes epochs of --output, and this is "
		"none: rename it (%s)", path, why.text);
}

static void
add(struct epochs *e, long epoch)
{
	for (size_t i = 0; i < e->n; i++)
		if (e->at[i] == epoch)
			return;
	e->at = xrealloc(e->at, e->n + 1, sizeof *e->at);
	e->at[e->n++] = epoch;
}

void
epochs_find(struct epochs *e, const char *output)
{
	struct parts p = split(output);
	struct buf folder = { 0 };
	const struct dirent *d;

	buf_add(&folder, output, (size_t)(p.file - output));
	DIR *dir = opendir(folder.len ? folder.data : ".");
	if (!dir)
		die("%s: %s", folder.len ? folder.data : ".", strerror(errno));
	while ((d = readdir(dir))) {
		long epoch = epoch_of(&p, d->d_name);
		if (!epoch)
			continue;
		char *name = epoch_name(output, epoch);
		check_weights(name);
		free(name);
		add(e, epoch);
	}
	closedir(dir);
	buf_free(&folder);
}

void
epochs_save(struct epochs *e, const struct weights *w, const char *output,
	long epoch)
{
	char *name = epoch_name(output, epoch);

	weights_save(w, name);
	free(name);
	add(e, epoch);
}

void
epochs_prune(struct epochs *e, const char *output, long from, long to)
{
	size_t left = 0;

	for (size_t i = 0; i < e->n; i++) {
		long epoch = e->at[i];
		if (epoch >= from && epoch <= to) {
			e->at[left++] = epoch;
			continue;
		}
		char *name = epoch_name(output, epoch);
		if (unlink(name) && errno != ENOENT)
			die("%s: %s", name, strerror(errno));
		free(name);
	}
	e->n = left;
}
