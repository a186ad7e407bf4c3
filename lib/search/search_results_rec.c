/* The results of a search: its best candidates again, its front, what was
 * measured. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "search_rec.h"

/* The candidates again, ranked; what: the result's other members. */
static void
put_results(const struct search_rec *s, const size_t *index, size_t n,
	const char *what)
{
	struct buf b = { 0 };

	for (size_t i = 0; i < n; i++) {
		size_t k = index[i];
		const char *line = s->measured[k] ? s->measured[k] :
			s->lines[k];
		struct rec r = { .line = line, .len = strlen(line) };
		buf_clear(&b);
		if (s->o->measure)
			member_num(&b, "corrected_ms",
				s->search->at[k].cost * s->search->ratio);
		buf_printf(&b, "%s\"result\":{%s\"rank\":%zu}",
			b.len ? "," : "", what, i + 1);
		rec_put(&r, b.data);
	}
	buf_free(&b);
}

static _Noreturn void
no_result(const struct search_rec *s, double limit)
{
	double least = INFINITY;

	for (size_t i = 0; i < s->search->archs.n; i++)
		least = fmin(least, s->search->at[i].measured);
	if (isfinite(least) && least > limit)
		die("no candidate meets the limit %.9g as measured: the "
			"fastest takes %.9g ms", limit, least);
	if (s->o->goals.after.n)
		die("no candidate meets all conditions");
	die("no candidate has a %s that is a number", s->o->goals.at[0].field);
}

void
search_rec_best(const struct search_rec *s, double limit, size_t top)
{
	size_t *index = xcalloc(s->n, sizeof *index);
	size_t n = search_best(s->search, limit, top < s->n ? top : s->n,
		index);
	char what[64] = "";

	if (!n)
		no_result(s, limit);
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
search_rec_measured(const struct search_rec *s)
{
	size_t *index = xcalloc(s->n, sizeof *index), n = 0;

	for (size_t i = 0; i < s->n; i++)
		if (isfinite(s->search->at[i].measured))
			index[n++] = i;
	put_results(s, index, n, "\"measured\":true,");
	free(index);
}
