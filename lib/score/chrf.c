#include <stdlib.h>
#include <string.h>
#include "chrf.h"

/* Counts of the orders up to `order` of one reference into row. */
static void
count_orders(struct counter *c, size_t ref, int order, double *row)
{
	struct symbols pair[2] = { c->ids[0], c->ids[ref] };
	long match[NGRAMS_ORDER_MAX];

	ngrams_match(&c->ngrams, pair, 2, c->below, order, match);
	for (size_t k = 0; k < (size_t)order; k++, row += 3) {
		size_t have = pair[0].n > k ? pair[0].n - k : 0;
		size_t want = pair[1].n > k ? pair[1].n - k : 0;
		row[0] = want ? (double)have : 0;
		row[1] = (double)want;
		row[2] = (double)match[k];
	}
}

/* The rows of all references go to rows [n - 1][width]. Words are numbered
 * after the characters are counted: both lie in c->ids. */
static void
count_refs(struct counter *c, const struct chrf_opts *o,
	const struct span *text, size_t n, double *rows)
{
	static const struct tokenize_opts cased = { .kind = TOKENIZE_CHRF },
		uncased = { .kind = TOKENIZE_CHRF, .lowercase = 1 };
	size_t chars = 3 * (size_t)o->char_order;
	size_t width = chars + 3 * (size_t)o->word_order;

	counter_chars(c, o->lowercase, o->whitespace, text, n);
	for (size_t r = 1; r < n; r++)
		count_orders(c, r, o->char_order, rows + (r - 1) * width);
	if (!o->word_order)
		return;
	counter_words(c, o->lowercase ? &uncased : &cased, text, n);
	for (size_t r = 1; r < n; r++)
		count_orders(c, r, o->word_order, rows + (r - 1) * width +
			chars);
}

void
chrf_count(struct counter *c, const struct chrf_opts *o,
	const struct span *text, size_t n, double *row)
{
	size_t width = 3 * (size_t)(o->char_order + o->word_order);
	double best = -1;

	double *rows = n > 2 ? xmalloc((n - 1) * width * sizeof *rows) : row;
	count_refs(c, o, text, n, rows);
	for (size_t r = 0; n > 2 && r < n - 1; r++) {
		double score = chrf_score(o, rows + r * width, EXACT);
		if (score > best) {
			best = score;
			memcpy(row, rows + r * width, width * sizeof *row);
		}
	}
	if (rows != row)
		free(rows);
}

/* The weighted harmonic mean of two sums of precisions and recalls. */
static double
f_score(double prec, double rec, double factor, enum arithmetic a)
{
	double up = rounded(a, rounded(a, (1 + factor) * prec) * rec);
	double down = rounded(a, rounded(a, factor * prec) + rec);

	return rounded(a, up / down);
}

double
chrf_score(const struct chrf_opts *o, const double *sums, enum arithmetic a)
{
	const double eps = 1e-16, factor = (double)o->beta * o->beta;
	double score = 0, precs = 0, recs = 0;
	int orders = o->char_order + o->word_order, effective = 0;

	for (int k = 0; k < orders; k++, sums += 3) {
		double prec = sums[0] > 0 ? rounded(a, sums[2] / sums[0]) : eps;
		double rec = sums[1] > 0 ? rounded(a, sums[2] / sums[1]) : eps;
		if (o->eps)
			score = rounded(a, score + (factor * prec + rec > 0 ?
				f_score(prec, rec, factor, a) : eps));
		if (sums[0] > 0 && sums[1] > 0) {
			precs = rounded(a, precs + prec);
			recs = rounded(a, recs + rec);
			effective++;
		}
	}
	if (o->eps)
		return rounded(a, rounded(a, 100 * score) / orders);
	if (!(precs + recs > 0))
		return 0;
	return rounded(a, 100 * f_score(rounded(a, precs / effective),
		rounded(a, recs / effective), factor, a));
}

int
chrf_is_single(const struct chrf_opts *o, const double *sums)
{
	if (!o->eps)
		return chrf_score(o, sums, SINGLE) > 0;
	for (int k = 0; k < o->char_order + o->word_order; k++, sums += 3)
		if (sums[2] > 0 || (sums[0] > 0) != (sums[1] > 0))
			return 1;
	return 0;
}

void
chrf_name(struct buf *b, const struct chrf_opts *o)
{
	buf_printf(b, "chrF%d", o->beta);
	for (int i = 0; i < o->word_order; i++)
		buf_str(b, "+");
}

void
chrf_signature(struct buf *b, const struct chrf_opts *o)
{
	buf_printf(b, "case:%s|eff:%s|nc:%d|nw:%d|space:%s",
		o->lowercase ? "lc" : "mixed", o->eps ? "no" : "yes",
		o->char_order, o->word_order, o->whitespace ? "yes" : "no");
}
