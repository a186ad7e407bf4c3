#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "candidate_rec.h"
#include "model/profile.h"
#include "rec/field.h"
#include "rec/out.h"

double
as_printed(double v)
{
	struct buf b = { 0 };

	json_num(&b, v, 9);
	v = isfinite(v) ? strtod(b.data, NULL) : NAN;
	buf_free(&b);
	return v;
}

/* --- records ------------------------------------------- */

static void
predicted_members(const struct search_rec *s, struct buf *b, double ms)
{
	if (!s->predict)
		return;
	member_num(b, "predicted_ms", ms);
	if (s->bounds[1] > 0) {
		member_num(b, "predicted_lo", ms * s->bounds[0]);
		member_num(b, "predicted_hi", ms * s->bounds[1]);
	}
}

void
candidate_head(const struct search_rec *s, struct waiting *w,
	const struct arch *a, double ms)
{
	struct profile p = arch_profile(a, &s->task, (int)s->o->src_len,
		(int)s->o->tgt_len);
	struct buf members = { 0 };

	buf_clear(&w->head);
	buf_str(&w->head, "{\"arch\":");
	arch_print(&w->head, a);
	buf_str(&w->head, ",\"task\":");
	task_print(&w->head, &s->task);
	w->id_at = w->head.len + 1;
	arch_id(a, w->id);
	buf_printf(&w->head, ",\"arch_id\":\"%s\",", w->id);
	w->id_len = w->head.len - w->id_at;
	profile_members(&members, &p);
	predicted_members(s, &members, ms);
	buf_add(&w->head, members.data, members.len);
	buf_free(&members);
}

/* Finish it; scores: members. */
static void
finish_line(struct waiting *w, const struct buf *scores, const char *rule)
{
	struct buf b = { 0 };

	buf_add(&b, scores->data, scores->len);
	member_int(&b, "iteration", w->iteration);
	if (rule)
		member_string(&b, "rule", rule);
	buf_clear(&w->line);
	buf_add(&w->line, w->head.data, w->head.len);
	buf_printf(&w->line, ",%s}", b.data);
	buf_free(&b);
}

int
candidate_is(const struct waiting *w, const char *line, size_t len)
{
	const char *head = w->head.data;
	size_t n = w->head.len, at = w->id_at, past = at + w->id_len;

	if (len > n && !memcmp(line, head, n))
		return 1;
	return len > n - w->id_len && !memcmp(line, head, at) &&
		!memcmp(line + at, head + past, n - past);
}

void
candidate_goals(struct search_rec *s)
{
	struct arch largest = arch_largest(&s->search->space);
	struct waiting w = { .iteration = 1 };
	struct buf scores = { 0 }, head = { 0 };

	candidate_head(s, &w, &largest, 1);
	buf_printf(&head, "%s}", w.head.data);
	buf_str(&scores, "\"valid_loss\":1,\"valid_nll\":1,"
		"\"valid_tokens\":1");
	finish_line(&w, &scores, NULL);
	goals_sort(&s->o->goals, head.data, s->o->evaluate ? NULL :
		w.line.data);
	buf_free(&head);
	buf_free(&scores);
	buf_free(&w.head);
	buf_free(&w.line);
}

int
candidate_finish(struct search_rec *s, struct waiting *w,
	const struct buf *scores, struct why *why)
{
	finish_line(w, scores, s->search->at[w->index].rule);
	if (goals_values(&s->o->goals, w->line.data, w->value, &w->excess, why))
		return -1;
	buf_str(&w->line, "\n");
	journal_add(&s->journal, w->line.data, w->line.len);
	w->line.data[--w->line.len] = 0;
	return 0;
}

void
candidate_print(struct search_rec *s, const struct buf *line)
{
	s->lines = xrealloc(s->lines, s->n + 1, sizeof *s->lines);
	s->measured = xrealloc(s->measured, s->n + 1, sizeof *s->measured);
	s->measured[s->n] = NULL;
	s->lines[s->n] = xmalloc(line->len + 1);
	memcpy(s->lines[s->n++], line->data, line->len + 1);
	rec_put_line(line->data, line->len);
	rec_put_line("\n", 1);
	out_flush();
}

/* --- the journal ------------------------------------------- */

const char *
candidates_next(struct search_rec *s, size_t *len)
{
	const char *line = journal_next(&s->journal, len);

	s->replayed += line != NULL;
	return line;
}

_Noreturn void
candidates_refuse(const struct search_rec *s)
{
	die("%s:%ld: not the candidate that this search has there: the journal "
		"is of another space, limit or plan", s->journal.path,
		s->replayed);
}

/* What a journal's candidates do not show, members: options, conditions on
 * scores, and what scores. */
static void
add_members(const struct search_rec *s, struct buf *b)
{
	const struct wheres *after = &s->o->goals.after;
	struct buf list = { 0 };

	buf_add(b, s->options.data, s->options.len);
	for (size_t i = 0; i < after->n; i++) {
		const struct where *w = &after->at[i];
		struct buf text = { 0 };
		buf_printf(&text, "%.*s%s%.17g", (int)w->field_len, w->field,
			w->op, w->bound);
		buf_str(&list, i ? "," : "[");
		json_text(&list, text.data, text.len);
		buf_free(&text);
	}
	if (list.len) {
		buf_str(&list, "]");
		member_raw(b, "where", list.data);
	}
	buf_free(&list);
	if (s->scores.len)
		buf_printf(b, "%s%s", b->len ? "," : "", s->scores.data);
}

static void
add_value(struct buf *b, const json_t *members, const char *key)
{
	char *text = json_dumps(json_object_get(members, key), JSON_COMPACT |
		JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));

	buf_str(b, text ? text : "none");
	free(text);
}

/* Do two objects differ? Says in what. */
static int
differ(const json_t *was, const json_t *now, struct buf *how)
{
	const char *key = field_differing(was, now);

	if (!key)
		return 0;
	buf_printf(how, "\"%s\" is ", key);
	add_value(how, was, key);
	buf_str(how, " there, ");
	add_value(how, now, key);
	buf_str(how, " here");
	return 1;
}

/* The member, no longer among the others; caller owns. */
static json_t *
take(json_t *members, const char *key)
{
	json_t *v = json_incref(json_object_get(members, key));

	json_object_del(members, key);
	return v;
}

/* A journal of a version that did not say what scores. */
static void
leave_scores(const struct search_rec *s, json_t *now)
{
	struct buf b = { 0 };
	const char *key;
	json_t *v;

	warn("%s: does not say of which weights and pairs it is: its last loss "
		"alone is compared", s->journal.path);
	buf_printf(&b, "{%s}", s->scores.data);
	json_t *scores = json_loads(b.data, 0, NULL);
	json_object_foreach(scores, key, v)
		json_object_del(now, key);
	json_decref(scores);
	buf_free(&b);
}

/* Dies unless a journal with this first line, NULL: none, is of this search. */
static void
compare(const struct search_rec *s, const char *head, const char *own)
{
	json_t *line = json_loads(head ? head : "{\"search\":{}}", 0, NULL);
	json_t *mine = json_loads(own, 0, NULL);
	json_t *was = json_object_get(line, "search");
	json_t *now = json_object_get(mine, "search");
	struct buf how = { 0 };

	if (s->scores.len && !json_object_get(was, "weights"))
		leave_scores(s, now);
	json_t *there = take(was, "rounding"), *here = take(now, "rounding");
	if (differ(was, now, &how))
		die("%s:1: the journal is of another search: %s",
			s->journal.path, how.data);
	if (differ(there, here, &how))
		warn("%s: %s: last digits may differ", s->journal.path,
			how.data);
	json_decref(there);
	json_decref(here);
	json_decref(line);
	json_decref(mine);
	buf_free(&how);
}

void
candidates_begin(struct search_rec *s)
{
	struct buf members = { 0 }, b = { 0 };
	size_t n;

	if (!s->journal.path)
		return;
	add_members(s, &members);
	buf_printf(&b, "{\"search\":{%s}}\n", members.len ? members.data : "");
	if (s->journal.len)
		compare(s, s->journal.headed ? candidates_next(s, &n) : NULL,
			b.data);
	else
		journal_add(&s->journal, b.data, b.len);
	buf_free(&members);
	buf_free(&b);
}
