/* Genomes, their operators, and the search on losses whose optimum is known. */
#include "toy.h"

static const char *const tiny = "{\"name\":\"t\",\"qkv_dim\":24,"
	"\"encoder_embed_choice\":[32,16],\"decoder_embed_choice\":[32],"
	"\"encoder_layer_num_choice\":[1],\"decoder_layer_num_choice\":[2,1],"
	"\"encoder_ffn_embed_dim_choice\":[64],"
	"\"decoder_ffn_embed_dim_choice\":[64,40],"
	"\"encoder_self_attention_heads_choice\":[4],"
	"\"decoder_self_attention_heads_choice\":[4],"
	"\"decoder_ende_attention_heads_choice\":[4],"
	"\"decoder_arbitrary_ende_attn_choice\":[-1]}";

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

static int
toy_keep(void *ctx, const struct arch *a, double cost)
{
	(void)ctx, (void)cost;
	return a->decoder_layer_num == 2;
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
	search_begin(&a, &(double){ INFINITY }, 1);
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

int
main(void)
{
	struct space s = parse(toy_space);

	test_genomes(&s);
	test_optimum(&s);
	test_deepest(&s);
	test_limits(&s);
	test_edges(&s);
	return FINISH();
}
