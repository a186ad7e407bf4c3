#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "field.h"
#include "rec.h"
#include "wheres.h"

/* The number at the end of a condition, blanks around it. */
static int
bound_parse(const char *text, double *v)
{
	char *end;

	text += strspn(text, " \t");
	*v = strtod(text, &end);
	return end == text || end[strspn(end, " \t")] || !isfinite(*v);
}

int
where_parse(struct where *w, const char *text, struct why *why)
{
	const char *field = text + strspn(text, " \t");
	size_t n = strcspn(field, "<>=!");
	const char *op = field + n;
	size_t k = strspn(op, "<>=!");
	static const char ops[][3] = { "<", "<=", ">", ">=", "==", "!=" };

	while (n && (field[n - 1] == ' ' || field[n - 1] == '\t'))
		n--;
	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		if (k != strlen(ops[i]) || strncmp(op, ops[i], k))
			continue;
		*w = (struct where){ .field = field, .field_len = n };
		memcpy(w->op, ops[i], sizeof w->op);
		if (n && !bound_parse(op + k, &w->bound))
			return 0;
	}
	return why_set(why, "want 'FIELD<=NUMBER' (or < > >= == !=), "
		"not \"%s\"", text);
}

static int
holds(const struct where *w, double v)
{
	switch (w->op[0]) {
	case '<': return w->op[1] ? v <= w->bound : v < w->bound;
	case '>': return w->op[1] ? v >= w->bound : v > w->bound;
	case '=': return v == w->bound;
	default:  return v != w->bound;
	}
}

int
where_keep(const struct where *w, const json_t *j, struct why *why)
{
	double v;

	if (field_number(j, w->field, w->field_len, &v, why))
		return -1;
	return holds(w, v);
}

int
where_miss(const struct where *w, const json_t *j, double *miss,
	struct why *why)
{
	double v;

	if (field_value(j, w->field, w->field_len, &v, why))
		return -1;
	*miss = isnan(v) ? INFINITY : holds(w, v) ? 0 :
		fabs(v - w->bound) / fmax(fabs(w->bound), 1) + 1e-12;
	return 0;
}

void
wheres_parse(struct wheres *w, const struct opt_list *texts)
{
	struct why why;

	w->n = texts->n;
	w->at = xcalloc(w->n, sizeof *w->at);
	for (size_t i = 0; i < w->n; i++)
		if (where_parse(&w->at[i], texts->at[i], &why))
			die_usage("--where: %s", why.text);
}

int
wheres_keep(const struct wheres *w, const struct in *in, const char *text)
{
	struct why why;
	int keep = 1;

	if (!w->n)
		return 1;
	json_t *j = rec_tree(text, strlen(text), NULL);
	for (size_t i = 0; i < w->n && keep; i++)
		if ((keep = where_keep(&w->at[i], j, &why)) < 0) {
			if (in)
				in_fail(in, "--where: %s", why.text);
			die("--where: %s", why.text);
		}
	json_decref(j);
	return keep;
}

void
wheres_free(struct wheres *w)
{
	free(w->at);
	*w = (struct wheres){ 0 };
}
