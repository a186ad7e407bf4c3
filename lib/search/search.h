/* search.h - search for the best architecture under a limit, on ask and tell.
 *
 * By HAT's algorithm (ACL 2020, section 3.3): a random population, then in each
 * iteration the best become parents, and their mutants and crossings join
 * them; or by another strategy, see strategy.h. What is asked about meets the
 * limit. Unlike HAT's, nothing is asked about twice, a search is seeded, and a
 * limit that nothing meets is an error.
 *
 *	search_begin(&s, limit);
 *	while ((more = search_ask(&s, &arch, &why)) > 0)
 *		search_tell(&s, loss of arch);
 *
 * What an architecture costs comes from the caller. Random numbers follow from
 * the seed and the iteration alone: searches for several limits share what was
 * told, and each runs as it would run alone. */
#ifndef SEARCH_H
#define SEARCH_H

#include "arch/arch_set.h"
#include "strategy.h"

struct search_plan {
	long population, parents, mutations, crossovers, iterations;
	double mutation_prob;
	uint64_t seed;
	const struct strategy *strategy;
};
#define SEARCH_PLAN { 125, 25, 50, 50, 30, 0.3, 1, &strategy_hat }

/* What is known of an architecture before it is asked about. */
struct search_calls {
	void *ctx;
	/* Predicted cost, such as latency: what the limit is for. */
	double (*cost)(void *ctx, const struct arch *);
	/* 1 if other conditions hold, else 0. NULL: there are none. */
	int (*keep)(void *ctx, const struct arch *, double cost);
	/* Parameters; for strategy_deepest. */
	double (*size)(void *ctx, const struct arch *);
};

struct candidate {
	struct genome genome;
	double cost, loss;   /* objectives: the lower the better */
	int iteration;       /* that asked about it, from 1 */
	long search;         /* the last search that drew it */
};

/* What a search has drawn. */
struct draw {
	struct genome genome;
	struct arch arch;
	double cost;
	size_t index;   /* archs.n where nothing was told of it yet */
};

struct search {
	struct space space;
	struct search_plan plan;
	struct search_calls calls;
	struct arch_set archs;       /* all that were told, in this order */
	struct candidate *at;        /* [archs.n] */
	size_t cap;
	long done;                   /* members of all searches */
	long searches;
	/* of the search under way */
	double limit;                /* of the cost, may be INFINITY */
	size_t *members;             /* [n_members] */
	size_t n_members, members_cap;
	size_t *parents;             /* [n_parents] best first */
	size_t n_parents;
	struct genome cheapest;      /* of what the search has drawn */
	double cheapest_cost;
	int iteration;               /* from 1; 0: not begun */
	const struct stage *stage;   /* of the iteration */
	long left;                   /* candidates of the stage */
	const struct operator *const *by;   /* the stage's, in use */
	struct rng rng;
	struct draw asked;           /* about which nothing was told yet */
	long draws;                  /* for the candidate drawn last */
	int exhausted;               /* iteration in which it found nothing
	                              * new to ask about, or 0 */
};

/* Space, plan and calls are copied. */
void search_init(struct search *, const struct space *,
	const struct search_plan *, const struct search_calls *);
void search_free(struct search *);

/* Does anything meet the limit? Asks about nothing. 0, or -1 with a reason
 * that states the smallest cost found. */
int search_check(struct search *, double limit, struct why *);
/* A new search, which knows what the earlier ones were told. */
void search_begin(struct search *, double limit);
/* 1 and the next architecture to tell of, 0 where the search is over, -1 with
 * a reason where nothing meets the limit. */
int search_ask(struct search *, struct arch *, struct why *);
/* The loss of the one asked about; NaN is the worst. */
void search_tell(struct search *, double loss);
/* How many architectures one search draws if it is not exhausted. */
long search_budget(const struct search_plan *);

/* Put candidate i where its loss belongs among the n best, at most k, after
 * those that are as good. Returns how many there are then. */
size_t search_rank(const struct search *, size_t *best, size_t n, size_t k,
	size_t i);
/* The k best of all that were told and meet the limit, best first, the
 * earlier one of equals first: indices into at. Returns how many. */
size_t search_best(const struct search *, double limit, size_t k,
	size_t *index);
/* The Pareto front of cost and loss over all that were told, by ascending
 * cost: no other is as cheap and as good. index: [archs.n]. */
size_t search_front(const struct search *, size_t *index);

#endif
