#include "task_rec.h"

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
