/* Drawing relative clauses. */
#include "draw.h"

enum { TRIES = 200 };

static struct np *
relative_np(struct generator *d, const struct np *head)
{
	struct np *n = np_new(d, NP_RELATIVE);

	n->agr = head->agr;
	n->life = head->life;
	n->classes = head->classes;
	return n;
}

/* The head does it, or somebody of the head's does. */
static struct clause *
relative_subject(struct generator *d, const struct np *head,
	const struct verb *v, int whose)
{
	const struct noun *x = whose ? draw_noun(d, &d->lex->kin) : NULL;
	struct clause *c;
	struct np *n;

	if (!classes_meet(&v->subject, x ? &x->classes : &head->classes))
		return NULL;
	c = clause_new(d, v);
	if (x) {
		n = np_noun(d, x);
		n->agr.plural = x->gender == MANY;
		n->det = DET_WHOSE;
		n->owner = head->agr;
	} else
		n = relative_np(d, head);
	c->subject = n;
	c->agr = n->agr;
	return c;
}

/* Somebody does it to the head. NULL where German could be read the other
 * way round: "die Frau, die das Kind sieht". */
static struct clause *
relative_object(struct generator *d, const struct np *head,
	const struct verb *v)
{
	struct clause *c;
	int i = 0, person = classes_meet(&v->subject, &d->lex->person);

	while (i < v->args && !(v->arg[i].kind <= ARG_PREP &&
	    classes_meet(&v->arg[i].classes, &head->classes)))
		i++;
	if (i == v->args || !person)
		return NULL;
	c = clause_new(d, v);
	c->subject = draw_subject(d, &v->subject, 1);
	if (!c->subject || (c->subject->kind == NP_NOUN &&
	    c->subject->noun == head->noun))
		return NULL;
	if (v->arg[i].kind == ARG_ACC && !np_is_marked(c->subject) &&
	    !np_is_marked(head) && classes_meet(&head->classes, &v->subject))
		return NULL;
	c->agr = c->subject->agr;
	c->arg[i] = relative_np(d, head);
	return c;
}

void
draw_relative(struct generator *d, struct np *head)
{
	struct wish w = { .nested = 1, .sub = 1, .firm = 1, .plain = 1 };
	int person = classes_meet(&head->classes, &d->lex->person);
	long role = below(d, 100);

	for (int i = 0; i < TRIES; i++) {
		const struct verb *v = one_of(d, d->lex->verbs);
		struct clause *c;
		int nps = d->scene->nps, clauses = d->scene->clauses;
		if (verb_has_inner(v) || v->swap || v->weather)
			continue;
		c = role < 50 ? relative_subject(d, head, v, person &&
			role < 8) : relative_object(d, head, v);
		if (c) {
			draw_tense(d, c, &w);
			if (!draw_args(d, c, &w)) {
				draw_adverbials(d, c, &w);
				head->relative = c;
				return;
			}
		}
		d->scene->nps = nps;
		d->scene->clauses = clauses;
	}
}
