/* Dictionaries from files: apart from dict.c because this may die. */
#include <stdlib.h>
#include "dict.h"
#include "in.h"

enum { FILE_MAX = 1 << 30 };   /* bytes */

void
dict_load(struct dict *d, const char *path)
{
	struct in in;
	struct why why;
	size_t len;

	in_open(&in, path);
	char *bytes = in_all(&in, &len, FILE_MAX);
	if (dict_parse_lines(d, bytes, len, &in.line, &why))
		in_fail(&in, "%s", why.text);
	if (!len)
		in_fail(&in, "an empty dictionary");
	free(bytes);
	in_close(&in);
}
