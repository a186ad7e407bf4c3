#include <math.h>
#include <stdlib.h>
#include "bleu.h"

const char *const bleu_smooths[] = { "none", "floor", "add-k", "exp", NULL };

double
bleu_smooth_default(enum bleu_smooth smooth)
{
	/* Chen and Cherry, WMT 2014 */
	return smooth == SMOOTH_FLOOR ? 0.1 : smooth == SMOOTH_ADD_K ? 1 : 0;
}

void
bleu_count(struct counter *c, const struct bleu_opts *o,
	const struct span *text, size_t n, double *row)
{
	long match[NGRAMS_ORDER_MAX], nearest = -1, closest = 0;

	counter_words(c, &o->tokens, text, n);
	ngrams_match(&c->ngrams, c->ids, n, c->below, o->order, match);
	long len = (long)c->ids[0].n;
	for (size_t r = 1; r < n; r++) {
		long ref = (long)c->ids[r].n, gap = labs(ref - len);
		/* the shorter of two that are equally close */
		if (nearest < 0 || gap < nearest ||
		    (gap == nearest && ref < closest)) {
			nearest = gap;
			closest = ref;
		}
	}
	*row++ = (double)len;
	*row++ = (double)closest;
	for (int k = 0; k < o->order; k++) {
		row[k] = (double)match[k];
		row[o->order + k] = len > k ? (double)(len - k) : 0;
	}
}

/* A sum with k added. NumPy's arrays of whole numbers stay such: there the
 * fraction of k is lost. */
static double
add_k(double sum, double k, enum arithmetic a)
{
	double x = rounded(a, sum + rounded(a, k));

	return a == WHOLE ? trunc(x) : x;
}

/* The precision in percent of one order; halved: how often exp has smoothed. */
static double
precision(double correct, double total, const struct bleu_opts *o,
	enum arithmetic a, double *halved)
{
	if (correct != 0)
		return rounded(a, rounded(a, 100 * correct) / total);
	if (o->smooth == SMOOTH_EXP)
		return rounded(a, 100 / rounded(a, (*halved *= 2) * total));
	return o->smooth != SMOOTH_FLOOR ? 0 :
		rounded(a, rounded(a, 100 * o->smooth_value) / total);
}

void
bleu_score(struct bleu_score *r, const struct bleu_opts *o, const double *sums,
	enum arithmetic a)
{
	const double *match = sums + 2, *all = match + o->order;
	double sum = 0, halved = 1, any = 0;
	int effective = o->order, k;

	r->score = 0;
	r->bp = 1;
	for (k = 0; k < o->order; k++)
		r->precision[k] = 0;
	if (sums[0] < sums[1])
		r->bp = sums[0] > 0 ? exp(1 - sums[1] / sums[0]) : 0;
	for (k = 0; k < o->order; k++)
		any += match[k];
	if (!any)
		return;
	for (k = 0; k < o->order; k++) {
		double correct = match[k], total = all[k];
		if (o->smooth == SMOOTH_ADD_K && k) {
			correct = add_k(correct, o->smooth_value, a);
			total = add_k(total, o->smooth_value, a);
		}
		if (!total)
			break;
		if (o->effective)
			effective = k + 1;
		r->precision[k] = precision(correct, total, o, a, &halved);
	}
	for (k = 0; k < effective; k++)   /* of 0 it is -inf: the score is 0 */
		sum += log(r->precision[k]);
	r->score = r->bp * exp(sum / effective);
}

void
bleu_verbose(struct buf *b, const struct bleu_opts *o, const double *sums,
	const struct bleu_score *r)
{
	for (int k = 0; k < o->order; k++)
		buf_printf(b, "%s%.1f", k ? "/" : "", r->precision[k]);
	buf_printf(b, " (BP = %.3f ratio = %.3f hyp_len = %.0f ref_len = %.0f)",
		r->bp, sums[1] > 0 ? sums[0] / sums[1] : 0, sums[0], sums[1]);
}

void
bleu_signature(struct buf *b, const struct bleu_opts *o)
{
	buf_printf(b, "case:%s|eff:%s|tok:%s|smooth:%s",
		o->tokens.lowercase ? "lc" : "mixed",
		o->effective ? "yes" : "no", tokenizer_names[o->tokens.kind],
		bleu_smooths[o->smooth]);
	if (o->smooth == SMOOTH_FLOOR || o->smooth == SMOOTH_ADD_K)
		buf_printf(b, "[%.2f]", o->smooth_value);
}
