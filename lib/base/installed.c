#include <limits.h>
#include <unistd.h>
#include "installed.h"
#include "mem.h"

char *
installed_find(const char *name, const char *source)
{
	char program[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", program, sizeof program);
	struct buf path = { 0 };

	while (len > 0 && program[len - 1] != '/')
		len--;
	if (len <= 0)
		return NULL;
	buf_add(&path, program, (size_t)len);
	buf_printf(&path, "../share/milliner/%s", name);
	if (!access(path.data, R_OK))
		return path.data;
	buf_clear(&path);
	buf_add(&path, program, (size_t)len);
	buf_printf(&path, "../../../data/%s", source);
	if (!access(path.data, R_OK))
		return path.data;
	buf_free(&path);
	return NULL;
}
