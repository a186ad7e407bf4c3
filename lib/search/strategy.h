/* strategy.h - whom a search asks about next, and who survives.
 *
 * A strategy is a row of data: the stages of an iteration, each so many
 * candidates and the operators that draw them; and a function that chooses
 * the parents of the next iteration. The rest (limits, scores, what is known
 * already) is the search's. */
#ifndef STRATEGY_H
#define STRATEGY_H

#include "genome.h"

struct search;

struct operator {
	void (*draw)(const struct search *, struct genome *, struct rng *);
	int once;          /* it draws always the same: one draw is enough */
	const char *rule;  /* the name of the rule of thumb that it follows */
};

enum { COUNT_ONE = -1 };

/* As many candidates as the plan has at this offset (COUNT_ONE: one), drawn by
 * one operator until a run of draws brings nothing new, then by the next. */
struct stage {
	long count;
	const struct operator *const *by;   /* ended by NULL */
};

enum { STAGES = 3 };

struct strategy {
	const char *name;
	long draws;                    /* refused in a row: the next operator */
	int uniform;                   /* draws say nothing of the cheapest */
	int tournament;                /* of two parents the better one is
	                                * taken, not any as likely */
	/* of the first iteration and of each later one, which there need not
	 * be; ended by by = NULL */
	struct stage first[STAGES], later[STAGES];
	void (*survive)(struct search *);   /* members -> parents, best
	                                     * first */
};

/* The rules of thumb, ended by NULL: what an engineer would pick by hand. */
extern const struct operator *const search_rules[];

extern const struct strategy
	strategy_hat,      /* HAT's evolution */
	strategy_nsga2,    /* evolution for several objectives */
	strategy_random,   /* the baseline: as many, drawn uniformly */
	strategy_deepest;  /* one: the deepest decoder, then the largest */

/* NULL where there is none of this name. */
const struct strategy *strategy_named(const char *name);

#endif
