/* rank-corr - how well scores of architectures rank them.
 * stdin: arch records with what they are worth (--truth) and scores (--by).
 * stdout: a record for each --by: Kendall's tau over all and within groups. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/opt.h"
#include "predict/ranks.h"
#include "predict/ranks_rec.h"
#include "rec/out.h"
#include "rec/rec.h"

struct settings {
	const char *truth, *within;
	long fit, draws, seed;
	double level;
};

/* tau over all pairs, and over those within groups. */
enum { ALL, WITHIN, SCOPES };
static const char *const scope_names[SCOPES] = { "tau", "within" };
static const char *const more_names[SCOPES] = { "more", "more_within" };

struct scored {
	double tau[SCOPES];
	double *draw[SCOPES];   /* [draws] */
};

static int
scopes(const struct settings *s)
{
	return s->within ? SCOPES : WITHIN;
}

static struct ranks
scope_of(const struct rank_table *t, int scope)
{
	return (struct ranks){ t->n, t->truth, scope == WITHIN ? t->group :
		NULL };
}

static void
scored_init(struct scored *to, size_t draws)
{
	for (int i = 0; i < SCOPES; i++)
		to->draw[i] = xcalloc(draws, sizeof *to->draw[i]);
}

static void
scored_free(struct scored *s)
{
	for (int i = 0; i < SCOPES; i++)
		free(s->draw[i]);
}

static void
score(struct scored *to, const struct rank_table *t, const double *rank,
	const struct settings *s)
{
	for (int i = 0; i < scopes(s); i++) {
		struct ranks over = scope_of(t, i);
		to->tau[i] = ranks_tau(&over, rank);
		ranks_bootstrap(to->draw[i], (size_t)s->draws, &over, rank,
			(uint64_t)s->seed);
	}
}

/* "key":at,"key_ci":[lo,hi] */
static void
print_interval(struct buf *b, const char *key, double at, struct interval i)
{
	member_key(b, key);
	json_num(b, at, 4);
	buf_printf(b, ",\"%s_ci\":[", key);
	json_num(b, i.lo, 4);
	buf_str(b, ",");
	json_num(b, i.hi, 4);
	buf_str(b, "]");
}

/* first: the first score, or NULL: how much more tau is, on the same draws. */
static void
print_scored(struct buf *b, const struct scored *own,
	const struct scored *first, const struct settings *s)
{
	size_t n = (size_t)s->draws;
	double *diff = xcalloc(n, sizeof *diff);

	for (int i = 0; i < scopes(s); i++) {
		print_interval(b, scope_names[i], own->tau[i],
			interval_of(own->draw[i], n, s->level));
		if (!first)
			continue;
		for (size_t k = 0; k < n; k++)
			diff[k] = own->draw[i][k] - first->draw[i][k];
		print_interval(b, more_names[i], own->tau[i] - first->tau[i],
			interval_of(diff, n, s->level));
	}
	free(diff);
}

static void
begin(struct buf *b, const char *by, size_t n)
{
	member_string(b, "by", by);
	member_int(b, "archs", (long)n);
}

static void
put_scores(const struct rank_table *t, const struct ordering *by, size_t n,
	const struct settings *s)
{
	double *rank = xcalloc(t->n, sizeof *rank);
	struct scored first, own;
	struct buf b = { 0 };

	scored_init(&first, (size_t)s->draws);
	scored_init(&own, (size_t)s->draws);
	for (size_t k = 0, column = 0; k < n; column += by[k++].keys) {
		ranks_by(rank, (const double *const *)t->key + column,
			by[k].keys, t->n);
		begin(&b, by[k].text, t->n);
		score(k ? &own : &first, t, rank, s);
		print_scored(&b, k ? &own : &first, k ? &first : NULL, s);
		rec_put_members(&b);
	}
	buf_free(&b);
	free(rank);
	scored_free(&first);
	scored_free(&own);
}

/* What is no score of the records: means over draws. x: what a line is fitted
 * to, or NULL: a perfect score. */
static void
put_other(const struct rank_table *t, const char *name, const double *x,
	const struct settings *s)
{
	size_t n = (size_t)s->draws, fit = x ? (size_t)s->fit : 0;
	double *draw = xcalloc(n, sizeof *draw);
	double *error = xcalloc(t->n, sizeof *error);   /* of a mean */
	double deviation = rank_table_deviation(t);
	struct buf b = { 0 };

	for (size_t i = 0; i < t->n; i++)
		error[i] = deviation / sqrt((double)t->records[i]);
	begin(&b, name, t->n - fit);
	for (int i = 0; i < scopes(s); i++) {
		struct ranks over = scope_of(t, i);
		if (x)
			ranks_fitted(draw, n, &over, x, fit, (uint64_t)s->seed);
		else
			ranks_ceiling(draw, n, &over, error, (uint64_t)s->seed);
		struct interval got = interval_of(draw, n, s->level);
		print_interval(&b, scope_names[i], got.mean, got);
	}
	if (!x)
		member_num(&b, "deviation", deviation);
	rec_put_members(&b);
	buf_free(&b);
	free(error);
	free(draw);
}

static void
put_fitted(const struct rank_table *t, const char *to, const double *x,
	const struct settings *s)
{
	struct buf name = { 0 };

	buf_printf(&name, "%s, fitted to %ld", to, s->fit);
	put_other(t, name.data, x, s);
	buf_free(&name);
}

/* The ordering's fields, from column on, as if they were HAT's features. */
static double *
as_features(const struct rank_table *t, const struct ordering *o, size_t column)
{
	double *x = xcalloc(t->n * FEATURES, sizeof *x);

	for (size_t i = 0; i < t->n; i++) {
		for (size_t k = 0; k < o->keys; k++)
			x[i * FEATURES + k] = t->key[column + k][i];
		features_complete(x + i * FEATURES);
	}
	return x;
}

/* What is fitted: all features, then each ordering behind the first from. */
static void
put_all_fitted(const struct rank_table *t, const struct ordering *by,
	size_t from, size_t n, const struct settings *s)
{
	size_t column = 0;

	put_fitted(t, "features", t->x, s);
	for (size_t k = 0; k < n; column += by[k++].keys) {
		if (k < from)
			continue;
		double *x = as_features(t, by + k, column);
		put_fitted(t, by[k].text, x, s);
		free(x);
	}
}

static struct ordering *
orderings(const struct opt_list *scores, const struct opt_list *fits)
{
	struct ordering *by = xcalloc(scores->n + fits->n, sizeof *by);

	for (size_t k = 0; k < scores->n; k++)
		by[k] = ordering_parse("by", scores->at[k]);
	for (size_t k = 0; k < fits->n; k++)
		by[scores->n + k] = ordering_parse("fit-on", fits->at[k]);
	return by;
}

int
main(int argc, char **argv)
{
	struct settings s = { .draws = 2000, .seed = 1, .level = 0.9 };
	struct opt_list scores = { 0 }, fits = { 0 }, files;
	const struct opt opts[] = {
		OPT_TEXT(0, "truth", &s.truth, "FIELD",
			"what architectures are worth; -FIELD: less is better"),
		OPT_LIST(0, "by", &scores, "FIELD[,FIELD ..]",
			"a score; -FIELD: less is better; fields behind decide "
			"where those before are equal"),
		OPT_TEXT(0, "within", &s.within, "FIELD",
			"also compare only those that have the same FIELD"),
		OPT_LONG(0, "fit", &s.fit, 0, LONG_MAX, "also fit a linear "
			"function of features to so many, 0: none"),
		OPT_LIST(0, "fit-on", &fits, "FIELD[,FIELD ..]",
			"fit one of these fields, too, to as many"),
		OPT_LONG(0, "resamples", &s.draws, 1, 1 << 20,
			"draws of which intervals come"),
		OPT_REAL(0, "level", &s.level, 0.01, 0.999,
			"share of the draws that an interval holds"),
		OPT_SEED(&s.seed),
		OPT_INPUTS(&files, INPUTS_MAX),
		OPT_END
	};
	opt_parse(argc, argv, "--truth FIELD --by FIELD <scored.jsonl",
		"How well scores rank architectures: Kendall's tau.", opts);
	if (!s.truth || !scores.n)
		die_usage("want --truth and --by");
	struct ordering truth = ordering_parse("truth", s.truth);
	if (truth.keys > 1)
		die_usage("--truth: want one field, not \"%s\"", s.truth);
	if (fits.n && !s.fit)
		die_usage("--fit-on wants --fit");
	struct ordering *by = orderings(&scores, &fits);
	struct in in;
	struct rank_table t;
	in_open_list(&in, files.at, files.n, ARCHS);
	rank_table_read(&t, &in, &truth, by, scores.n + fits.n, s.within,
		s.fit > 0);
	if (t.n < 2)
		die("%s: %zu architecture%s: want two at least to compare",
			in_all_names(&in), t.n, t.n == 1 ? "" : "s");
	if (s.fit && (size_t)s.fit > t.n - 2)
		die("%s: --fit %ld of %zu architectures: want two left to "
			"compare", in_all_names(&in), s.fit, t.n);
	in_close(&in);
	put_scores(&t, by, scores.n, &s);
	if (s.fit)
		put_all_fitted(&t, by, scores.n, scores.n + fits.n, &s);
	if (!isnan(rank_table_deviation(&t)))
		put_other(&t, "a perfect score", NULL, &s);
	rank_table_free(&t);
	free(by);
	free(scores.at);
	free(fits.at);
	return out_end();
}
