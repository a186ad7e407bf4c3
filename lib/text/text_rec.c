#include <stdlib.h>
#include "base/utf8.h"
#include "rec/in.h"
#include "text_rec.h"

enum { FILE_MAX = 1 << 30 };   /* bytes */

void
dict_load(struct dict *d, const char *path)
{
	struct in in;
	struct why why;
	size_t len;

	in_open(&in, path);
	char *bytes = in_text(&in, &len, FILE_MAX);
	if (dict_parse_lines(d, bytes, len, &in.line, &why))
		in_fail(&in, "%s", why.text);
	if (!len)
		in_fail(&in, "an empty dictionary");
	free(bytes);
	in_close(&in);
}

char *
text_line(struct in *in, size_t *len)
{
	char *line = in_line(in, len);

	if (line && utf8_valid(line, *len) < *len)
		in_fail(in, NOT_UTF8, utf8_valid(line, *len) + 1);
	return line;
}
