#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "ranks_rec.h"
#include "rec/field.h"

struct ordering
ordering_parse(const char *option, const char *text)
{
	struct ordering o = { .text = text };

	for (const char *p = text; ; p++) {
		if (o.keys == KEYS_MAX)
			die_usage("--%s: \"%s\": more than %d fields", option,
				text, KEYS_MAX);
		int less = *p == '-';
		p += less;
		size_t len = strcspn(p, ",");
		if (!len)
			die_usage("--%s: \"%s\": want FIELD, -FIELD or "
				"several with commas", option, text);
		o.name[o.keys] = p;
		o.len[o.keys] = len;
		o.sign[o.keys++] = less ? -1 : 1;
		p += len;
		if (!*p)
			return o;
	}
}

static double
number(const struct in *in, const struct rec *r, const char *name, size_t len)
{
	struct why why;
	double v;

	if (field_number(r->json, name, len, &v, &why))
		in_fail(in, "%s", why.text);
	return v;
}

static void
grow(struct rank_table *t)
{
	if (t->n < t->cap)
		return;
	t->cap = t->cap ? 2 * t->cap : 32;
	t->truth = xrealloc(t->truth, t->cap, sizeof *t->truth);
	t->squares = xrealloc(t->squares, t->cap, sizeof *t->squares);
	t->records = xrealloc(t->records, t->cap, sizeof *t->records);
	t->group = xrealloc(t->group, t->cap, sizeof *t->group);
	for (size_t k = 0; k < t->keys; k++)
		t->key[k] = xrealloc(t->key[k], t->cap, sizeof **t->key);
	t->x = xrealloc(t->x, t->cap, FEATURES * sizeof *t->x);
}

/* One more training of thing i: mean and squares as Welford's. */
static void
add(struct rank_table *t, size_t i, double truth)
{
	double off = truth - t->truth[i];

	t->truth[i] += off / (double)++t->records[i];
	t->squares[i] += off * (truth - t->truth[i]);
}

void
rank_table_read(struct rank_table *t, struct in *in,
	const struct ordering *truth, const struct ordering *by, size_t n_by,
	const char *within, int features)
{
	struct task unknown = task_unknown(), task;
	struct rec r = { 0 };

	*t = (struct rank_table){ 0 };
	for (size_t k = 0; k < n_by; k++)
		t->keys += by[k].keys;
	t->key = xcalloc(t->keys, sizeof *t->key);
	while (rec_get(in, &r)) {
		struct arch a = arch_rec_get(in, &r, &unknown, &task);
		double v = truth->sign[0] * number(in, &r, truth->name[0],
			truth->len[0]);
		size_t column = 0;

		size_t i = arch_set_find(&t->archs, &a);
		if (i < t->n) {
			add(t, i, v);
			continue;
		}
		grow(t);
		arch_set_add(&t->archs, &a);
		t->truth[i] = t->squares[i] = 0;
		t->records[i] = 0;
		add(t, i, v);
		for (size_t k = 0; k < n_by; k++)
			for (size_t f = 0; f < by[k].keys; f++)
				t->key[column++][i] = by[k].sign[f] * number(in,
					&r, by[k].name[f], by[k].len[f]);
		t->group[i] = within ? number(in, &r, within,
			strlen(within)) : 0;
		memset(t->x + i * FEATURES, 0, FEATURES * sizeof *t->x);
		if (features)
			arch_features(&a, t->x + i * FEATURES);
		t->n++;
	}
	rec_free(&r);
}

double
rank_table_deviation(const struct rank_table *t)
{
	double squares = 0, free_ones = 0;

	for (size_t i = 0; i < t->n; i++) {
		squares += t->squares[i];
		free_ones += (double)t->records[i] - 1;
	}
	return free_ones > 0 ? sqrt(squares / free_ones) : NAN;
}

void
rank_table_free(struct rank_table *t)
{
	for (size_t k = 0; k < t->keys; k++)
		free(t->key[k]);
	arch_set_free(&t->archs);
	free(t->key);
	free(t->truth);
	free(t->squares);
	free(t->records);
	free(t->group);
	free(t->x);
}
