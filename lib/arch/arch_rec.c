#include <string.h>
#include "arch_rec.h"

struct arch
arch_rec_get(const struct in *in, const struct rec *r,
	const struct task *given, struct task *task)
{
	struct arch a;
	struct why why;

	const json_t *j = json_object_get(r->json, "arch");
	if (arch_from_json(&a, j, &why)) {
		if (!j)
			rec_fail(in, r, why.text);
		in_fail(in, "%s", why.text);
	}
	*task = task_rec_get(in, r, given);
	return a;
}

void
arch_id_member(struct buf *members, const struct rec *r, const struct arch *a)
{
	char id[ARCH_ID + 1];
	const char *has = json_string_value(json_object_get(r->json,
		"arch_id"));

	arch_id(a, id);
	if (!has || strcmp(has, id))
		member_text(members, "arch_id", id, ARCH_ID);
}

void
arch_load(struct arch *a, struct task *t, const char *path)
{
	struct task none = task_unknown();
	struct rec r = { 0 };
	struct in in;

	in_open(&in, path);
	if (!rec_get(&in, &r))
		die("%s: no arch record", in.name);
	*a = arch_rec_get(&in, &r, &none, t);
	if (rec_get(&in, &r))
		in_fail(&in, "want one arch record only");
	rec_free(&r);
	in_close(&in);
}
