/* search.h - evolutionary search for the best architecture under a limit.
 *
 * HAT's algorithm (ACL 2020, section 3.3): a random population, then in each
 * iteration the best become parents, and their mutants and crossings join
 * them. Everything drawn meets the limit. Unlike HAT's, nothing is scored
 * twice, a search is seeded, and a limit that nothing meets is an error.
 *
 * What an architecture costs and how good it is comes from the caller. Random
 * numbers follow from the seed and the iteration alone: searches for several
 * limits share their scores, and each runs as it would run alone. */
#ifndef SEARCH_H
#define SEARCH_H

#include "arch_set.h"
#include "genome.h"

struct search_plan {
	long population, parents, mutations, crossovers, iterations;
	double mutation_prob;
	uint64_t seed;
	int random;   /* the baseline: as many architectures, drawn uniformly */
};
#define SEARCH_PLAN { 125, 25, 50, 50, 30, 0.3, 1, 0 }

struct search_calls {
	void *ctx;
	/* Predicted cost, such as latency: what the limit is for. */
	double (*cost)(void *ctx, const struct arch *);
	/* 1 if other conditions hold, else 0. NULL: there are none. */
	int (*keep)(void *ctx, const struct arch *, double cost);
	/* 0 and the loss (lower is better, NaN worst), -1 with a reason. */
	int (*score)(void *ctx, const struct arch *, double cost,
		int iteration, double *loss, struct why *);
};

struct candidate {
	struct genome genome;
	double cost, loss;
	int iteration;   /* that scored it, from 1 */
	long search;     /* the last search that drew it */
};

struct search {
	struct space space;
	struct search_plan plan;
	struct search_calls calls;
	struct arch_set archs;       /* all that were scored, in this order */
	struct candidate *at;        /* [archs.n] */
	size_t cap;
	size_t *members;             /* [n_members] of the search under way */
	size_t n_members, members_cap;
	size_t *parents;             /* [n_parents] best first */
	size_t n_parents;
	struct genome cheapest;      /* of what the search has drawn */
	double cheapest_cost;
	long draws;                  /* for the member drawn last */
	long done;                   /* members of all searches */
	long searches;
	int exhausted;               /* iteration in which the last search found
	                              * nothing new to score, or 0 */
};

/* Space, plan and calls are copied. */
void search_init(struct search *, const struct space *,
	const struct search_plan *, const struct search_calls *);
void search_free(struct search *);

/* Does anything meet the limit? Scores nothing. 0, or -1 with a reason that
 * states the smallest cost found. */
int search_check(struct search *, double limit, struct why *);
/* Run one search, limit may be INFINITY. 0, or -1 with a reason. */
int search_run(struct search *, double limit, struct why *);
/* How many architectures one search draws if it is not exhausted. */
long search_budget(const struct search_plan *);

/* The k best of all that were scored and meet the limit, best first, the
 * earlier one of equals first: indices into at. Returns how many. */
size_t search_best(const struct search *, double limit, size_t k,
	size_t *index);
/* The Pareto front of cost and loss over all that were scored, by ascending
 * cost: no other is as cheap and as good. index: [archs.n]. */
size_t search_front(const struct search *, size_t *index);

#endif
