/* search_rec.h - the candidates of a search as records, and their journal.
 *
 * Candidates are scored here, or by another program (--evaluate), which may
 * answer in any order; they are printed in the order in which the search asked
 * for them. What a journal holds is taken instead of scored. The functions here
 * print and die, as those of rec.h. */
#ifndef SEARCH_REC_H
#define SEARCH_REC_H

#include "arch/arch_rec.h"
#include "base/opt.h"
#include "goals_rec.h"
#include "model/eval_rec.h"
#include "outside_rec.h"
#include "rec/journal.h"
#include "rec/progress.h"
#include "search.h"

/* What evolve --resume keeps; of another program's scores. */
extern const struct journal_kind search_journal, search_journal_outside;

/* A candidate that was asked about and is not printed yet. */
struct waiting {
	size_t index;                        /* of search->archs */
	int iteration;
	struct buf head;                     /* its record without scores and
	                                      * last brace */
	size_t id_at, id_len;                /* the member arch_id in there */
	char id[ARCH_ID + 1];
	int sent;                            /* to the other program */
	struct buf line;                     /* scored; empty: not yet */
	double value[OBJECTIVES_MAX], excess;
	float *own;                          /* of a race that is not lost */
	int lost;
};

/* evolve's options, and what they come to. Texts are borrowed from argv. */
struct search_cli {
	struct search_plan plan;
	const char *weights, *valid, *predictor, *space, *resume, *isa;
	const char *strategy, *seeds, *limit_list, *dtype;
	const char *evaluate, *measure;   /* commands, or NULL */
	struct opt_list limit_texts, conditions, minimize, maximize, files;
	struct goals goals;
	long max_tokens, sentences, threads, top, seed, src_len, tgt_len;
	long elites;                 /* measured in each iteration */
	double smoothing;            /* -1: the supernet's */
	int quiet, front, force, random, pareto, race;
	int batchwise;               /* evaluate runs anew for each few
	                              * candidates, to the end of its input */
	double *limit;               /* [limits] in ms; not limited: INFINITY */
	size_t limits;
	int limited;
};

struct search_rec {
	/* by the caller: */
	void *ctx;
	double (*predict)(void *ctx, const struct arch *);   /* ms, or NULL */
	double bounds[2];                    /* predicted_lo, predicted_hi are
	                                      * so much times it; 0: without */
	/* 0, or -1 with a reason; NULL: evaluate. own, rival: [sentences]
	 * losses for a race against the rival, NULL: none; own NULL: no race
	 * at all */
	int (*eval)(void *ctx, const struct arch *, const float *rival,
		float *own, struct eval_result *, struct why *);
	size_t sentences;                    /* 0: no races */
	size_t contenders;                   /* which of the best is the rival,
	                                      * from 1 */
	struct search_cli *o;                /* its goals are sorted */
	struct task task;
	struct buf options, scores;          /* of a journal's first line:
	                                      * members; scores: what scores */
	struct journal journal;
	struct search *search;
	struct progress progress;
	/* its own: */
	struct outside scorer;               /* evaluate, running */
	struct waiting *waiting;             /* [n_waiting] in order */
	size_t n_waiting;
	long replayed;                       /* lines of the journal */
	int unchecked;                       /* the last of them, by eval */
	struct waiting draft;                /* what conditions are asked of */
	struct arch last;                    /* what the last is about */
	struct eval_result last_score;
	char **lines;                        /* [n] candidates as scored */
	char **measured;                     /* [n] the same as measured last,
	                                      * NULL: they were not */
	size_t n;
	double best;                         /* value so far */
	size_t *contender;                   /* [n_contenders] best first */
	size_t n_contenders;
	float **losses;                      /* [n] of contenders, else NULL */
};

/* Wrong usage dies with exit status 2. */
void search_cli_parse(struct search_cli *, int argc, char **argv);
/* Each candidate races, over so many sentences; 0: none does. The rival is the
 * last of those who may have children, or be a result. */
void search_cli_race(const struct search_cli *, struct search_rec *,
	size_t sentences);
/* What a journal's candidates do not show: no other may go on with it. */
void search_cli_journal(const struct search_cli *, struct search_rec *);
void search_cli_free(struct search_cli *);

/* What the search is to call. The caller has set its members, 0 elsewhere. */
struct search_calls search_rec_calls(struct search_rec *);
/* Search under each limit, print the candidates. Dies, before the first one is
 * scored, unless each limit can be met. */
void search_rec_run(struct search_rec *);
/* Print the best candidates again + "result":{"limit":..,"rank":..}. */
void search_rec_best(const struct search_rec *, double limit, size_t top);
/* And the Pareto front + "result":{"front":true,"rank":..}. */
void search_rec_front(const struct search_rec *);
/* And all that were measured + "result":{"measured":true,"rank":..}. */
void search_rec_measured(const struct search_rec *);
/* Wait for the other program's end. */
void search_rec_free(struct search_rec *);

#endif
