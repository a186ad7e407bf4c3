/* search_rec.h - the candidates of a search as records, and their journal.
 *
 * Each candidate is printed as it is scored; what a journal holds is taken
 * instead of scored, in the order in which the search asks for it. The
 * functions here print and die, as those of rec.h. */
#ifndef SEARCH_REC_H
#define SEARCH_REC_H

#include "arch/arch_rec.h"
#include "model/eval_rec.h"
#include "rec/journal.h"
#include "rec/progress.h"
#include "rec/wheres.h"
#include "search.h"

/* What evolve --resume keeps. */
extern const struct journal_kind search_journal;

struct search_rec {
	/* by the caller: */
	void *ctx;
	double (*predict)(void *ctx, const struct arch *);   /* ms, or NULL */
	int (*eval)(void *ctx, const struct arch *, struct eval_result *,
		struct why *);               /* 0, or -1 with a reason */
	struct task task;
	int src_len, tgt_len;                /* of flops */
	struct wheres where;
	struct journal journal;
	struct search *search;
	struct progress progress;
	/* its own: */
	long replayed;                       /* lines of the journal */
	struct arch last;                    /* what the last is about */
	struct eval_result last_score;
	char **lines;                        /* [n] candidates as printed */
	size_t n;
	struct buf head;                     /* of the candidate at hand */
	size_t id_at, id_len;                /* its arch_id */
	double best;                         /* loss so far */
};

/* What the search is to call. The caller has set its members, 0 elsewhere. */
struct search_calls search_rec_calls(struct search_rec *);
/* Dies unless each of the n limits (INFINITY: none) can be met: to be known
 * before the first candidate is scored. */
void search_rec_start(struct search_rec *, const double *limits, size_t n,
	int quiet);
/* What to tell of the architecture asked about: its loss, from the journal or
 * by eval; printed. */
double search_rec_loss(struct search_rec *, const struct arch *);
/* Dies if the journal has further candidates. */
void search_rec_end(struct search_rec *);
/* Print the best candidates again + "result":{"limit":..,"rank":..}. */
void search_rec_best(const struct search_rec *, double limit, size_t top);
/* And the Pareto front + "result":{"front":true,"rank":..}. */
void search_rec_front(const struct search_rec *);
void search_rec_free(struct search_rec *);

#endif
