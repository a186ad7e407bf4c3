/* goals_rec.h - what a search is for: the fields of its candidates' records
 * that are to be small or large, and the conditions on fields.
 *
 * Fields are dotted paths: "valid_loss", "latency_ms.ci95.0". The functions
 * here die, as those of rec.h. */
#ifndef GOALS_REC_H
#define GOALS_REC_H

#include "front.h"
#include "rec/wheres.h"

struct goal {
	const char *field;   /* borrowed */
	int sign;            /* 1: small is good, -1: large */
};

struct goals {
	struct goal at[OBJECTIVES_MAX];
	int n;
	struct wheres before, after;   /* conditions that can be told before
	                                * a candidate is scored; that can't */
};

/* --minimize, --maximize, in this order. Too many are wrong usage. */
void goals_parse(struct goals *, const struct opt_list *minimize,
	const struct opt_list *maximize, const struct opt_list *conditions);
/* Is this field among the objectives, to be small? */
int goals_minimize(const struct goals *, const char *field);
/* Does an objective or a condition name a field that begins so? */
int goals_name(const struct goals *, const char *begin);
/* Which conditions can be told before scoring? Those on fields of the record
 * unscored. All others must be fields of scored, which says what fields there
 * will be; NULL: another program's, which are not known yet. */
void goals_sort(struct goals *, const char *unscored, const char *scored);
/* A candidate's values, the smaller the better, and by how much it misses the
 * conditions; -1 with a reason where its record has no such field. */
int goals_values(const struct goals *, const char *line, double *value,
	double *excess, struct why *);
void goals_free(struct goals *);

#endif
