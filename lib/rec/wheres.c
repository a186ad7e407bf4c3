#include <stdlib.h>
#include "wheres.h"

void
wheres_parse(struct wheres *w, const struct opt_list *texts)
{
	struct why why;

	w->n = texts->n;
	w->at = xcalloc(w->n, sizeof *w->at);
	for (size_t i = 0; i < w->n; i++)
		if (where_parse(&w->at[i], texts->at[i], &why))
			die_usage("--where: %s", why.text);
}

int
wheres_keep(const struct wheres *w, const struct in *in, const char *text)
{
	struct why why;
	int keep = 1;

	if (!w->n)
		return 1;
	json_t *j = json_loads(text, JSON_DECODE_INT_AS_REAL, NULL);
	for (size_t i = 0; i < w->n && keep; i++)
		if ((keep = where_keep(&w->at[i], j, &why)) < 0) {
			if (in)
				in_fail(in, "--where: %s", why.text);
			die("--where: %s", why.text);
		}
	json_decref(j);
	return keep;
}

void
wheres_free(struct wheres *w)
{
	free(w->at);
	*w = (struct wheres){ 0 };
}
