/* search.h - search for the best architecture under a limit, on ask and tell.
 *
 * By HAT's algorithm (ACL 2020, section 3.3): a random population, then in each
 * iteration the best become parents, and their mutants and crossings join
 * them; or by another strategy, see strategy.h. What is asked about meets the
 * limit. Unlike HAT's, nothing is asked about twice, a search is seeded, and a
 * limit that nothing meets is an error.
 *
 *	search_begin(&s, &limit, 1);
 *	while ((more = search_ask(&s, &i, &why)) == SEARCH_ASKED)
 *		search_tell(&s, i, &(double){ loss of s.archs.at[i] }, 0);
 *
 * Many may be asked about before the first is told of, in any order, until
 * search_ask says SEARCH_WAIT: what is drawn does not depend on it.
 *
 * What an architecture costs comes from the caller. Random numbers follow from
 * the seed and the iteration alone: searches for several limits share what was
 * told, and each runs as it would run alone. */
#ifndef SEARCH_H
#define SEARCH_H

#include "arch/arch_set.h"
#include "front.h"
#include "strategy.h"

struct search_plan {
	long population, parents, mutations, crossovers, iterations;
	double mutation_prob;
	uint64_t seed;
	const struct strategy *strategy;
	int objectives;   /* values of a candidate, 1 to OBJECTIVES_MAX */
	int rules;        /* 1: the first population begins with what the
	                   * rules of thumb say */
};
#define SEARCH_PLAN { 125, 25, 50, 50, 30, 0.3, 1, &strategy_hat, 1, 0 }

/* What is known of an architecture before it is asked about. */
struct search_calls {
	void *ctx;
	/* Predicted cost, such as latency: what the limit is for. */
	double (*cost)(void *ctx, const struct arch *);
	/* 1 if other conditions hold, else 0. NULL: there are none. */
	int (*keep)(void *ctx, const struct arch *, double cost);
	/* Parameters; for the rules of thumb. */
	double (*size)(void *ctx, const struct arch *);
	/* After each iteration but the last, before the parents of the next are
	 * chosen: it may call search_measured. NULL: nothing. */
	void (*turn)(void *ctx);
};

struct candidate {
	struct genome genome;
	double cost;         /* as predicted */
	double measured;     /* NaN: it was not; INFINITY: it could not be */
	double value[OBJECTIVES_MAX];   /* the lower the better */
	double excess;       /* by which it misses conditions; 0: none */
	const char *rule;    /* of thumb, whose answer it is, or NULL */
	int iteration;       /* that asked about it, from 1 */
	int told;
	long search;         /* the last search that drew it */
};

/* What a search has drawn. */
struct draw {
	struct genome genome;
	struct arch arch;
	double cost;
	const char *rule;
	size_t index;   /* archs.n where it was not asked about yet */
};

struct search {
	struct space space;
	struct search_plan plan;
	struct search_calls calls;
	struct arch_set archs;       /* all that were asked about */
	struct candidate *at;        /* [archs.n] */
	size_t cap;
	long done;                   /* members of all searches, told of */
	long searches;
	double ratio;                /* of measured to predicted cost */
	/* of the search under way */
	double limit;                /* of the cost, may be INFINITY */
	double *limits;              /* [n_limits] that rules look at */
	size_t n_limits, rule;       /* rule: answers drawn so far */
	double rule_limit;           /* of the answer at hand */
	size_t *members;             /* [n_members] */
	size_t n_members, members_cap;
	size_t born;                 /* members before the iteration */
	size_t *parents;             /* [n_parents] best first */
	size_t n_parents;
	struct genome cheapest;      /* of what the search has drawn */
	double cheapest_cost;
	int iteration;               /* from 1; 0: not begun */
	const struct stage *stage;   /* of the iteration */
	long left;                   /* candidates of the stage */
	const struct operator *const *by;   /* the stage's, in use */
	struct rng rng;
	long untold;                 /* asked about, not told of yet */
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
/* A new search, which knows what the earlier ones were told: for the largest of
 * n limits; its rules look at each of them. May the space's smallest
 * architecture be asked about? */
int search_begin(struct search *, const double *limits, size_t n);

enum asked {
	SEARCH_FAILED = -1,   /* nothing meets the limit; there is a reason */
	SEARCH_OVER,
	SEARCH_ASKED,         /* about archs.at[*index] */
	SEARCH_WAIT           /* for what was asked about to be told */
};
enum asked search_ask(struct search *, size_t *index, struct why *);
/* value: [plan.objectives]; NaN is the worst. excess: by how much it misses
 * conditions that are known only now. */
void search_tell(struct search *, size_t index, const double *value,
	double excess);
/* What a candidate costs in truth: NaN takes it back, INFINITY: it is no
 * answer. Predictions are then corrected by the median ratio of those that
 * were measured, from three on. */
void search_measured(struct search *, size_t index, double cost);
/* Of candidate i: measured, else predicted and corrected. */
double search_cost(const struct search *, size_t i);
/* How many architectures one search draws if it is not exhausted. */
long search_budget(const struct search_plan *);

/* Put candidate i where its first value belongs among the n best, at most k,
 * after those that are as good; one that misses conditions behind those that
 * do not. Returns how many there are then. */
size_t search_rank(const struct search *, size_t *best, size_t n, size_t k,
	size_t i);
/* The k best by their first value of all that were told of and meet limit and
 * conditions, best first, the earlier one of equals first: indices into at.
 * Returns how many. */
size_t search_best(const struct search *, double limit, size_t k,
	size_t *index);
/* The values of candidate i as a point; a cost above the limit is an excess. */
struct point search_point(const struct search *, size_t i);
/* The Pareto front over all that were told of and meet the conditions: of the
 * values, or of cost and value where there is one value. By ascending cost;
 * where there is none, by the first value. index: [archs.n]. */
size_t search_front(const struct search *, size_t *index);

#endif
