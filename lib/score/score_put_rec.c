#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rec/rec.h"
#include "score_rec.h"

static int
decimals_of(const struct score_opts *o)
{
	return o->decimals < 0 ? 1 : o->decimals;
}

void
score_number(struct buf *b, double x, int decimals)
{
	enum { DIGITS = 17 };
	char text[400];
	int n;

	if (decimals >= 0) {
		snprintf(text, sizeof text, "%.*f", decimals, x);
		x = strtod(text, NULL);
	}
	if (x != 0 && (x < 1e-4 || x >= 1e16)) {
		n = 0;
		do
			snprintf(text, sizeof text, "%.*e", n, x);
		while (n++ < DIGITS && strtod(text, NULL) != x);
	} else {
		n = 1;
		do
			snprintf(text, sizeof text, "%.*f", n, x);
		while (n++ < DIGITS + 4 && strtod(text, NULL) != x);
	}
	buf_str(b, text);
}

void
score_signature(struct buf *b, const struct score_opts *o,
	const struct metric *m, size_t refs, int varies)
{
	if (varies)
		buf_str(b, "nrefs:var|");
	else
		buf_printf(b, "nrefs:%zu|", refs);
	if (o->bootstrap)
		buf_printf(b, "bs:%ld|", o->bootstrap);
	if (o->randomise)
		buf_printf(b, "ar:%ld|", o->randomise);
	if (o->bootstrap || o->randomise)
		buf_printf(b, "seed:%llu|", (unsigned long long)o->seed);
	metric_signature(b, m);
	if (o->compound_split)
		buf_str(b, "|compound:split");
	buf_str(b, "|version:milliner-" VERSION);
}

/* Everything that is known of one score. */
struct report {
	struct buf name, signature, verbose, confidence;
	double score;
	struct interval interval;
};

static void
report_make(struct report *r, const struct score_opts *o,
	const struct metric *m, const double *sums, size_t refs, int varies)
{
	struct bleu_score bleu;

	*r = (struct report){ .score = metric_score(m, sums, EXACT) };
	metric_name(&r->name, m);
	score_signature(&r->signature, o, m, refs, varies);
	if (m->kind != METRIC_BLEU)
		return;
	bleu_score(&bleu, &m->bleu, sums, EXACT);
	bleu_verbose(&r->verbose, &m->bleu, sums, &bleu);
}

static void
report_bootstrap(struct report *r, const struct score_opts *o,
	const struct metric *m, const struct rows *rows)
{
	struct resamples s = { 0 };
	struct pcg64 rng = pcg64_seed(o->seed);
	int w = decimals_of(o);

	resamples_draw(&s, m, rows, &rng, (size_t)o->bootstrap);
	r->interval = resamples_interval(&s, 0);
	resamples_free(&s);
	if (r->interval.mean > 0)
		buf_printf(&r->confidence, "μ = %.*f ± %.*f", w,
			r->interval.mean, w, r->interval.half);
}

static void
report_free(struct report *r)
{
	buf_free(&r->name);
	buf_free(&r->signature);
	buf_free(&r->verbose);
	buf_free(&r->confidence);
}

static void
member_score(struct buf *b, const char *key, double x, int decimals)
{
	member_key(b, key);
	score_number(b, x, decimals);
}

/* The signature's fields as members. */
static void
add_fields(struct buf *b, const char *signature)
{
	for (const char *p = signature; *p; p += *p == '|') {
		size_t key = strcspn(p, ":"), end = strcspn(p, "|");
		char name[32];
		snprintf(name, sizeof name, "%.*s", (int)key, p);
		member_text(b, name, p + key + 1, end - key - 1);
		p += end;
	}
}

static void
report_put_json(const struct report *r, int w)
{
	struct buf out = { 0 };

	member_text(&out, "name", r->name.data, r->name.len);
	member_score(&out, "score", r->score, w);
	member_text(&out, "signature", r->signature.data, r->signature.len);
	if (r->confidence.len) {
		member_score(&out, "confidence_mean", r->interval.mean, w);
		member_score(&out, "confidence_var", r->interval.half, w);
		member_text(&out, "confidence", r->confidence.data,
			r->confidence.len);
	}
	if (r->verbose.len)
		member_text(&out, "verbose_score", r->verbose.data,
			r->verbose.len);
	add_fields(&out, r->signature.data);
	rec_put_members(&out);
	buf_free(&out);
}

/* What is printed where it is not a record: "NAME|SIGNATURE = SCORE (..)",
 * or (score_only) what follows the "= ". indent: spaces before it. */
static void
report_put_text(const struct report *r, int w, int score_only, size_t indent)
{
	if (!score_only)
		printf("%*s%s|%s = ", (int)indent, "", r->name.data,
			r->signature.data);
	printf("%.*f", w, r->score);
	if (r->confidence.len)
		printf(" (%s)", r->confidence.data);
	if (!score_only && r->verbose.len)
		printf(" %s", r->verbose.data);
	putchar('\n');
}

void
score_put(const struct scorer *s)
{
	const struct score_opts *o = s->opts;
	struct report r[METRICS_MAX];
	size_t widest = 0;

	for (size_t i = 0; i < o->metrics; i++) {
		report_make(&r[i], o, &o->metric[i], s->sums[i], s->refs,
			s->varies);
		if (o->bootstrap)
			report_bootstrap(&r[i], o, &o->metric[i], &s->rows[i]);
		size_t width = r[i].name.len + r[i].signature.len;
		widest = width > widest ? width : widest;
	}
	for (size_t i = 0; i < o->metrics; i++) {
		size_t width = r[i].name.len + r[i].signature.len;
		if (o->text || o->score_only)
			report_put_text(&r[i], decimals_of(o), o->score_only,
				widest - width);
		else
			report_put_json(&r[i], decimals_of(o));
		report_free(&r[i]);
	}
}

void
score_put_sentence(const struct scorer *s, const struct rec *rec)
{
	static const char *const keys[] = { "bleu", "chrf", "ter" };
	const struct score_opts *o = s->opts;
	int w = decimals_of(o);
	struct buf members = { 0 };

	for (size_t i = 0; i < o->metrics; i++) {
		const struct metric *m = &o->metric[i];
		struct report r;
		if (!o->text || o->score_only) {
			double score = metric_score(m, s->row[i], EXACT);
			if (o->score_only)
				printf("%s%.*f", i ? "\t" : "", w, score);
			else
				member_score(&members, keys[m->kind], score, w);
			continue;
		}
		report_make(&r, o, m, s->row[i], s->n - 1, 0);
		report_put_text(&r, w, o->score_only, 0);
		report_free(&r);
	}
	if (o->score_only)
		putchar('\n');
	else if (!o->text && rec)
		rec_put(rec, members.data);
	else if (!o->text)
		rec_put_members(&members);
	buf_free(&members);
}
