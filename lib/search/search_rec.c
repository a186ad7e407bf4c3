#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "candidate_rec.h"
#include "model/profile.h"
#include "rec/out.h"

/* Asked about and not printed yet: as many as keep many machines busy. */
enum { WINDOW = 1024 };

#define MEMBERS { "arch", MEMBER_OBJECT }, { "iteration", MEMBER_COUNT }
const struct journal_kind search_journal = { "a search", "\"arch\":", {
	MEMBERS, { "valid_tokens", MEMBER_COUNT },
	{ "valid_loss", MEMBER_NUMBER } }, "search" };
const struct journal_kind search_journal_outside = { "a search",
	"\"arch\":", { MEMBERS }, "search" };

/* --- what the search asks ------------------------------------------- */

static double
cost(void *ctx, const struct arch *a)
{
	struct search_rec *s = ctx;

	return s->predict ? as_printed(s->predict(s->ctx, a)) : 0;
}

static int
keep(void *ctx, const struct arch *a, double ms)
{
	struct search_rec *s = ctx;

	if (!s->o->goals.before.n)
		return 1;
	candidate_head(s, &s->draft, a, ms);
	buf_str(&s->draft.head, "}");
	return wheres_keep(&s->o->goals.before, NULL, s->draft.head.data);
}

static double
size(void *ctx, const struct arch *a)
{
	struct search_rec *s = ctx;

	return arch_profile(a, &s->task, (int)s->o->src_len,
		(int)s->o->tgt_len).params;
}

/* The best under each limit are measured before the search goes on. */
static void
turn(void *ctx)
{
	struct search_rec *s = ctx;
	struct search *h = s->search;
	size_t *index = xcalloc((size_t)s->o->elites, sizeof *index);

	for (size_t i = 0; i < h->n_limits; i++)
		measure_some(s, index, search_best(h, h->limits[i],
			(size_t)s->o->elites, index));
	free(index);
}

struct search_calls
search_rec_calls(struct search_rec *s)
{
	s->best = INFINITY;
	return (struct search_calls){ s, cost, keep, size,
		s->o->measure ? turn : NULL };
}

/* --- scoring ------------------------------------------- */

/* What a journal's line says of its candidate: 0, or -1 where it is none. */
static int
replay_score(struct search_rec *s, struct waiting *w, const json_t *j)
{
	const char *const keys[] = { "valid_loss", "valid_nll",
		"valid_tokens" };
	double v[3];

	for (int i = 0; i < 3; i++) {
		const json_t *x = json_object_get(j, keys[i]);
		v[i] = json_is_number(x) ? json_number_value(x) : NAN;
	}
	if (!json_object_get(j, keys[0]) || !(v[2] > 0 && v[2] < 0x1p53))
		return -1;
	if (json_is_true(json_object_get(j, "raced"))) {
		w->lost = 1;
		return 0;
	}
	s->last = s->search->archs.at[w->index];
	s->last_score = (struct eval_result){ v[0], v[1], (long)v[2], 0 };
	s->unchecked = 1;
	return 0;
}

static void
replay(struct search_rec *s, const char *line, size_t len)
{
	struct waiting *w = NULL;
	struct why why;

	for (size_t i = 0; i < s->n_waiting && !w; i++)
		if (!s->waiting[i].line.len &&
		    candidate_is(&s->waiting[i], line, len))
			w = &s->waiting[i];
	json_t *j = rec_tree(line, len, NULL);
	const json_t *iteration = json_object_get(j, "iteration");
	if (!w || json_number_value(iteration) != w->iteration ||
	    (s->o->measure && json_object_get(j, "measured_ms")) ||
	    (s->eval && replay_score(s, w, j)))
		candidates_refuse(s);
	json_decref(j);
	if (goals_values(&s->o->goals, line, w->value, &w->excess, &why))
		die("%s:%ld: %s", s->journal.path, s->replayed, why.text);
	buf_clear(&w->line);
	buf_add(&w->line, line, len);
	progress_from(&s->progress, (double)s->search->done + 1);
}

/* Before work goes on: weights and pairs must be those of the journal. */
static void
check_last(struct search_rec *s)
{
	struct eval_result was = s->last_score, now;
	struct why why;

	s->unchecked = 0;
	if (s->eval(s->ctx, &s->last, NULL, NULL, &now, &why))
		die("%s", why.text);
	if (now.tokens != was.tokens)
		die("%s:%ld: other validation pairs: %ld tokens, now %ld",
			s->journal.path, s->replayed, was.tokens, now.tokens);
	/* another CPU may round otherwise */
	if (fabs(now.loss - was.loss) > 1e-4 * fabs(was.loss))
		die("%s:%ld: other weights or validation pairs: loss %.9g, "
			"now %.9g", s->journal.path, s->replayed, was.loss,
			now.loss);
}

static void
score_here(struct search_rec *s, struct waiting *w)
{
	const struct arch *a = &s->search->archs.at[w->index];
	struct buf b = { 0 };
	struct eval_result res;
	struct why why;

	if (s->unchecked)
		check_last(s);
	w->own = s->sentences ? xcalloc(s->sentences, sizeof *w->own) : NULL;
	if (s->eval(s->ctx, a, contenders_rival(s), w->own, &res, &why))
		die("%s", why.text);
	w->lost = res.lost;
	member_num(&b, "valid_loss", res.loss);
	member_num(&b, "valid_nll", res.nll);
	member_int(&b, "valid_tokens", res.tokens);
	if (res.lost)
		member_raw(&b, "raced", "true");
	if (candidate_finish(s, w, &b, &why))
		die("%s", why.text);
	buf_free(&b);
}

/* --- printing ------------------------------------------- */

static void
show(struct search_rec *s, const struct waiting *w)
{
	char note[80];

	if (!w->excess && w->value[0] < s->best)
		s->best = w->value[0];
	snprintf(note, sizeof note, "iteration %d, best %.4f", w->iteration,
		s->best * s->o->goals.at[0].sign);
	progress_show(&s->progress, (double)s->search->done + 1, note);
}

/* Print and tell of the first ones as far as they are scored. */
static void
settle(struct search_rec *s)
{
	while (s->n_waiting && s->waiting->line.len) {
		struct waiting first = *s->waiting;
		candidate_print(s, &first.line);
		show(s, &first);
		search_tell(s->search, first.index, first.value,
			first.excess);
		if (s->sentences)
			contenders_add(s, &first);
		buf_clear(&first.line);
		s->n_waiting--;
		memmove(s->waiting, s->waiting + 1, s->n_waiting *
			sizeof first);
		s->waiting[s->n_waiting] = first;
	}
}

/* --- the loop ------------------------------------------- */

static void
wait_for(struct search_rec *s, size_t index)
{
	struct waiting *w = &s->waiting[s->n_waiting++];

	w->index = index;
	w->iteration = s->search->iteration;
	w->sent = w->lost = 0;
	w->own = NULL;
	candidate_head(s, w, &s->search->archs.at[index],
		s->search->at[index].cost);
}

/* Ask about as many as may wait: none while a batch is out, whose command gets
 * no more. */
static enum asked
ask(struct search_rec *s)
{
	size_t most = s->o->evaluate ? WINDOW : 1, index;
	enum asked more = SEARCH_ASKED;
	struct why why;

	if (s->o->batchwise && s->scorer.p.pid)
		return more;
	while (s->n_waiting < most && (more = search_ask(s->search, &index,
	    &why)) == SEARCH_ASKED)
		wait_for(s, index);
	if (more == SEARCH_FAILED)
		die("%s", why.text);
	return more;
}

static void
run(struct search_rec *s)
{
	const char *line;
	size_t len;

	while (ask(s) != SEARCH_OVER || s->n_waiting) {
		if ((line = candidates_next(s, &len)))
			replay(s, line, len);
		else if (!s->o->evaluate)
			score_here(s, s->waiting);
		else {
			evaluate_send(s);
			evaluate_take(s);
		}
		settle(s);
		if (s->o->batchwise && !s->n_waiting)
			evaluate_end(s);
	}
}

static void
check(struct search_rec *s)
{
	struct why why;

	for (size_t i = 0; i < s->o->limits; i++)
		if (search_check(s->search, s->o->limit[i], &why))
			die("%s", why.text);
}

/* One search for all limits where cheap ones are looked for anyway, else one
 * for each, all of what they ask scored once. */
void
search_rec_run(struct search_rec *s)
{
	const struct search_cli *o = s->o;
	const struct search_plan *plan = &s->search->plan;
	int together = plan->strategy->tournament &&
		goals_minimize(&o->goals, "predicted_ms");
	size_t searches = together ? 1 : o->limits, len;
	size_t each = o->limits / searches;

	s->waiting = xcalloc(WINDOW, sizeof *s->waiting);
	s->contender = xcalloc(s->contenders + 1, sizeof *s->contender);
	candidate_goals(s);
	check(s);
	candidates_begin(s);
	progress_start(&s->progress, "candidates", (double)search_budget(plan) *
		(double)searches, o->quiet);
	for (size_t i = 0; i < searches; i++) {
		search_begin(s->search, o->limit + i, each);
		run(s);
		if (s->search->exhausted && !o->quiet)
			warn("limit %g: nothing further to score from "
				"iteration %d on", s->search->limit,
				s->search->exhausted);
	}
	progress_end(&s->progress);
	for (size_t i = 0; i < o->limits && o->measure; i++)
		measure_best(s, o->limit[i], (size_t)o->top);
	if (candidates_next(s, &len))
		die("%s:%ld: more candidates than this search has",
			s->journal.path, s->replayed);
}

void
search_rec_free(struct search_rec *s)
{
	evaluate_end(s);
	for (size_t i = 0; i < s->n; i++) {
		free(s->lines[i]);
		free(s->measured[i]);
		if (s->losses)
			free(s->losses[i]);
	}
	free(s->lines);
	free(s->measured);
	free(s->losses);
	free(s->contender);
	for (size_t i = 0; i < WINDOW; i++) {
		buf_free(&s->waiting[i].head);
		buf_free(&s->waiting[i].line);
	}
	free(s->waiting);
	buf_free(&s->draft.head);
	buf_free(&s->options);
	buf_free(&s->scores);
	journal_close(&s->journal);
}
