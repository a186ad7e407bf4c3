/* candidate_rec.h - the record of one candidate of a search, and the journal
 * of these. For the files of search_rec.h alone. */
#ifndef CANDIDATE_REC_H
#define CANDIDATE_REC_H

#include "search_rec.h"

/* Values count as they are printed, so that a search that takes them from a
 * journal goes the same way. */
double as_printed(double);
/* Begin the record: all but its scores and its last brace. */
void candidate_head(const struct search_rec *, struct waiting *,
	const struct arch *, double ms);
/* Finish it with scores, members, and add it to the journal. 0, or -1 with a
 * reason: they lack a field that is asked for. */
int candidate_finish(struct search_rec *, struct waiting *,
	const struct buf *scores, struct why *);
void candidate_print(struct search_rec *, const struct buf *line);
/* Is a line of the candidate? Journals of before may have no ids. */
int candidate_is(const struct waiting *, const char *line, size_t len);
/* Sort the goals by what records of the space will have. */
void candidate_goals(struct search_rec *);

/* Is the journal of a search with these options? Write its first line. */
void candidates_begin(struct search_rec *);
/* The journal's next line, or NULL. */
const char *candidates_next(struct search_rec *, size_t *len);
/* Die: that line is not what this search has there. */
_Noreturn void candidates_refuse(const struct search_rec *);

/* The losses of the sentences of whom the next one must beat, or NULL. */
const float *contenders_rival(struct search_rec *);
/* One who has been told of joins the contenders, in place of the last one. */
void contenders_add(struct search_rec *, struct waiting *);

/* Give the other program what it has not got yet. */
void evaluate_send(struct search_rec *);
void evaluate_take(struct search_rec *);   /* one answer */
void evaluate_end(struct search_rec *);    /* all is answered */

/* Have those of n candidates measured that are not yet. Returns how many could
 * be, at the first go. */
size_t measure_some(struct search_rec *, const size_t *index, size_t n);
/* Until the best of a limit are all measured. */
void measure_best(struct search_rec *, double limit, size_t top);

#endif
