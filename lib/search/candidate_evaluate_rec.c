/* --evaluate: another program scores candidates, in any order. */
#include <string.h>
#include "candidate_rec.h"
#include "rec/out.h"

/* It has ended too early. What it has answered out of order is printed. */
static _Noreturn void
lost(struct search_rec *s)
{
	struct buf how = { 0 };
	const struct waiting *first = NULL;
	size_t left = 0;

	for (size_t i = 0; i < s->n_waiting; i++)
		if (s->waiting[i].line.len)
			candidate_print(s, &s->waiting[i].line);
		else if (!left++)
			first = &s->waiting[i];
	if (!outside_end(&s->scorer, &how))
		buf_str(&how, "ended");
	die("--evaluate \"%s\" %s before all had an answer: %zu are left (the "
		"first: %s); %s%s", s->o->evaluate, how.data, left, first->id,
		s->journal.path ? "all answers are in " : "with --resume FILE "
		"a search can go on from its answers", s->journal.path ?
		s->journal.path : "");
}

void
evaluate_send(struct search_rec *s)
{
	struct outside *o = &s->scorer;

	if (!o->p.pid)
		outside_start(o, "--evaluate", s->o->evaluate);
	for (size_t i = 0; i < s->n_waiting; i++) {
		struct waiting *x = &s->waiting[i];
		if (x->sent || x->line.len)
			continue;
		coprocess_put(&o->p, x->head.data, x->head.len);
		coprocess_put(&o->p, "}\n", 2);
		x->sent = 1;
	}
	if (s->o->batchwise)
		coprocess_finish(&o->p);
}

void
evaluate_take(struct search_rec *s)
{
	struct outside *o = &s->scorer;
	struct waiting *w = NULL;
	struct buf own = { 0 }, b = { 0 };
	struct why why;

	if (!outside_next(o))
		lost(s);
	for (size_t i = 0; i < s->n_waiting && !w; i++)
		if (!s->waiting[i].line.len &&
		    !strcmp(s->waiting[i].id, o->id))
			w = &s->waiting[i];
	if (!w)
		outside_fail(o, "arch_id \"%s\": it was not given, or has its "
			"answer", o->id);
	buf_printf(&own, "%s,\"iteration\":0,\"rule\":0,\"result\":0%s}",
		w->head.data, s->o->measure ? ",\"measured_ms\":0,"
		"\"corrected_ms\":0" : "");
	outside_members(o, own.data, &b);
	if (candidate_finish(s, w, &b, &why))
		outside_fail(o, "%s", why.text);
	buf_free(&own);
	buf_free(&b);
}

void
evaluate_end(struct search_rec *s)
{
	struct buf how = { 0 };

	if (outside_end(&s->scorer, &how))
		warn("--evaluate \"%s\" %s", s->o->evaluate, how.data);
	buf_free(&how);
}
