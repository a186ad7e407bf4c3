#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "goals_rec.h"
#include "rec/field.h"
#include "rec/rec.h"

static void
add(struct goals *g, const struct opt_list *fields, int sign)
{
	for (size_t i = 0; i < fields->n; i++) {
		if (g->n == OBJECTIVES_MAX)
			die_usage("more than %d objectives", OBJECTIVES_MAX);
		g->at[g->n++] = (struct goal){ fields->at[i], sign };
	}
}

void
goals_parse(struct goals *g, const struct opt_list *minimize,
	const struct opt_list *maximize, const struct opt_list *conditions)
{
	*g = (struct goals){ .n = 0 };
	add(g, minimize, 1);
	add(g, maximize, -1);
	wheres_parse(&g->before, conditions);
	g->after.at = xcalloc(g->before.n, sizeof *g->after.at);
}

int
goals_minimize(const struct goals *g, const char *field)
{
	for (int i = 0; i < g->n; i++)
		if (g->at[i].sign > 0 && !strcmp(g->at[i].field, field))
			return 1;
	return 0;
}

int
goals_name(const struct goals *g, const char *begin)
{
	size_t n = strlen(begin);

	for (int i = 0; i < g->n; i++)
		if (!strncmp(g->at[i].field, begin, n))
			return 1;
	for (size_t i = 0; i < g->before.n; i++)
		if (!strncmp(g->before.at[i].field, begin, n))
			return 1;
	return 0;
}

static json_t *
parse(const char *line)
{
	return line ? rec_tree(line, strlen(line), NULL) : NULL;
}

/* scored NULL: there may be anything. */
static void
check(const char *option, const json_t *scored, const char *field, size_t len)
{
	double v;
	struct why why;

	if (scored && field_value(scored, field, len, &v, &why))
		die("%s: %s", option, why.text);
}

void
goals_sort(struct goals *g, const char *unscored, const char *scored)
{
	json_t *first = parse(unscored), *last = parse(scored);
	size_t n = 0;
	double v;

	for (int i = 0; i < g->n; i++)
		check(g->at[i].sign > 0 ? "--minimize" : "--maximize", last,
			g->at[i].field, strlen(g->at[i].field));
	for (size_t i = 0; i < g->before.n; i++) {
		struct where *w = &g->before.at[i];
		check("--where", last, w->field, w->field_len);
		if (field_value(first, w->field, w->field_len, &v, NULL))
			g->after.at[g->after.n++] = *w;
		else
			g->before.at[n++] = *w;
	}
	g->before.n = n;
	json_decref(first);
	json_decref(last);
}

int
goals_values(const struct goals *g, const char *line, double *value,
	double *excess, struct why *why)
{
	json_t *j = parse(line);
	int bad = 0;

	*excess = 0;
	for (int i = 0; i < g->n && !bad; i++) {
		bad = field_value(j, g->at[i].field, strlen(g->at[i].field),
			&value[i], why);
		value[i] *= g->at[i].sign;
	}
	for (size_t i = 0; i < g->after.n && !bad; i++) {
		double miss = 0;
		bad = where_miss(&g->after.at[i], j, &miss, why);
		*excess += miss;
	}
	json_decref(j);
	return bad ? -1 : 0;
}

void
goals_free(struct goals *g)
{
	wheres_free(&g->before);
	wheres_free(&g->after);
}
