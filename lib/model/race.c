#include <math.h>
#include "race.h"

struct race
race_begin(const struct pairs *p)
{
	struct race r = { .all_sentences = p->n };

	for (int i = 0; i < p->n; i++)
		r.all_tokens += pairs_tgt_len(p, i);
	return r;
}

void
race_add(struct race *r, int t, double own, double rival)
{
	double d = own - rival;

	r->n++;
	r->tokens += t;
	r->d += d;
	r->dd += d * d;
	r->dt += d * t;
	r->tt += (double)t * t;
}

double
race_difference(const struct race *r)
{
	return r->d / r->tokens;
}

/* Of the total: what is known, and the rest, which is as the ratio says but
 * for its own spread and for the error of the ratio. */
int
race_lost(const struct race *r)
{
	double ratio = race_difference(r), rest = r->all_tokens - r->tokens;

	if (r->n < RACE_SENTENCES || r->tokens * RACE_SHARE < r->all_tokens)
		return 0;
	double squares = r->dd - 2 * ratio * r->dt + ratio * ratio * r->tt;
	double variance = squares / (r->n - 1);
	double share = rest / r->tokens;
	double error = sqrt(variance * (r->all_sentences - r->n +
		share * share * r->n));

	return r->d + ratio * rest > RACE_ERRORS * error;
}
