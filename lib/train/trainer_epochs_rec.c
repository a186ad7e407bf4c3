#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/die.h"
#include "base/mem.h"
#include "base/path.h"
#include "trainer.h"

/* Where the file's name begins, and where ".safetensors" and what follows do:
 * the number of the epoch comes in between. */
struct parts {
	const char *file, *tail;
};

static struct parts
split(const char *output)
{
	const char *slash = strrchr(output, '/');
	struct parts p = { slash ? slash + 1 : output, NULL };

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
	long epoch = strtol(digits, &end, 10);
	return strcmp(end, p->tail) ? 0 : epoch;
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

void
epochs_prune(const char *output, long from, long to)
{
	struct parts p = split(output);
	struct buf path = { 0 };
	const struct dirent *e;

	if (p.file == output)
		buf_str(&path, "./");
	buf_add(&path, output, (size_t)(p.file - output));
	size_t folder = path.len;
	DIR *d = opendir(path.data);
	if (!d)
		die("%s: %s", path.data, strerror(errno));
	while ((e = readdir(d))) {
		long epoch = epoch_of(&p, e->d_name);
		if (!epoch || (epoch >= from && epoch <= to))
			continue;
		path.len = folder;
		buf_str(&path, e->d_name);
		if (unlink(path.data))
			die("%s: %s", path.data, strerror(errno));
	}
	closedir(d);
	buf_free(&path);
}
