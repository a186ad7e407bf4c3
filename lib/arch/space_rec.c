#include <string.h>
#include "space_rec.h"
#include "task_rec.h"

int
space_read(struct space *s, struct task *t, const char *path)
{
	struct task none = task_unknown();
	struct rec r = { 0 };
	struct why why;
	struct in in;

	in_open(&in, path);
	int found = rec_get(&in, &r);
	if (found) {
		const json_t *j = json_object_get(r.json, "space");
		if (space_from_json(s, j, &why)) {
			if (!j)
				rec_fail(&in, &r, why.text);
			in_fail(&in, "%s", why.text);
		}
		*t = task_rec_get(&in, &r, &none);
		if (task_check(t, choice_max(&s->choice[GENE_ENCODER_EMBED]),
		    choice_max(&s->choice[GENE_DECODER_EMBED]), &why))
			in_fail(&in, "%s", why.text);
		if (rec_get(&in, &r))
			in_fail(&in, "want one space record only");
	}
	in_close(&in);
	return found;
}

void
space_load(struct space *s, struct task *t, const char *path)
{
	if (!space_read(s, t, path))
		die("%s: no space record", !path || !strcmp(path, "-") ?
			"stdin" : path);
}

const char *
space_named(const char *option, const struct opt_list *files)
{
	if (option && files->n)
		die_usage("--space and %s: want one space", files->at[0]);
	return option ? option : files->n ? files->at[0] : NULL;
}
