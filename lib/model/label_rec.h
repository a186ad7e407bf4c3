/* label_rec.h - pairs from a stream, and what teachers expect at each of their
 * target tokens beside them. Dies with "prog: FILE:LINE: reason". */
#ifndef LABEL_REC_H
#define LABEL_REC_H

#include "base/opt.h"
#include "rec/out.h"
#include "teachers_rec.h"

/* The caller sets the first five, the rest is zero. */
struct labeller {
	struct teachers *teachers;
	long words, max_tokens; /* of a token, of a batch */
	double temperature;
	struct out *out;        /* NULL: stdout */

	/* the window */
	struct pairs pairs;
	struct line *line;      /* [cap] */
	size_t cap;
	long held;              /* target tokens */

	/* a batch */
	int *ints, *ids;        /* ids, p: [max_tokens, words] */
	float *p;
	double done, tokens, bytes;   /* bytes: that were added */
};
/* Label all pairs of the files, none: of stdin; say how fast that was. */
void label_all(struct labeller *, const struct opt_list *files, int quiet);

#endif
