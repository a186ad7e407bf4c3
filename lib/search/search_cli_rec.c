#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "arch/space_rec.h"
#include "base/cpus.h"
#include "model/isa_rec.h"
#include "search_rec.h"

static void
add_limit(struct search_cli *c, const char *option, const char *text,
	size_t len)
{
	char word[64], *end;

	snprintf(word, sizeof word, "%.*s", (int)len, text);
	double v = strtod(word, &end);
	if (len >= sizeof word || *end || !(v > 0) || !isfinite(v))
		die_usage("%s: want a number above 0, not \"%s\"", option,
			word);
	c->limit = xrealloc(c->limit, c->limits + 1, sizeof *c->limit);
	c->limit[c->limits++] = v;
}

/* --limit, as often as it was given, then --limits. Without any the search is
 * for the best of the space, within INFINITY. */
static void
get_limits(struct search_cli *c)
{
	for (size_t i = 0; i < c->limit_texts.n; i++)
		add_limit(c, "--limit", c->limit_texts.at[i],
			strlen(c->limit_texts.at[i]));
	for (const char *p = c->limit_list; p; ) {
		size_t len = strcspn(p, ",");
		add_limit(c, "--limits", p, len);
		p = p[len] ? p + len + 1 : NULL;
	}
	c->limited = c->limits > 0;
	if (c->limited)
		return;
	c->limit = xcalloc(1, sizeof *c->limit);
	c->limit[c->limits++] = INFINITY;
}

/* --random is --strategy random, --pareto is --strategy nsga2. */
static const struct strategy *
get_strategy(const struct search_cli *c)
{
	const char *flag = c->random ? "--random" : "--pareto";
	const struct strategy *s = c->random ? &strategy_random :
		&strategy_nsga2;

	if (c->random && c->pareto)
		die_usage("--random and --pareto exclude each other");
	if ((c->random || c->pareto) && c->strategy &&
	    strcmp(c->strategy, s->name))
		die_usage("%s and --strategy %s exclude each other", flag,
			c->strategy);
	return c->random || c->pareto ? s : strategy_named(c->strategy ?
		c->strategy : "hat");
}

/* What is to be small or large where the user has not said it. */
static void
set_goals(struct goals *g, const struct strategy *s, int predicted)
{
	int several = s->tournament;

	if (!g->n) {
		g->at[g->n++] = (struct goal){ "valid_loss", 1 };
		if (several && predicted)
			g->at[g->n++] = (struct goal){ "predicted_ms", 1 };
	}
	if (several && g->n < 2)
		die_usage("--strategy %s wants two objectives: a --predictor, "
			"or --minimize and --maximize", s->name);
	if (s == &strategy_hat && g->n > 1)
		die_usage("--strategy hat has one objective, not %d: "
			"--pareto takes several", g->n);
}

/* A race knows one rival, and that by its loss. */
static void
check_race(const struct search_cli *c)
{
	if (c->limits > 1 || c->front || c->measure || c->evaluate ||
	    c->plan.objectives > 1 ||
	    !goals_minimize(&c->goals, "valid_loss"))
		die_usage("--race is for one limit and for --minimize "
			"valid_loss alone, without --front, --measure and "
			"--evaluate");
}

/* What excludes, or wants, another option. */
static void
check(const struct search_cli *c)
{
	static const char *const scoring[] = { "valid-sentences",
		"label-smoothing", "dtype", "max-tokens", "isa" };

	if (c->evaluate && (c->weights || c->valid))
		die_usage("--evaluate takes the place of --weights and "
			"--valid");
	for (size_t i = 0; i < sizeof scoring / sizeof *scoring; i++)
		opt_idle(!!c->evaluate, scoring[i], "--evaluate scores by "
			"itself");
	opt_wants(!!c->measure, "elites", "--measure");
	opt_wants(!!c->evaluate, "batchwise", "--evaluate");
	opt_wants(!!c->predictor, "force", "--predictor");
	if (!c->evaluate && (!c->weights || !c->valid))
		die_usage("want --weights and --valid, or --evaluate");
	if (!c->predictor && (c->limited || c->front || c->measure))
		die_usage("--limit, --front and --measure want a --predictor");
}

static void
finish(struct search_cli *c)
{
	get_limits(c);
	check(c);
	c->elites = c->elites ? c->elites : 5;
	c->plan.seed = (uint64_t)c->seed;
	c->space = space_named(c->space, &c->files);
	c->plan.strategy = get_strategy(c);
	goals_parse(&c->goals, &c->minimize, &c->maximize, &c->conditions);
	set_goals(&c->goals, c->plan.strategy, c->predictor != NULL);
	c->plan.objectives = c->goals.n;
	if (c->race)
		check_race(c);
	c->plan.rules = c->seeds ? !strcmp(c->seeds, "rules") :
		c->plan.strategy->tournament;
}

void
search_cli_parse(struct search_cli *c, int argc, char **argv)
{
	*c = (struct search_cli){ .plan = SEARCH_PLAN, .max_tokens = 4096,
		.top = 1, .seed = 1, .src_len = 30, .tgt_len = 30,
		.smoothing = -1, .dtype = "fp32" };
	const struct opt opts[] = {
		OPT_TEXT(0, "weights", &c->weights, "FILE", "of the supernet"),
		OPT_TEXT(0, "valid", &c->valid, "FILE", "validation pairs"),
		OPT_TEXT(0, "evaluate", &c->evaluate, "CMD",
			"instead of --weights and --valid: a command that "
			"reads candidates and writes them back with fields, "
			"in any order"),
		OPT_FLAG(0, "batchwise", &c->batchwise,
			"run --evaluate's command anew for each iteration, as "
			"what waits for the end of its input wants it"),
		OPT_TEXT(0, "predictor", &c->predictor, "FILE",
			"of the latency"),
		OPT_LIST('l', "limit", &c->limit_texts, "MS",
			"at most this latency; none: any"),
		OPT_TEXT(0, "limits", &c->limit_list, "MS,MS,..",
			"the same, several"),
		OPT_WHERE(&c->conditions, "and this, of a candidate's fields"),
		OPT_LIST(0, "minimize", &c->minimize, "FIELD",
			"of a candidate's fields, the one that is to be small; "
			"none: valid_loss, and predicted_ms for --pareto"),
		OPT_LIST(0, "maximize", &c->maximize, "FIELD",
			"that is to be large"),
		OPT_TEXT(0, "measure", &c->measure, "CMD",
			"a command that measures: the best of each iteration "
			"are measured, predictions are corrected by them, and "
			"results meet the limit as measured"),
		OPT_LONG(0, "elites", &c->elites, 1, 1 << 20,
			"so many of each iteration are measured [5]"),
		OPT_TEXT(0, "space", &c->space, "FILE",
			"space record, not stdin"),
		OPT_LONG(0, "population", &c->plan.population, 1, 1 << 24,
			"architectures to begin with"),
		OPT_LONG(0, "parents", &c->plan.parents, 1, 1 << 24,
			"the best, which have children; of nsga2 as many as "
			"--population"),
		OPT_LONG(0, "mutations", &c->plan.mutations, 0, 1 << 24,
			"mutants in each iteration"),
		OPT_REAL(0, "mutation-prob", &c->plan.mutation_prob, 0, 1,
			"of a gene to be drawn anew"),
		OPT_LONG(0, "crossovers", &c->plan.crossovers, 0, 1 << 24,
			"crossings in each iteration"),
		OPT_LONG(0, "iterations", &c->plan.iterations, 1, 1 << 24,
			"the first population counted"),
		OPT_CHOICE(0, "strategy", &c->strategy,
			"hat|nsga2|random|deepest",
			"whom to score: HAT's evolution; evolution for several "
			"objectives; as many drawn uniformly: the baseline; "
			"one, by the rule of thumb: the deepest decoder, then "
			"the most parameters [hat]"),
		OPT_FLAG(0, "pareto", &c->pareto, "--strategy nsga2"),
		OPT_FLAG(0, "random", &c->random, "--strategy random"),
		OPT_CHOICE(0, "seeds", &c->seeds, "rules|none",
			"the first population begins with what rules of thumb "
			"pick: the deepest decoder, the most parameters; or "
			"with none of it [none; of nsga2 rules]"),
		OPT_LONG('k', "top", &c->top, 1, LONG_MAX,
			"results for each limit"),
		OPT_FLAG(0, "race", &c->race,
			"give a candidate up when part of the pairs show that "
			"it will have no children and be no result: the same "
			"results sooner"),
		OPT_FLAG(0, "front", &c->front,
			"result records of the Pareto front, too"),
		OPT_LENGTHS(&c->src_len, &c->tgt_len, "source tokens of flops",
			"target tokens of flops"),
		OPT_LONG(0, "max-tokens", &c->max_tokens, 1, 1 << 24,
			"validation tokens a batch"),
		OPT_LONG(0, "valid-sentences", &c->sentences, 0, LONG_MAX,
			"use only the first pairs, 0: all"),
		OPT_SMOOTHING(&c->smoothing),
		OPT_PRODUCTS(&c->dtype),
		OPT_FLAG(0, "force", &c->force,
			"whatever task, qkv_dim and range the predictor was "
			"fitted for"),
		OPT_JOURNAL(&c->resume,
			"journal: go on from it and add to it"),
		OPT_SEED(&c->seed),
		OPT_THREADS(&c->threads),
		OPT_ISA(&c->isa),
		OPT_QUIET(&c->quiet),
		OPT_INPUTS(&c->files, 1),
		OPT_END
	};
	opt_parse(argc, argv,
		"--weights FILE --valid FILE [--predictor FILE --limit MS] "
		"<space.json",
		"Search a space for the architecture of the lowest validation "
		"loss, with weights\ninherited from a supernet, within a "
		"latency limit.", opts);
	finish(c);
}

void
search_cli_race(const struct search_cli *c, struct search_rec *s,
	size_t sentences)
{
	size_t parents = (size_t)c->plan.parents, top = (size_t)c->top;
	size_t most = (size_t)search_budget(&c->plan);

	s->sentences = sentences;
	if (c->plan.strategy == &strategy_hat && parents > top)
		top = parents;
	s->contenders = top < most ? top : most;
}

static void
member_list(struct buf *b, const char *key, const struct opt_list *texts)
{
	if (!texts->n)
		return;
	member_key(b, key);
	for (size_t i = 0; i < texts->n; i++) {
		buf_str(b, i ? "," : "[");
		json_text(b, texts->at[i], strlen(texts->at[i]));
	}
	buf_str(b, "]");
}

static void
member_word(struct buf *b, const char *key, const char *word)
{
	if (word)
		member_string(b, key, word);
}

void
search_cli_journal(const struct search_cli *c, struct search_rec *s)
{
	struct buf *b = &s->options;

	if (c->plan.strategy->tournament)
		member_string(b, "strategy", c->plan.strategy->name);
	if (c->plan.rules)
		member_string(b, "seeds", "rules");
	member_list(b, "minimize", &c->minimize);
	member_list(b, "maximize", &c->maximize);
	member_word(b, "evaluate", c->evaluate);
	member_word(b, "measure", c->measure);
	if (c->measure)
		member_int(b, "elites", c->elites);
	if (s->sentences)
		member_int(b, "race", (long)s->contenders);
}

void
search_cli_free(struct search_cli *c)
{
	free(c->limit);
	free(c->limit_texts.at);
	free(c->conditions.at);
	free(c->minimize.at);
	free(c->maximize.at);
	goals_free(&c->goals);
}
