#include "ter.h"

int
ter_count(struct counter *c, const struct ter_opts *o, const struct span *text,
	size_t n, double *row, struct why *why)
{
	long least = -1, lengths = 0;

	counter_split(c, &o->tokens, text, n);
	/* sacreBLEU splits references twice, and "..5" is three tokens only
	 * then */
	for (size_t r = 1; r < n; r++)
		tokens_split_again(&c->tokens[r], &o->tokens);
	counter_number(c, n);
	for (size_t r = 1; r < n; r++) {
		long edits = ter_edits(&c->ter, &c->ids[0], &c->ids[r],
			why);
		if (edits < 0)
			return -1;
		if (least < 0 || edits < least)
			least = edits;
		lengths += (long)c->ids[r].n;
	}
	row[0] = (double)least;
	row[1] = (double)lengths / (double)(n - 1);
	return 0;
}

double
ter_score(const double *sums, enum arithmetic a)
{
	if (sums[1] > 0)
		return rounded(a, 100 * rounded(a, sums[0] / sums[1]));
	return sums[0] > 0 ? 100 : 0;
}

void
ter_signature(struct buf *b, const struct ter_opts *o)
{
	buf_printf(b, "case:%s|tok:tercom|norm:%s|punct:%s|asian:%s",
		o->tokens.lowercase ? "lc" : "mixed",
		o->tokens.kind == TOKENIZE_TERCOM ? "yes" : "no",
		o->tokens.no_punct ? "no" : "yes",
		o->tokens.asian ? "yes" : "no");
}
