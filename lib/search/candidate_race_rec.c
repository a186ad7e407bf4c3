/* Races: whom a candidate must not be worse than, to be scored to the end. */
#include <stdlib.h>
#include "candidate_rec.h"

/* Who must be beaten: the last of those who may have children. One that misses
 * conditions is beaten by whoever meets them, with a larger loss, too: nobody
 * races then. Of one from the journal the losses of sentences are not known
 * yet. */
const float *
contenders_rival(struct search_rec *s)
{
	struct eval_result res;
	struct why why;

	if (!s->sentences || s->n_contenders < s->contenders)
		return NULL;
	size_t i = s->contender[s->n_contenders - 1];
	if (s->search->at[i].excess > 0)
		return NULL;
	if (!s->losses[i]) {
		s->losses[i] = xcalloc(s->sentences, sizeof **s->losses);
		if (s->eval(s->ctx, &s->search->archs.at[i], NULL,
		    s->losses[i], &res, &why))
			die("%s", why.text);
	}
	return s->losses[i];
}

void
contenders_add(struct search_rec *s, struct waiting *w)
{
	size_t n = s->n_contenders, k = s->contenders, *at = s->contender;
	size_t last = n == k ? at[k - 1] : w->index;

	s->losses = xrealloc(s->losses, s->n, sizeof *s->losses);
	s->losses[w->index] = w->own;
	w->own = NULL;
	if (!w->lost)
		s->n_contenders = search_rank(s->search, at, n, k, w->index);
	if (n == k && at[k - 1] == last)
		last = w->index;
	if (n == k) {
		free(s->losses[last]);
		s->losses[last] = NULL;
	}
}
