#include <string.h>
#include "arch_rec.h"

struct task
task_opts_get(const struct task_opts *o)
{
	struct task t = task_unknown();

	if ((o->src_vocab && o->src_vocab < 4) ||
	    (o->tgt_vocab && o->tgt_vocab < 4))
		die_usage("a vocabulary has at least 4 words");
	t.src_vocab = (int)o->src_vocab;
	t.tgt_vocab = (int)o->tgt_vocab;
	if (t.src_vocab && t.tgt_vocab && t.src_vocab != t.tgt_vocab)
		t.share_all_embeddings = 0;
	return t;
}

struct task
task_rec_get(const struct in *in, const struct rec *r,
	const struct task *given)
{
	struct task own, t = *given;
	struct why why;

	if (task_from_json(&own, json_object_get(r->json, "task"), &why))
		in_fail(in, "%s", why.text);
	task_fill(&t, &own);
	return t;
}

struct arch
arch_rec_get(const struct in *in, const struct rec *r,
	const struct task *given, struct task *task)
{
	struct arch a;
	struct why why;

	if (arch_from_json(&a, json_object_get(r->json, "arch"), &why))
		in_fail(in, "%s", why.text);
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
		if (space_from_json(s, json_object_get(r.json, "space"), &why))
			in_fail(&in, "%s", why.text);
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
	rec_free(&r);
	in_close(&in);
}
