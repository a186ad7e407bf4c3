/* --measure: elites are measured by another program while the search goes on.
 *
 * It gets a run of its own for each few candidates, with the end of its input,
 * since a program that measures may wait for all of it, as measure-lat does. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "candidate_rec.h"
#include "rec/field.h"

static const char FIELD[] = "latency_ms.total";

enum { TRIES = 3 };   /* for those that could not be measured */

/* Those of a run that are not measured yet. */
struct job {
	struct search_rec *s;
	size_t *index;    /* [n] of search->archs */
	size_t n, settled;
};

static void
take_out(struct job *j, size_t k)
{
	memmove(j->index + k, j->index + k + 1, (--j->n - k) *
		sizeof *j->index);
}

/* A measured line, from the journal or just made. */
static void
take(struct job *j, size_t k, const char *line, size_t len)
{
	struct search_rec *s = j->s;
	json_t *r = rec_tree(line, len, NULL);
	const json_t *ms = json_object_get(r, "measured_ms");
	size_t i = j->index[k];

	if (!ms)
		candidates_refuse(s);
	search_measured(s->search, i, json_is_null(ms) ? NAN :
		json_number_value(ms));
	j->settled += !json_is_null(ms);
	json_decref(r);
	s->measured[i] = xrealloc(s->measured[i], len + 1, 1);
	memcpy(s->measured[i], line, len);
	s->measured[i][len] = 0;
	take_out(j, k);
}

static void
replay(struct job *j, const char *line, size_t len)
{
	const struct search *h = j->s->search;
	struct waiting w = { 0 };
	size_t k = 0;

	for (; k < j->n; k++) {
		size_t i = j->index[k];
		candidate_head(j->s, &w, &h->archs.at[i], h->at[i].cost);
		if (candidate_is(&w, line, len))
			break;
	}
	buf_free(&w.head);
	if (k == j->n)
		candidates_refuse(j->s);
	take(j, k, line, len);
}

/* NaN where it could not be measured undisturbed. */
static double
measured_ms(const struct outside *o)
{
	struct why why;
	double ms;
	int unsettled = field_flag(o->json, "unsettled", &why);

	if (unsettled > 0)
		return NAN;
	if (unsettled < 0 ||
	    field_number(o->json, FIELD, strlen(FIELD), &ms, &why))
		outside_fail(o, "%s", why.text);
	if (!(ms > 0))
		outside_fail(o, "%s: want a number above 0", FIELD);
	return ms;
}

static void
answer(struct job *j, const struct outside *o)
{
	struct search_rec *s = j->s;
	struct buf members = { 0 }, line = { 0 }, has = { 0 };
	char id[ARCH_ID + 1];
	size_t k = 0;

	for (; k < j->n; k++) {
		arch_id(&s->search->archs.at[j->index[k]], id);
		if (!strcmp(id, o->id))
			break;
	}
	if (k == j->n)
		outside_fail(o, "arch_id \"%s\": it was not given, or has "
			"its answer", o->id);
	const char *own = s->lines[j->index[k]];
	rec_merge(&has, own, strlen(own), "\"measured_ms\":0", NULL);
	outside_members(o, has.data, &members);
	member_num(&members, "measured_ms", measured_ms(o));
	rec_merge(&line, own, strlen(own), members.data, NULL);
	buf_free(&has);
	journal_add(&s->journal, line.data, line.len);
	take(j, k, line.data, line.len - 1);
	buf_free(&members);
	buf_free(&line);
}

static void
measure(struct job *j)
{
	struct search_rec *s = j->s;
	struct outside o;
	struct buf how = { 0 };

	outside_start(&o, "--measure", s->o->measure);
	for (size_t k = 0; k < j->n; k++) {
		const char *line = s->lines[j->index[k]];
		coprocess_put(&o.p, line, strlen(line));
		coprocess_put(&o.p, "\n", 1);
	}
	coprocess_finish(&o.p);
	while (outside_next(&o))
		answer(j, &o);
	int failed = outside_end(&o, &how);
	if (j->n)
		die("--measure \"%s\" %s, %zu of the architectures that it was "
			"given not measured", s->o->measure, failed ? how.data :
			"ended", j->n);
	buf_free(&how);
}

size_t
measure_some(struct search_rec *s, const size_t *index, size_t n)
{
	struct job j = { .s = s, .index = xcalloc(n, sizeof *index) };
	const char *line;
	size_t len;

	for (size_t k = 0; k < n; k++)
		if (isnan(s->search->at[index[k]].measured))
			j.index[j.n++] = index[k];
	while (j.n && (line = candidates_next(s, &len)))
		replay(&j, line, len);
	if (j.n)
		measure(&j);
	free(j.index);
	return j.settled;
}

/* Those that could not be measured are no answers, in the end. */
static void
give_up(struct search_rec *s, const size_t *index, size_t n)
{
	size_t bad = 0;

	for (size_t k = 0; k < n; k++)
		if (isnan(s->search->at[index[k]].measured)) {
			search_measured(s->search, index[k], INFINITY);
			bad++;
		}
	warn("--measure: %zu of the best could not be measured undisturbed: %s",
		bad, bad > 1 ? "they are no results" : "it is no result");
}

void
measure_best(struct search_rec *s, double limit, size_t top)
{
	size_t *index = xcalloc(s->search->archs.n, sizeof *index);
	size_t n, k;

	for (int tries = 0; ; ) {
		n = search_best(s->search, limit, top, index);
		for (k = 0; k < n; k++)
			if (isnan(s->search->at[index[k]].measured))
				break;
		if (k == n)
			break;
		tries = measure_some(s, index, n) ? 0 : tries + 1;
		if (tries == TRIES) {
			give_up(s, index, n);
			tries = 0;
		}
	}
	free(index);
}
