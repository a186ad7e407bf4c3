/* Searches for fronts, with rules of thumb, and with costs that are measured. */
#include "toy.h"

static void
test_front(const struct space *s)
{
	struct search_plan plan = { 60, 10, 20, 20, 4, .3, 5, &strategy_hat,
		1, 0 };
	struct search a;
	struct toy t;
	struct why why;
	size_t bad = 0, n, front[200];

	toy_open(&a, &t, s, &plan);
	toy_run(&a, &t, INFINITY, &why);
	n = search_front(&a, front);
	for (size_t i = 0; i < a.archs.n; i++) {
		int in = 0, beaten = 0;
		for (size_t k = 0; k < n; k++)
			in |= front[k] == i;
		for (size_t k = 0; k < a.archs.n; k++) {
			const struct candidate *x = &a.at[k], *y = &a.at[i];
			beaten |= x->cost <= y->cost && x->value[0] <=
				y->value[0] && (x->cost < y->cost ||
				x->value[0] < y->value[0] || k < i);
		}
		bad += in == beaten;
	}
	OK(!bad && n > 3, "the Pareto front of %zu has %zu", a.archs.n, n);
	for (size_t k = 1; k < n; k++)
		bad += a.at[front[k]].cost <= a.at[front[k - 1]].cost;
	OK(!bad, "by ascending cost");
	toy_close(&a, &t);
}

/* --- several objectives ------------------------------------------- */

/* The area that the front of loss and cost dominates, up to a corner. */
static double
area(const struct search *s, double loss, double cost)
{
	size_t *front = calloc(s->archs.n, sizeof *front);
	size_t n = search_front(s, front);
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		const struct candidate *c = &s->at[front[i]];
		double until = i + 1 < n ? s->at[front[i + 1]].cost : cost;
		sum += (until - c->cost) * (loss - c->value[0]);
	}
	free(front);
	return sum;
}

/* Costs and losses of the whole space, by counting: the area of its front. */
static double
true_area(const struct space *s, double loss, double cost)
{
	double best[800], sum = 0, low = INFINITY;
	struct toy t = { 0 };
	struct rng r = rng_seed(3);

	for (int i = 0; i < 800; i++)
		best[i] = INFINITY;
	/* many draws, and a climb from each step of the front that they give */
	for (int round = 0; round < 2; round++) {
		static struct genome at[800];
		for (long i = 0; i < (round ? 800000 : 400000); i++) {
			struct genome o, p;
			struct arch a;
			int from = (int)rng_below(&r, 800);
			genome_sample(&o, s, &r);
			if (round && isfinite(best[from])) {
				p = at[from];
				genome_mutate(&o, &p, s, .1, &r);
			}
			genome_arch(&a, &o, s);
			int c = (int)toy_cost(&t, &a);
			if (toy_loss(&a) < best[c]) {
				best[c] = toy_loss(&a);
				at[c] = o;
			}
		}
	}
	for (int c = 0; c < (int)cost; c++) {
		low = fmin(low, best[c]);
		if (isfinite(low))
			sum += loss - low;
	}
	return sum;
}

static void
test_nsga2(const struct space *s)
{
	struct search_plan plan = SEARCH_PLAN;
	struct search a, b;
	struct toy t, u;
	struct why why;
	double whole = true_area(s, 1000, 800), last = 0, now;
	int grows = 1, better = 0;
	size_t bad = 0;

	plan.objectives = 2;
	plan.strategy = &strategy_nsga2;
	toy_open(&a, &t, s, &plan);
	search_begin(&a, &(double){ INFINITY }, 1);
	for (int n = 1; n <= plan.iterations; n += 7) {
		a.plan.iterations = n;
		OK(!toy_go_on(&a, &t, &why), "iterations %d", n);
		now = area(&a, 1000, 800);
		grows &= now > last;
		last = now;
	}
	OK(grows, "the area that the front dominates grows, to %.4f of the "
		"space's", last / whole);
	OK(last > .99 * whole && last < 1.001 * whole, "and is that of the "
		"space's front within 1%%");
	OK(a.n_parents == 125, "as many parents as the population");
	for (size_t i = 0; i < a.n_parents; i++)
		for (size_t k = 0; k < a.archs.n; k++) {
			struct point p = search_point(&a, a.parents[i]);
			struct point q = search_point(&a, k);
			bad += !i && point_dominates(&q, &p, 2);
		}
	OK(!bad, "nothing dominates the first parent");
	plan.strategy = &strategy_random;
	toy_open(&b, &u, s, &plan);
	toy_run(&b, &u, INFINITY, &why);
	better = area(&a, 1000, 800) > area(&b, 1000, 800);
	OK(better, "the front is better than that of as many drawn blindly");
	toy_close(&b, &u);

	plan.strategy = &strategy_nsga2;
	toy_open(&b, &u, s, &plan);
	u.ahead = 1;
	OK(!toy_run(&b, &u, INFINITY, &why), "asked ahead, told in another "
		"order");
	toy_close(&a, &t);
	toy_open(&a, &t, s, &plan);
	toy_run(&a, &t, INFINITY, &why);
	for (size_t i = 0; i < a.archs.n; i++)
		bad += !arch_equal(&a.archs.at[i], &b.archs.at[i]);
	OK(!bad && a.archs.n == b.archs.n, "goes the same way");
	toy_close(&a, &t);
	toy_close(&b, &u);
}

/* --- rules of thumb, measured costs ----------------------------------------- */

static void
test_rules(const struct space *s)
{
	static const double limits[] = { 300, 420 };
	struct search_plan plan = { 20, 5, 10, 10, 6, .3, 3, &strategy_hat,
		1, 1 };
	struct search a, d;
	struct toy t, u;
	struct why why;
	size_t best, bad = 0;

	for (int i = 0; i < 2; i++) {
		plan.strategy = &strategy_hat;
		toy_open(&a, &t, s, &plan);
		toy_run(&a, &t, limits[i], &why);
		plan.strategy = &strategy_deepest;
		toy_open(&d, &u, s, &plan);
		toy_run(&d, &u, limits[i], &why);
		OK(!strcmp(a.at[0].rule, "deepest") && arch_equal(
			&a.archs.at[0], &d.archs.at[0]),
			"limit %g: first the deepest", limits[i]);
		search_best(&a, limits[i], 1, &best);
		OK(a.at[best].value[0] <= d.at[0].value[0],
			"what is found is not worse");
		/* in toy's terms the largest costs most */
		double most = 0;
		for (size_t k = 0; k < a.archs.n; k++) {
			most = fmax(most, a.at[k].cost);
			bad += k > 1 && a.at[k].rule;
		}
		int largest = a.at[1].rule ? 1 : 0;
		OK(a.at[largest].cost >= most && !bad, "then the largest");
		toy_close(&a, &t);
		toy_close(&d, &u);
	}
	plan.strategy = &strategy_nsga2;
	plan.objectives = 2;
	toy_open(&a, &t, s, &plan);
	search_begin(&a, limits, 2);
	t.limit = 420;
	toy_go_on(&a, &t, &why);
	int rules = 0, within = 0;
	for (size_t i = 0; i < 4; i++) {
		rules += a.at[i].rule != NULL;
		within += a.at[i].rule && a.at[i].cost <= limits[0];
	}
	OK(rules > 2 && within > 0 && a.limit == 420, "one search for several "
		"limits begins with the rules' answers for each");
	toy_close(&a, &t);
}

/* The truth: a tenth more than predicted, for some much more. */
static double
toy_measured(const struct search *s, size_t i)
{
	return s->at[i].cost * (i % 7 ? 1.1 : 1.5);
}

static void
toy_turn(void *ctx)
{
	struct toy *t = ctx;
	struct search *s = t->search;
	size_t best[4], n = search_best(s, t->limit, 4, best);

	for (size_t k = 0; k < n; k++)
		if (isnan(s->at[best[k]].measured))
			search_measured(s, best[k], toy_measured(s, best[k]));
}

static void
test_measured(const struct space *s)
{
	struct search_plan plan = SEARCH_PLAN;
	struct search a;
	struct toy t;
	struct why why;
	size_t over = 0, late = 0, best;

	toy_open(&a, &t, s, &plan);
	t.search = &a;
	a.calls.turn = toy_turn;
	OK(!toy_run(&a, &t, 400, &why), "costs that turn out higher");
	NEAR(a.ratio, 1.1, 1e-9, "predictions are corrected by the median");
	for (size_t k = 0; k < a.n_parents; k++)
		over += search_cost(&a, a.parents[k]) > 400;
	OK(!over, "what was measured above the limit has no children");
	for (size_t i = 0; i < a.archs.n; i++)
		late += a.at[i].iteration > 3 && a.at[i].cost * 1.1 > 400.001;
	OK(!late, "nothing is asked about that, corrected, is above it");
	OK(search_best(&a, 400, 1, &best) && search_cost(&a, best) <= 400,
		"nor is it an answer");
	toy_close(&a, &t);

	plan.strategy = &strategy_nsga2;
	plan.objectives = 2;
	toy_open(&a, &t, s, &plan);
	t.search = &a;
	a.calls.turn = toy_turn;
	OK(!toy_run(&a, &t, 400, &why), "measured, with two objectives");
	size_t twice = 0;
	for (size_t k = 0; k < a.n_parents; k++)
		for (size_t i = 0; i < k; i++)
			twice += a.parents[i] == a.parents[k];
	OK(!twice && a.n_parents == 125, "nobody is a parent twice");
	toy_close(&a, &t);
}

int
main(void)
{
	struct space s = parse(toy_space);

	test_front(&s);
	test_nsga2(&s);
	test_rules(&s);
	test_measured(&s);
	return FINISH();
}
