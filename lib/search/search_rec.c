#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "model/profile.h"
#include "rec/out.h"
#include "search_rec.h"

const struct journal_kind search_journal = { "a search", "\"arch\":", {
	{ "arch", MEMBER_OBJECT }, { "iteration", MEMBER_COUNT },
	{ "valid_tokens", MEMBER_COUNT }, { "valid_loss", MEMBER_NUMBER } } };

/* Losses and latencies count as they are printed, so that a search that takes
 * them from a journal goes the same way. */
static double
as_printed(double v)
{
	struct buf b = { 0 };

	json_num(&b, v, 9);
	v = isfinite(v) ? strtod(b.data, NULL) : NAN;
	buf_free(&b);
	return v;
}

static double
cost(void *ctx, const struct arch *a)
{
	struct search_rec *s = ctx;

	return s->predict ? as_printed(s->predict(s->ctx, a)) : 0;
}

/* The candidate's record but for its evaluation and its last brace. */
static void
print_head(struct search_rec *s, const struct arch *a, double ms)
{
	struct profile p = arch_profile(a, &s->task, s->src_len, s->tgt_len);
	struct buf members = { 0 };
	char id[ARCH_ID + 1];

	buf_clear(&s->head);
	buf_str(&s->head, "{\"arch\":");
	arch_print(&s->head, a);
	buf_str(&s->head, ",\"task\":");
	task_print(&s->head, &s->task);
	s->id_at = s->head.len + 1;
	arch_id(a, id);
	buf_printf(&s->head, ",\"arch_id\":\"%s\",", id);
	s->id_len = s->head.len - s->id_at;
	profile_members(&members, &p);
	if (s->predict)
		member_num(&members, "predicted_ms", ms);
	buf_add(&s->head, members.data, members.len);
	buf_free(&members);
}

static int
keep(void *ctx, const struct arch *a, double ms)
{
	struct search_rec *s = ctx;

	if (!s->where.n)
		return 1;
	print_head(s, a, ms);
	buf_str(&s->head, "}");
	return wheres_keep(&s->where, NULL, s->head.data);
}

/* Is a line of the candidate whose head is at hand? Journals of before may
 * have no ids. */
static int
is_of(const struct search_rec *s, const char *line, size_t len)
{
	const char *head = s->head.data;
	size_t n = s->head.len, at = s->id_at, past = at + s->id_len;

	if (len > n && !memcmp(line, head, n))
		return 1;
	return len > n - s->id_len && !memcmp(line, head, at) &&
		!memcmp(line + at, head + past, n - past);
}

/* Take the result from the journal's line if it is of this candidate: 0. */
static int
take_line(const struct search_rec *s, const char *line, size_t len,
	int iteration, struct eval_result *res)
{
	const char *const keys[] = { "valid_loss", "valid_nll", "valid_tokens",
		"iteration" };
	double v[4];

	if (!is_of(s, line, len))
		return -1;
	json_t *j = json_loadb(line, len, JSON_DECODE_INT_AS_REAL, NULL);
	for (int i = 0; i < 4; i++) {
		const json_t *x = json_object_get(j, keys[i]);
		v[i] = json_is_number(x) ? json_number_value(x) : NAN;
	}
	int whole = json_object_get(j, keys[0]) && v[2] > 0 && v[2] < 0x1p53;
	json_decref(j);
	if (!whole || v[3] != iteration)
		return -1;
	*res = (struct eval_result){ v[0], v[1], (long)v[2] };
	return 0;
}

/* Before work goes on: weights and pairs must be those of the journal. */
static void
check_last(struct search_rec *s)
{
	struct eval_result was = s->last_score, now;
	struct why why;

	if (s->eval(s->ctx, &s->last, &now, &why))
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
print_line(struct search_rec *s, const char *line, size_t len)
{
	s->lines = xrealloc(s->lines, s->n + 1, sizeof *s->lines);
	s->lines[s->n] = xmalloc(len + 1);
	memcpy(s->lines[s->n], line, len);
	s->lines[s->n++][len] = 0;
	rec_put_line(line, len);
	rec_put_line("\n", 1);
	out_flush();
}

static void
show(struct search_rec *s, int iteration, double loss)
{
	char note[80];

	s->best = loss < s->best ? loss : s->best;
	snprintf(note, sizeof note, "iteration %d, best %.4f", iteration,
		s->best);
	progress_show(&s->progress, (double)s->search->done + 1, note);
}

/* 1 and the result where the journal has a further line. */
static int
replay(struct search_rec *s, const struct arch *a, int iteration,
	struct eval_result *res)
{
	size_t len;
	const char *line = journal_next(&s->journal, &len);

	if (!line)
		return 0;
	s->replayed++;
	if (take_line(s, line, len, iteration, res))
		die("%s:%ld: not the candidate that this search has there: "
			"the journal is of another space, limit or plan",
			s->journal.path, s->replayed);
	s->last = *a;
	s->last_score = *res;
	print_line(s, line, len);
	progress_from(&s->progress, (double)s->search->done + 1);
	return 1;
}

static double
size(void *ctx, const struct arch *a)
{
	struct search_rec *s = ctx;

	return arch_profile(a, &s->task, s->src_len, s->tgt_len).params;
}

/* What the journal has of the candidate asked about, else what eval says. */
static void
score(struct search_rec *s, const struct arch *a, struct eval_result *res)
{
	struct buf b = { 0 };
	struct why why;
	int iteration = s->search->iteration;

	print_head(s, a, s->search->asked.cost);
	if (replay(s, a, iteration, res))
		return;
	if (s->replayed && s->n == (size_t)s->replayed)
		check_last(s);
	if (s->eval(s->ctx, a, res, &why))
		die("%s", why.text);
	member_num(&b, "valid_loss", res->loss);
	member_num(&b, "valid_nll", res->nll);
	member_int(&b, "valid_tokens", res->tokens);
	member_int(&b, "iteration", iteration);
	buf_printf(&s->head, ",%s}\n", b.data);
	buf_free(&b);
	journal_add(&s->journal, s->head.data, s->head.len);
	print_line(s, s->head.data, s->head.len - 1);
}

struct search_calls
search_rec_calls(struct search_rec *s)
{
	s->best = INFINITY;
	return (struct search_calls){ s, cost, keep, size };
}

void
search_rec_start(struct search_rec *s, const double *limits, size_t n,
	int quiet)
{
	struct why why;

	for (size_t i = 0; i < n; i++)
		if (search_check(s->search, limits[i], &why))
			die("%s", why.text);
	progress_start(&s->progress, "candidates",
		(double)search_budget(&s->search->plan) * (double)n, quiet);
}

double
search_rec_loss(struct search_rec *s, const struct arch *a)
{
	struct eval_result res;

	score(s, a, &res);
	double loss = as_printed(res.loss);
	show(s, s->search->iteration, loss);
	return loss;
}

void
search_rec_end(struct search_rec *s)
{
	size_t len;

	progress_end(&s->progress);
	if (journal_next(&s->journal, &len))
		die("%s:%ld: more candidates than this search has",
			s->journal.path, s->replayed + 1);
}

/* --- results ------------------------------------------- */

/* The candidates again, ranked; what: the result's other members. */
static void
put_results(const struct search_rec *s, const size_t *index, size_t n,
	const char *what)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		const char *line = s->lines[index[i]];
		struct rec r = { .line = line, .len = strlen(line) };
		buf_clear(&b);
		buf_printf(&b, "\"result\":{%s\"rank\":%zu}", what, i + 1);
		rec_put(&r, b.data);
	}
	buf_free(&b);
}

void
search_rec_best(const struct search_rec *s, double limit, size_t top)
{
	size_t *index = xcalloc(s->n, sizeof *index);
	size_t n = search_best(s->search, limit, top < s->n ? top : s->n,
		index);
	char what[64] = "";

	if (!n)
		die("no candidate has a loss that is a number");
	if (isfinite(limit))
		snprintf(what, sizeof what, "\"limit\":%.9g,", limit);
	put_results(s, index, n, what);
	free(index);
}

void
search_rec_front(const struct search_rec *s)
{
	size_t *index = xcalloc(s->n, sizeof *index);
	size_t n = search_front(s->search, index);

	put_results(s, index, n, "\"front\":true,");
	free(index);
}

void
search_rec_free(struct search_rec *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->lines[i]);
	free(s->lines);
	buf_free(&s->head);
	wheres_free(&s->where);
	journal_close(&s->journal);
}
