/* Genomes, their operators, and the search on losses whose optimum is known. */
#include <stdlib.h>
#include <string.h>
#include "parse.h"
#include "rec/rec.h"
#include "search/search.h"
#include "tap.h"

static const char *const text = "{\"name\":\"t\",\"qkv_dim\":24,"
	"\"encoder_embed_choice\":[32,16],\"decoder_embed_choice\":[32,24],"
	"\"encoder_layer_num_choice\":[1,2],\"decoder_layer_num_choice\":"
	"[3,2,1],\"encoder_ffn_embed_dim_choice\":[64,40,24],"
	"\"decoder_ffn_embed_dim_choice\":[64,40,24],"
	"\"encoder_self_attention_heads_choice\":[4,2],"
	"\"decoder_self_attention_heads_choice\":[4],"
	"\"decoder_ende_attention_heads_choice\":[4,2],"
	"\"decoder_arbitrary_ende_attn_choice\":[-1,1]}";

static const char *const tiny = "{\"name\":\"t\",\"qkv_dim\":24,"
	"\"encoder_embed_choice\":[32,16],\"decoder_embed_choice\":[32],"
	"\"encoder_layer_num_choice\":[1],\"decoder_layer_num_choice\":[2,1],"
	"\"encoder_ffn_embed_dim_choice\":[64],"
	"\"decoder_ffn_embed_dim_choice\":[64,40],"
	"\"encoder_self_attention_heads_choice\":[4],"
	"\"decoder_self_attention_heads_choice\":[4],"
	"\"decoder_ende_attention_heads_choice\":[4],"
	"\"decoder_arbitrary_ende_attn_choice\":[-1]}";

/* --- a model problem ---------------------------------------------------------
 * Every part in use costs what it is wide, and pays for itself at a rate that
 * depends on where it stands, so that under a limit the best is a knapsack. */

struct toy {
	long costs, scores;
	double limit;             /* of the search under way */
	int over, twice;          /* must stay 0 */
	struct arch_set scored;
	double nan_above;
	struct search *search;
	int ahead;                /* ask about many before the first is told */
};

static double
toy_cost(void *ctx, const struct arch *arch)
{
	struct toy *t = ctx;
	struct arch a = *arch;
	double cost = 0;

	t->costs++;
	for (enum gene g = 0; g < GENES; g++) {
		int n, *v = arch_gene(&a, g, &n);
		for (int i = 0; i < n; i++)
			cost += g == GENE_ARBITRARY ? 4 * arbitrary_layers(v[i])
				: g == GENE_ENCODER_LAYERS ||
				  g == GENE_DECODER_LAYERS ? 20 * v[i] : v[i];
	}
	return cost;
}

static double
toy_loss(const struct arch *arch)
{
	struct arch a = *arch;
	double gain = 0;

	for (enum gene g = 0; g < GENES; g++) {
		int n, *v = arch_gene(&a, g, &n);
		for (int i = 0; i < n; i++)
			gain += (v[i] + 2) * (1 + (double)(g * 7 + i * 5) / 3 -
				(g * 7 + i * 5) / 3) * (g == GENE_DECODER_LAYERS
				? 25 : 1);
	}
	return 1000 - gain;
}

static double
toy_told(struct toy *t, const struct arch *a, double cost)
{
	t->over += cost > t->limit;
	t->twice += arch_set_find(&t->scored, a) < t->scored.n;
	arch_set_add(&t->scored, a);
	t->scores++;
	return t->nan_above && cost > t->nan_above ? NAN : toy_loss(a);
}

static int
toy_keep(void *ctx, const struct arch *a, double cost)
{
	(void)ctx, (void)cost;
	return a->decoder_layer_num == 2;
}

static void
toy_open(struct search *s, struct toy *t, const struct space *space,
	const struct search_plan *plan)
{
	struct search_calls calls = { t, toy_cost, NULL, toy_cost, NULL };

	*t = (struct toy){ .limit = INFINITY };
	search_init(s, space, plan, &calls);
}

static void
toy_close(struct search *s, struct toy *t)
{
	search_free(s);
	arch_set_free(&t->scored);
}

/* Ask about as many as there may be, then tell of them from the last on. */
static enum asked
toy_batch(struct search *s, struct toy *t, struct why *why)
{
	enum { MOST = 50 };
	size_t asked[MOST], n = 0;
	enum asked more = SEARCH_ASKED;

	while (n < MOST && (more = search_ask(s, &asked[n], why)) ==
	    SEARCH_ASKED)
		n++;
	while (n--) {
		const struct arch *a = &s->archs.at[asked[n]];
		double v[OBJECTIVES_MAX] = { toy_told(t, a,
			s->at[asked[n]].cost), s->at[asked[n]].cost };
		search_tell(s, asked[n], v, 0);
	}
	return more;
}

static enum asked
toy_go_on(struct search *s, struct toy *t, struct why *why)
{
	enum asked more;
	size_t i;

	if (t->ahead)
		while ((more = toy_batch(s, t, why)) > SEARCH_OVER)
			;
	else
		while ((more = search_ask(s, &i, why)) > SEARCH_OVER) {
			double v[OBJECTIVES_MAX] = { toy_told(t,
				&s->archs.at[i], s->at[i].cost),
				s->at[i].cost };
			search_tell(s, i, v, 0);
		}
	return more;
}

static int
toy_run(struct search *s, struct toy *t, double limit, struct why *why)
{
	t->limit = limit;
	search_begin(s, limit);
	return toy_go_on(s, t, why);
}

/* The best loss in the whole space, by counting through all genomes. */
static double
optimum(const struct space *s, double limit, size_t *within)
{
	struct arch big = arch_largest(s), a;
	struct toy t = { 0 };
	struct genome o = { 0 };
	int digit[GENES][LAYERS_MAX] = { 0 }, n[GENES] = { 0 }, carry = 0;
	double best = INFINITY;

	for (enum gene g = 0; g < GENES_HAT; g++)
		arch_gene(&big, g, &n[g]);
	for (*within = 0; !carry; ) {
		for (enum gene g = 0; g < GENES; g++)
			for (int i = 0; i < n[g]; i++)
				o.gene[g][i] = s->choice[g].at[digit[g][i]];
		genome_arch(&a, &o, s);
		if (toy_cost(&t, &a) <= limit) {
			best = fmin(best, toy_loss(&a));
			++*within;
		}
		carry = 1;
		for (enum gene g = 0; g < GENES; g++)
			for (int i = 0; i < n[g] && carry; i++) {
				digit[g][i] = (digit[g][i] + 1) %
					s->choice[g].n;
				carry = !digit[g][i];
			}
	}
	return best;
}

/* --- tests ------------------------------------------- */

static void
test_genomes(const struct space *s)
{
	struct rng r = rng_seed(1);
	struct genome a, b, c;
	struct arch x, y;
	struct why why;
	int bad = 0, deep = 0, two = 0, decoders = 0, foreign = 0, from_b = 0;
	int same = 0, moved = 0, genes = 0;

	for (int i = 0; i < 3000; i++) {
		genome_sample(&a, s, &r);
		genome_sample(&b, s, &r);
		genome_arch(&x, &a, s);
		deep += x.decoder_layer_num == 3;
		if (x.encoder_layer_num == 2)
			for (int k = 0; k < x.decoder_layer_num; k++) {
				decoders++;
				two += x.decoder_arbitrary_ende_attn[k] == 1;
			}
		genome_cross(&c, &a, &b, s, &r);
		for (enum gene g = 0; g < GENES; g++)
			for (int k = 0; k < LAYERS_MAX; k++) {
				foreign += c.gene[g][k] != a.gene[g][k] &&
					c.gene[g][k] != b.gene[g][k];
				moved += a.gene[g][k] != b.gene[g][k];
				from_b += a.gene[g][k] != b.gene[g][k] &&
					c.gene[g][k] == b.gene[g][k];
			}
		genome_arch(&y, &c, s);
		bad += arch_in_space(&x, s, &why) || arch_in_space(&y, s, &why);
		for (int k = 0; k < y.decoder_layer_num; k++)
			bad += arbitrary_layers(
				y.decoder_arbitrary_ende_attn[k]) >
				y.encoder_layer_num;
		genome_mutate(&c, &a, s, 0, &r);
		same += !memcmp(&a, &c, sizeof a);
	}
	OK(!bad, "what genomes express lies in the space");
	OK(deep > 900 && deep < 1100, "depths are uniform (%d of 3000)", deep);
	NEAR((double)two / decoders, .5, .04, "so is attention where there "
		"is a choice");
	OK(!foreign, "a child has its parents' genes");
	NEAR((double)from_b / moved, .5, .01, "half of each");
	OK(same == 3000, "without probability nothing mutates");
	moved = 0;
	for (int i = 0; i < 3000; i++) {
		genome_mutate(&c, &a, s, .3, &r);
		for (int k = 0; k < 2; k++, genes++)
			moved += c.gene[GENE_ENCODER_FFN][k] !=
				a.gene[GENE_ENCODER_FFN][k];
	}
	NEAR((double)moved / genes, .3 * 2 / 3, .03, "genes are drawn anew "
		"with the probability asked for");
	genome_smallest(&a, s);
	genome_arch(&x, &a, s);
	y = arch_smallest(s);
	OK(arch_equal(&x, &y), "the smallest");
	a.gene[GENE_DECODER_LAYERS][0] = 2;
	a.gene[GENE_ARBITRARY][1] = 1;
	genome_arch(&x, &a, s);
	OK(x.encoder_layer_num == 1 && x.decoder_arbitrary_ende_attn[1] == -1,
		"a shallow encoder clamps attention");
	a.gene[GENE_ENCODER_LAYERS][0] = 2;
	genome_arch(&x, &a, s);
	OK(x.decoder_arbitrary_ende_attn[1] == 1, "a deeper one brings "
		"it back");
}

static void
test_optimum(const struct space *s)
{
	struct search_plan plan = SEARCH_PLAN;
	struct search evo, rnd;
	struct toy te, tr;
	struct why why = { "" };
	double limit = 420;
	size_t within, i;
	double best = optimum(s, limit, &within);
	int found = 0, wins = 0, losses = 0, over = 0, twice = 0, equal = 1;

	OK(within > 10000, "%zu genomes meet the limit", within);
	for (plan.seed = 1; plan.seed <= 10; plan.seed++) {
		plan.strategy = &strategy_hat;
		toy_open(&evo, &te, s, &plan);
		toy_run(&evo, &te, limit, &why);
		plan.strategy = &strategy_random;
		toy_open(&rnd, &tr, s, &plan);
		toy_run(&rnd, &tr, limit, &why);
		search_best(&evo, limit, 1, &i);
		double e = evo.at[i].value[0];
		search_best(&rnd, limit, 1, &i);
		double r = rnd.at[i].value[0];
		found += e <= best + 1e-9;
		wins += e < r;
		losses += e > r;
		equal &= te.scores == tr.scores &&
			te.scores == search_budget(&plan);
		over += te.over + tr.over;
		twice += te.twice + tr.twice;
		toy_close(&evo, &te);
		toy_close(&rnd, &tr);
	}
	OK(found >= 9, "finds the optimum in %d of 10 runs", found);
	OK(wins >= 6 && !losses, "better than random %d times, worse %d", wins,
		losses);
	OK(equal, "both score %ld architectures", search_budget(&plan));
	OK(!over, "all within the limit");
	OK(!twice, "none twice");
}

/* By counting: the most decoder layers within the limit, then the largest. */
static double
rule_of_thumb(const struct space *s, double limit, int *layers)
{
	struct rng r = rng_seed(7);
	struct genome o;
	struct arch a;
	struct toy t = { 0 };
	double most = 0;

	*layers = 0;
	for (int i = 0; i < 300000; i++) {
		genome_sample(&o, s, &r);
		genome_arch(&a, &o, s);
		double cost = toy_cost(&t, &a);
		int n = a.decoder_layer_num;
		if (cost > limit || n < *layers)
			continue;
		most = n > *layers || cost > most ? cost : most;
		*layers = n;
	}
	return most;
}

static void
test_deepest(const struct space *s)
{
	static const double limits[] = { 160, 200, 420 };
	struct search_plan plan = SEARCH_PLAN;
	struct search a;
	struct toy t;
	struct why why;

	plan.strategy = &strategy_deepest;
	for (int i = 0; i < 3; i++) {
		int layers;
		double most = rule_of_thumb(s, limits[i], &layers);
		toy_open(&a, &t, s, &plan);
		OK(!toy_run(&a, &t, limits[i], &why) && a.archs.n == 1 &&
			search_budget(&plan) == 1 && !a.exhausted,
			"deepest asks about one");
		OK(a.archs.at[0].decoder_layer_num == layers &&
			a.at[0].cost >= most && a.at[0].cost <= limits[i],
			"limit %g: %d decoder layers, %g of %g", limits[i],
			layers, a.at[0].cost, most);
		toy_close(&a, &t);
	}
	toy_open(&a, &t, s, &plan);
	OK(toy_run(&a, &t, 1, &why) == -1 && !t.scores,
		"deepest: a limit that nothing meets: %s", why.text);
	toy_close(&a, &t);
}

static void
test_limits(const struct space *s)
{
	struct search_plan plan = { 20, 5, 10, 10, 6, .3, 3, &strategy_hat,
		1, 0 };
	struct search a, b;
	struct toy ta, tb;
	struct why why = { "" };
	struct toy t0 = { 0 };
	struct arch small = arch_smallest(s);
	double least = toy_cost(&t0, &small);
	size_t best[4], n, bad = 0;

	toy_open(&a, &ta, s, &plan);
	OK(search_check(&a, least - 1, &why) == -1 && !ta.scores,
		"a limit that nothing meets is noticed");
	char want[64];
	snprintf(want, sizeof want, "is %.9g", least);
	OK(strstr(why.text, want), "with the smallest cost: %s", why.text);
	OK(ta.costs < 10000, "after a bounded number of draws (%ld)", ta.costs);
	OK(toy_run(&a, &ta, least - 1, &why) == -1 && !ta.scores,
		"so does the search");
	OK(!search_check(&a, least, &why) && !toy_run(&a, &ta, least, &why) &&
		a.archs.n == 1 && arch_equal(&a.archs.at[0], &small),
		"the smallest alone meets its own cost");
	OK(a.exhausted == 1, "and the search ends there");
	toy_close(&a, &ta);

	toy_open(&a, &ta, s, &plan);
	OK(!toy_run(&a, &ta, least + 12, &why) && a.archs.n > 1 && !ta.over,
		"a needle is found (%zu)", a.archs.n);
	toy_close(&a, &ta);

	toy_open(&a, &ta, s, &plan);
	toy_run(&a, &ta, 400, &why);
	size_t alone = a.archs.n;
	toy_run(&a, &ta, 400, &why);
	OK(a.archs.n == alone && a.n_members == alone,
		"the same search again scores nothing");
	toy_run(&a, &ta, 420, &why);
	OK(a.archs.n < 2 * alone && a.n_members == alone,
		"another limit shares scores");
	toy_open(&b, &tb, s, &plan);
	toy_run(&b, &tb, 420, &why);
	for (size_t i = 0; i < b.n_members; i++)
		bad += !arch_equal(&a.archs.at[a.members[i]], &b.archs.at[i]);
	OK(!bad && b.n_members == a.n_members, "and runs as it would alone");
	n = search_best(&a, 400, 4, best);
	for (size_t i = 0; i < n; i++)
		bad += a.at[best[i]].cost > 400 || (i &&
			a.at[best[i]].value[0] < a.at[best[i - 1]].value[0]);
	for (size_t i = 0; i < a.archs.n; i++) {
		int in = 0;
		for (size_t k = 0; k < n; k++)
			in |= best[k] == i;
		bad += !in && a.at[i].cost <= 400 &&
			a.at[i].value[0] < a.at[best[n - 1]].value[0];
	}
	OK(n == 4 && !bad, "the four best within a limit");
	toy_close(&a, &ta);
	toy_close(&b, &tb);
}

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

static void
test_edges(const struct space *s)
{
	struct search_plan plan = { 20, 5, 10, 10, 6, .3, 3, &strategy_hat,
		1, 0 };
	struct space small = parse(tiny);
	struct search a;
	struct toy t;
	struct why why;
	size_t best[200];

	for (int uniform = 0; uniform < 2; uniform++) {
		plan.strategy = uniform ? &strategy_random : &strategy_hat;
		toy_open(&a, &t, &small, &plan);
		OK(!toy_run(&a, &t, INFINITY, &why) && a.exhausted &&
			(double)a.archs.n == space_size(&small),
			"a small space is searched whole, %s",
			uniform ? "uniformly" : "then left");
		toy_close(&a, &t);
	}
	plan.strategy = &strategy_hat;
	toy_open(&a, &t, s, &plan);
	search_begin(&a, INFINITY);
	size_t x, y, asked = 2;
	OK(search_ask(&a, &x, &why) == SEARCH_ASKED && search_best(&a,
		INFINITY, 1, best) == 0 && !a.done,
		"what is asked about is no answer before it is told");
	search_tell(&a, x, &(double){ 3 }, 0);
	OK(search_best(&a, INFINITY, 1, best) == 1 && best[0] == x &&
		a.at[x].value[0] == 3 && a.at[x].iteration == 1,
		"and then is");
	OK(search_ask(&a, &y, &why) == SEARCH_ASKED &&
		!arch_equal(&a.archs.at[x], &a.archs.at[y]),
		"the next one is another");
	enum asked more;
	while ((more = search_ask(&a, &y, &why)) == SEARCH_ASKED)
		asked++;
	OK(more == SEARCH_WAIT && asked == 20, "an iteration can be asked "
		"about before it is told of");
	toy_close(&a, &t);

	toy_open(&a, &t, s, &plan);
	t.nan_above = 400;
	toy_run(&a, &t, INFINITY, &why);
	size_t n = search_best(&a, INFINITY, 200, best), nan = 0, bad = 0;
	for (size_t i = 0; i < n; i++)
		bad += a.at[best[i]].cost > 400;
	for (size_t i = 0; i < a.archs.n; i++)
		nan += a.at[i].cost > 400;
	OK(n && nan && !bad && n + nan == a.archs.n,
		"a loss that is not a number is no result (%zu of %zu)", nan,
		a.archs.n);
	toy_close(&a, &t);

	plan.parents = 1;
	toy_open(&a, &t, s, &plan);
	a.calls.keep = toy_keep;
	OK(!toy_run(&a, &t, 300, &why) && !t.over, "one parent suffices");
	for (size_t i = 0; i < a.archs.n; i++)
		bad += a.archs.at[i].decoder_layer_num != 2;
	OK(!bad, "conditions are kept");
	OK(search_check(&a, 150, &why) == -1, "and can be too much: %s",
		why.text);
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
	search_begin(&a, INFINITY);
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
	search_begin_all(&a, limits, 2);
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

static int
toy_turn(void *ctx)
{
	struct toy *t = ctx;
	struct search *s = t->search;

	for (size_t k = 0; k < 4 && k < s->n_parents; k++)
		if (isnan(s->at[s->parents[k]].measured))
			search_measured(s, s->parents[k], toy_measured(s,
				s->parents[k]));
	return 1;
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
}

int
main(void)
{
	struct space s = parse(text);

	test_genomes(&s);
	test_optimum(&s);
	test_deepest(&s);
	test_limits(&s);
	test_front(&s);
	test_edges(&s);
	test_nsga2(&s);
	test_rules(&s);
	test_measured(&s);
	return FINISH();
}
