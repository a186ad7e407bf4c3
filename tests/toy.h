/* toy.h - a search whose optimum is known.
 *
 * Every part in use costs what it is wide, and pays for itself at a rate that
 * depends on where it stands, so that under a limit the best is a knapsack. */
#ifndef TESTS_TOY_H
#define TESTS_TOY_H

#include <stdlib.h>
#include <string.h>
#include "parse.h"
#include "rec/rec.h"
#include "search/search.h"
#include "tap.h"

static const char *const toy_space = "{\"name\":\"t\",\"qkv_dim\":24,"
	"\"encoder_embed_choice\":[32,16],\"decoder_embed_choice\":[32,24],"
	"\"encoder_layer_num_choice\":[1,2],\"decoder_layer_num_choice\":"
	"[3,2,1],\"encoder_ffn_embed_dim_choice\":[64,40,24],"
	"\"decoder_ffn_embed_dim_choice\":[64,40,24],"
	"\"encoder_self_attention_heads_choice\":[4,2],"
	"\"decoder_self_attention_heads_choice\":[4],"
	"\"decoder_ende_attention_heads_choice\":[4,2],"
	"\"decoder_arbitrary_ende_attn_choice\":[-1,1]}";

struct toy {
	long costs, scores;
	double limit;             /* of the search under way */
	int over, twice;          /* must stay 0 */
	struct arch_set scored;
	double nan_above;
	struct search *search;
	int ahead;                /* ask about many before the first is told */
};

static inline double
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

static inline double
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

static inline double
toy_told(struct toy *t, const struct arch *a, double cost)
{
	t->over += cost > t->limit;
	t->twice += arch_set_find(&t->scored, a) < t->scored.n;
	arch_set_add(&t->scored, a);
	t->scores++;
	return t->nan_above && cost > t->nan_above ? NAN : toy_loss(a);
}

static inline void
toy_open(struct search *s, struct toy *t, const struct space *space,
	const struct search_plan *plan)
{
	struct search_calls calls = { t, toy_cost, NULL, toy_cost, NULL };

	*t = (struct toy){ .limit = INFINITY };
	search_init(s, space, plan, &calls);
}

static inline void
toy_close(struct search *s, struct toy *t)
{
	search_free(s);
	arch_set_free(&t->scored);
}

/* Ask about as many as there may be, then tell of them from the last on. */
static inline enum asked
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

static inline enum asked
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

static inline int
toy_run(struct search *s, struct toy *t, double limit, struct why *why)
{
	t->limit = limit;
	search_begin(s, &limit, 1);
	return toy_go_on(s, t, why);
}

#endif
