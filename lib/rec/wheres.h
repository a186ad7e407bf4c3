/* wheres.h - what a repeated --where asks for, all of it together. */
#ifndef WHERES_H
#define WHERES_H

#include "base/opt.h"
#include "rec.h"

#define OPT_WHERE(t, h) OPT_LIST('w', "where", t, "'FIELD<=NUMBER'", h)

/* "FIELD<=NUMBER": keep a record? FIELD is a dotted path, the operator one of
 * < <= > >= == !=. */
struct where {
	const char *field;   /* borrowed, field_len bytes */
	size_t field_len;
	char op[3];
	double bound;
};
int where_parse(struct where *, const char *text, struct why *);
/* 1 or 0; -1 with a reason where the field is missing or not a number. */
int where_keep(const struct where *, const json_t *, struct why *);
/* 0 and by how much a record misses it, as a share of its bound; 0: it holds.
 * null misses it by INFINITY. -1 as above. */
int where_miss(const struct where *, const json_t *, double *miss,
	struct why *);

struct wheres {
	struct where *at;
	size_t n;
};

/* Texts are borrowed. A condition that can't be read is wrong usage. */
void wheres_parse(struct wheres *, const struct opt_list *texts);
/* Do all hold for the JSON object in text? Dies where a field is missing; in:
 * what was read last for it, or NULL. */
int wheres_keep(const struct wheres *, const struct in *in, const char *text);
void wheres_free(struct wheres *);

#endif
