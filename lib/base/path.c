#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "mem.h"
#include "path.h"

enum { LINKS_MAX = 40 };

const char *
path_file(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *
path_folder(const char *path)
{
	size_t n = (size_t)(path_file(path) - path);
	struct buf b = { 0 };

	while (n > 1 && path[n - 1] == '/')
		n--;
	buf_add(&b, n ? path : ".", n ? n : 1);
	return b.data;
}

/* In /proc a link may stand for an open file that has no name. */
static int
is_in_proc(const char *path)
{
	struct statfs fs;
	char *folder = path_folder(path);
	int is = !statfs(folder, &fs) && fs.f_type == PROC_SUPER_MAGIC;

	free(folder);
	return is;
}

/* What a link says, seen from where the link is; NULL if it is none. */
static char *
follow(const char *path)
{
	char to[PATH_MAX];
	ssize_t n = readlink(path, to, sizeof to - 1);
	struct buf b = { 0 };

	if (n < 0)
		return NULL;
	to[n] = 0;
	if (*to != '/')
		buf_add(&b, path, (size_t)(path_file(path) - path));
	buf_str(&b, to);
	return b.data;
}

char *
path_target(const char *path)
{
	char *at = xstrdup(path), *next = NULL;

	for (int i = 0; i < LINKS_MAX; i++) {
		if (is_in_proc(at) || !(next = follow(at)))
			return at;
		free(at);
		at = next;
	}
	free(at);
	errno = ELOOP;
	return NULL;
}

static int
same_inode(const char *a, const char *b)
{
	struct stat x, y;

	return !stat(a, &x) && !stat(b, &y) && x.st_ino == y.st_ino &&
		x.st_dev == y.st_dev;
}

int
path_descriptor(const char *target)
{
	const char *digits = path_file(target);
	char *folder, *end;
	int fd = -1;

	if (!is_in_proc(target))
		return -1;
	folder = path_folder(target);
	if (isdigit((unsigned char)*digits)) {
		long n = strtol(digits, &end, 10);
		fd = *end ? -1 : !same_inode(folder, "/proc/self/fd") ||
			n > INT_MAX ? -2 : (int)n;
	}
	free(folder);
	return fd;
}

int
path_same(const char *a, const char *b)
{
	struct stat x, y;
	int there = !stat(a, &x);

	if (there != !stat(b, &y))
		return 0;
	if (there)
		return S_ISREG(x.st_mode) && x.st_ino == y.st_ino &&
			x.st_dev == y.st_dev;
	char *s = path_target(a), *t = path_target(b);
	int same = 0;
	if (s && t && !strcmp(path_file(s), path_file(t))) {
		char *f = path_folder(s), *g = path_folder(t);
		same = same_inode(f, g);
		free(f);
		free(g);
	}
	free(s);
	free(t);
	return same;
}

const char *
path_standard(const struct stat *st)
{
	static const char *const names[] = { "stdin", "stdout", "stderr" };
	struct stat std;

	for (int fd = 0; S_ISREG(st->st_mode) && fd <= 2; fd++)
		if (!fstat(fd, &std) && std.st_ino == st->st_ino &&
		    std.st_dev == st->st_dev)
			return names[fd];
	return NULL;
}
