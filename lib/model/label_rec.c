#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "label_rec.h"
#include "rec/progress.h"
#include "rec/rec.h"

/* Batches that are sorted by length together. What is in one depends on the
 * input alone: last digits may hang on it. */
enum { WINDOW = 16 };

/* A record of the window. */
struct line {
	char *text;
	size_t len;
	struct buf soft;        /* the member to add */
};

/* The next pair into the window; 0 at the end. */
static int
take(struct labeller *l, struct in *in, struct rec *r)
{
	const struct task *task = teachers_task(l->teachers);
	struct pairs *p = &l->pairs;

	if (!rec_get(in, r))
		return 0;
	pair_read(p, in, r, task->src_vocab, task->tgt_vocab, l->max_tokens);
	int i = p->n - 1, tgt = pairs_tgt_len(p, i);
	l->line = xroom(l->line, &l->cap, (size_t)p->n, sizeof *l->line);
	l->line[i] = (struct line){ xmalloc(r->len + 1), r->len, { 0 } };
	memcpy(l->line[i].text, r->line, r->len + 1);
	l->held += tgt;
	return 1;
}

/* The whole parts of n words, rounded; where that makes more than all, those
 * that were rounded up most are rounded down. */
static void
share_parts(long *parts, const float *p, long n)
{
	double gained[SOFT_WORDS_MAX];
	long sum = 0;

	for (long k = 0; k < n; k++) {
		double exact = (double)p[k] * SOFT_PARTS;
		parts[k] = lround(exact);
		gained[k] = (double)parts[k] - exact;
		sum += parts[k];
	}
	for (; sum > SOFT_PARTS; sum--) {
		long most = 0;
		for (long k = 1; k < n; k++)
			if (gained[k] > gained[most])
				most = k;
		parts[most]--;
		gained[most]--;
	}
}

/* The words of one token; those that are nearly impossible are left out, but
 * not the first. */
static void
put_words(struct buf *b, const int *ids, const float *p, long n)
{
	long parts[SOFT_WORDS_MAX];

	share_parts(parts, p, n);
	buf_str(b, "[");
	for (long k = 0; k < n && p[k] > 0; k++) {
		if (!parts[k] && k)
			break;
		buf_printf(b, "%s%d,%ld", k ? "," : "", ids[k],
			parts[k] ? parts[k] : 1);
	}
	buf_str(b, "]");
}

/* Label the pairs which[n]. */
static void
label_batch(struct labeller *l, const int *which, int n)
{
	struct batch b;

	batch_fill(&b, &l->pairs, which, n, l->ints, l->max_tokens);
	teachers_ask(l->teachers, &b, (float)l->temperature, (int)l->words,
		l->ids, l->p);
	for (int s = 0; s < n; s++) {
		struct buf *to = &l->line[which[s]].soft;
		buf_str(to, "\"soft\":[");
		for (long t = b.tgt_at[s]; t < b.tgt_at[s + 1]; t++) {
			if (t > b.tgt_at[s])
				buf_str(to, ",");
			put_words(to, l->ids + t * l->words,
				l->p + t * l->words, l->words);
		}
		buf_str(to, "]");
		l->bytes += (double)to->len + 1;
	}
	l->tokens += b.tgt_tokens;
}

static void
put_lines(struct labeller *l)
{
	struct buf b = { 0 };

	for (int i = 0; i < l->pairs.n; i++) {
		struct line *line = &l->line[i];
		buf_clear(&b);
		rec_merge(&b, line->text, line->len, line->soft.data, NULL);
		if (l->out)
			out_write(l->out, b.data, b.len);
		else
			rec_put_line(b.data, b.len);
		free(line->text);
		buf_free(&line->soft);
	}
	if (!l->out)
		out_flush();
	buf_free(&b);
}

/* Label and write what the window holds; empty it. */
static void
label_window(struct labeller *l)
{
	struct plan plan = { 0 };
	struct why why;

	if (!l->pairs.n)
		return;
	if (plan_make(&plan, &l->pairs, l->max_tokens, 0, 0, -1, &why))
		die("%s", why.text);
	for (int i = 0; i < plan.batches; i++)
		label_batch(l, plan.order + plan.begin[i],
			plan.begin[i + 1] - plan.begin[i]);
	put_lines(l);
	l->done += l->pairs.n;
	l->held = 0;
	plan_free(&plan);
	pairs_free(&l->pairs);
}

void
label_all(struct labeller *l, const struct opt_list *files, int quiet)
{
	long vocab = teachers_task(l->teachers)->tgt_vocab;
	double start = seconds_now();
	struct progress p;
	struct rec r = { 0 };
	struct in in;

	l->words = l->words < vocab ? l->words : vocab;
	size_t rows = (size_t)l->max_tokens * (size_t)l->words;
	l->ints = xcalloc(batch_ints(l->max_tokens), sizeof *l->ints);
	l->ids = xcalloc(rows, sizeof *l->ids);
	l->p = xcalloc(rows, sizeof *l->p);
	in_open_list(&in, files->at, files->n, quiet ? NULL : "pairs");
	progress_start(&p, "pairs", 0, quiet);
	while (take(l, &in, &r)) {
		if (l->held < WINDOW * l->max_tokens)
			continue;
		label_window(l);
		progress_show(&p, l->done, NULL);
	}
	label_window(l);
	progress_end(&p);
	in_close(&in);
	rec_free(&r);
	double took = seconds_now() - start;
	if (!quiet && l->tokens > 0)
		warn("%.0f pairs, %.0f target tokens in %.1f s: %.0f tokens/s; "
			"%.1f bytes a token added", l->done, l->tokens, took,
			l->tokens / took, l->bytes / l->tokens);
	free(l->ints);
	free(l->ids);
	free(l->p);
	free(l->line);
}
