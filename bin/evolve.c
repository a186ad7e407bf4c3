/* evolve - search a space for the best architectures within a latency limit.
 * stdin: one space record.  stdout: every candidate when it is scored, then for
 * each limit the best ones again + "result":{"limit":..,"rank":..}; of several
 * objectives the Pareto front + "result":{"front":true,"rank":..}. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "arch/arch_rec.h"
#include "arch/space_rec.h"
#include "base/cpus.h"
#include "model/eval_rec.h"
#include "model/isa_rec.h"
#include "predict/predictor.h"
#include "rec/out.h"
#include "search/search_rec.h"

/* What the search asks about an architecture. */
struct model {
	struct eval *eval;
	struct predictor predictor;
	float *scratch;
};

static double
predict(void *ctx, const struct arch *a)
{
	struct model *m = ctx;

	return predictor_arch(&m->predictor, a, m->scratch);
}

static int
eval(void *ctx, const struct arch *a, const float *rival, float *own,
	struct eval_result *r, struct why *why)
{
	struct model *m = ctx;

	return own ? eval_race(m->eval, a, rival, own, r, why) :
		eval_arch(m->eval, a, r, why);
}

/* --space, else stdin; the weights' own where stdin is a terminal. It must
 * fit the weights. */
static struct space
get_space(const struct eval *e, const char *path, const char *weights,
	int quiet)
{
	const struct space *super = eval_space(e);
	struct space space;
	struct task task = task_unknown();
	struct why why;

	if (!super)
		die("%s: want a supernet's weights, not a SubTransformer's",
			weights);
	struct arch room = arch_largest(super);
	if (path || !in_is_idle())
		space_load(&space, &task, path);
	else {
		space = *super;
		if (!quiet)
			warn("no space given: using that of %s", weights);
	}
	struct arch big = arch_largest(&space);
	if (arch_fits(&big, &room, &why) ||
	    task_agree(&task, eval_task(e), &why))
		die("the space does not fit %s: %s", weights, why.text);
	return space;
}

/* The predictor must have been fitted to measurements like those of the
 * space, for the weights' task. */
static void
check_predictor(const struct predictor *p, const char *path,
	const struct space *space, const struct task *task,
	const char *weights)
{
	struct arch small = arch_smallest(space), big = arch_largest(space);
	struct task fitted = predictor_task(p, path);
	double least[FEATURES], most[FEATURES];
	struct why why;

	if (task_agree(&fitted, task, &why))
		die("%s and %s are of different tasks: %s (--force searches "
			"all the same)", path, weights ? weights : "the space",
			why.text);
	arch_features(&small, least);
	arch_features(&big, most);
	if (predictor_reaches(p, least, most, &why))
		die("%s does not fit the space: %s (--force searches all the "
			"same)", path, why.text);
}

static void
add_limit(double **limits, size_t *n, const char *option, const char *text,
	size_t len)
{
	char word[64], *end;

	snprintf(word, sizeof word, "%.*s", (int)len, text);
	double v = strtod(word, &end);
	if (len >= sizeof word || *end || !(v > 0) || !isfinite(v))
		die_usage("%s: want a number above 0, not \"%s\"", option,
			word);
	*limits = xrealloc(*limits, *n + 1, sizeof **limits);
	(*limits)[(*n)++] = v;
}

/* --limit, as often as it was given, then --limits. Without any the search is
 * for the best of the space: n is 0 and limits[0] INFINITY. */
static double *
get_limits(const struct opt_list *texts, const char *list, size_t *n)
{
	double *limits = NULL;

	*n = 0;
	for (size_t i = 0; i < texts->n; i++)
		add_limit(&limits, n, "--limit", texts->at[i],
			strlen(texts->at[i]));
	for (const char *p = list; p; ) {
		size_t len = strcspn(p, ",");
		add_limit(&limits, n, "--limits", p, len);
		p = p[len] ? p + len + 1 : NULL;
	}
	if (!*n) {
		limits = xrealloc(limits, 1, sizeof *limits);
		limits[0] = INFINITY;
	}
	return limits;
}

/* --random is --strategy random, --pareto is --strategy nsga2. */
static const struct strategy *
get_strategy(const char *name, int random, int pareto)
{
	const char *flag = random ? "--random" : "--pareto";
	const struct strategy *s = random ? &strategy_random :
		&strategy_nsga2;

	if (random && pareto)
		die_usage("--random and --pareto exclude each other");
	if ((random || pareto) && name && strcmp(name, s->name))
		die_usage("%s and --strategy %s exclude each other", flag,
			name);
	return random || pareto ? s : strategy_named(name ? name : "hat");
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
check_race(const struct search_rec *s, const struct search_plan *plan,
	size_t limits, int front)
{
	if (limits > 1 || front || s->measure || s->evaluate ||
	    plan->objectives > 1 ||
	    !goals_minimize(&s->goals, "valid_loss"))
		die_usage("--race is for one limit and for --minimize "
			"valid_loss alone, without --front, --measure and "
			"--evaluate");
}

/* The last of those who may have children, or be a result. */
static void
set_race(struct search_rec *s, const struct search_plan *plan,
	size_t sentences, size_t top)
{
	size_t parents = (size_t)plan->parents;
	size_t most = (size_t)search_budget(plan);

	s->sentences = sentences;
	if (plan->strategy == &strategy_hat && parents > top)
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
		member_text(b, key, word, strlen(word));
}

/* What a journal's candidates do not show: no other may go on with it. */
static void
put_options(struct search_rec *s, const struct search_plan *plan,
	const struct opt_list *minimize, const struct opt_list *maximize)
{
	struct buf b = { 0 };

	if (plan->strategy->tournament)
		member_word(&b, "strategy", plan->strategy->name);
	if (plan->rules)
		member_word(&b, "seeds", "rules");
	member_list(&b, "minimize", minimize);
	member_list(&b, "maximize", maximize);
	member_word(&b, "evaluate", s->evaluate);
	member_word(&b, "measure", s->measure);
	if (s->measure)
		member_int(&b, "elites", s->elites);
	if (s->sentences)
		member_raw(&b, "race", "true");
	if (b.len)
		buf_printf(&s->options, "{%s}", b.data);
	buf_free(&b);
}

/* Of --space or stdin, where no weights say what there can be. */
static struct space
get_space_alone(const char *path, struct task *task)
{
	struct space space;

	space_load(&space, task, path);
	return space;
}

static void
open_predictor(struct model *m, struct search_rec *s, const char *path)
{
	predictor_load(&m->predictor, path);
	m->scratch = xaligned(predictor_scratch(&m->predictor) *
		sizeof *m->scratch);
	s->predict = predict;
	if (goals_name(&s->goals, "predicted_lo") ||
	    goals_name(&s->goals, "predicted_hi"))
		memcpy(s->bounds, m->predictor.interval, sizeof s->bounds);
}

static void
put_results(struct search_rec *s, const double *limits, size_t n, size_t top,
	int front)
{
	for (size_t i = 0; i < n; i++)
		search_rec_best(s, limits[i], top);
	if (front)
		search_rec_front(s);
	if (s->measure)
		search_rec_measured(s);
	out_flush();
}

int
main(int argc, char **argv)
{
	const char *weights = NULL, *valid = NULL, *mlp = NULL, *path = NULL;
	const char *resume = NULL, *isa = NULL, *strategy = NULL;
	const char *seeds = NULL, *limit_list = NULL;
	struct search_plan plan = SEARCH_PLAN;
	struct opt_list limit_texts = { 0 }, conditions = { 0 }, files;
	struct opt_list minimize = { 0 }, maximize = { 0 };
	long max_tokens = 4096, sentences = 0, threads = 0, top = 1, seed = 1;
	long src_len = 30, tgt_len = 30;
	double smooth = -1;
	int quiet = 0, front = 0, force = 0, random = 0, pareto = 0;
	int race = 0;
	struct search_rec s = { .elites = 5 };
	const struct opt opts[] = {
		OPT_TEXT(0, "weights", &weights, "FILE", "of the supernet"),
		OPT_TEXT(0, "valid", &valid, "FILE", "validation pairs"),
		OPT_TEXT(0, "evaluate", &s.evaluate, "CMD",
			"instead of --weights and --valid: a command that "
			"reads candidates and writes them back with fields, "
			"in any order"),
		OPT_FLAG(0, "batchwise", &s.batchwise,
			"run --evaluate's command anew for each iteration, as "
			"what waits for the end of its input wants it"),
		OPT_TEXT(0, "predictor", &mlp, "FILE", "of the latency"),
		OPT_LIST('l', "limit", &limit_texts, "MS",
			"at most this latency; none: any"),
		OPT_TEXT(0, "limits", &limit_list, "MS,MS,..",
			"the same, several"),
		OPT_WHERE(&conditions, "and this, of a candidate's fields"),
		OPT_LIST(0, "minimize", &minimize, "FIELD",
			"of a candidate's fields, the one that is to be small; "
			"none: valid_loss, and predicted_ms for --pareto"),
		OPT_LIST(0, "maximize", &maximize, "FIELD",
			"that is to be large"),
		OPT_TEXT(0, "measure", &s.measure, "CMD",
			"a command that measures: the best of each iteration "
			"are measured, predictions are corrected by them, and "
			"results meet the limit as measured"),
		OPT_LONG(0, "elites", &s.elites, 1, 1 << 20,
			"so many of each iteration are measured"),
		OPT_TEXT(0, "space", &path, "FILE", "space record, not stdin"),
		OPT_LONG(0, "population", &plan.population, 1, 1 << 24,
			"architectures to begin with"),
		OPT_LONG(0, "parents", &plan.parents, 1, 1 << 24,
			"the best, which have children; of nsga2 as many as "
			"--population"),
		OPT_LONG(0, "mutations", &plan.mutations, 0, 1 << 24,
			"mutants in each iteration"),
		OPT_REAL(0, "mutation-prob", &plan.mutation_prob, 0, 1,
			"of a gene to be drawn anew"),
		OPT_LONG(0, "crossovers", &plan.crossovers, 0, 1 << 24,
			"crossings in each iteration"),
		OPT_LONG(0, "iterations", &plan.iterations, 1, 1 << 24,
			"the first population counted"),
		OPT_CHOICE(0, "strategy", &strategy,
			"hat|nsga2|random|deepest",
			"whom to score: HAT's evolution; evolution for several "
			"objectives; as many drawn uniformly: the baseline; "
			"one, by the rule of thumb: the deepest decoder, then "
			"the most parameters [hat]"),
		OPT_FLAG(0, "pareto", &pareto, "--strategy nsga2"),
		OPT_FLAG(0, "random", &random, "--strategy random"),
		OPT_CHOICE(0, "seeds", &seeds, "rules|none",
			"the first population begins with what rules of thumb "
			"pick: the deepest decoder, the most parameters; or "
			"with none of it [none; of nsga2 rules]"),
		OPT_LONG('k', "top", &top, 1, LONG_MAX,
			"results for each limit"),
		OPT_FLAG(0, "race", &race,
			"give a candidate up when part of the pairs show that "
			"it will have no children and be no result: the same "
			"results sooner"),
		OPT_FLAG(0, "front", &front,
			"result records of the Pareto front, too"),
		OPT_LENGTHS(&src_len, &tgt_len, "source tokens of flops",
			"target tokens of flops"),
		OPT_LONG(0, "max-tokens", &max_tokens, 1, 1 << 24,
			"validation tokens a batch"),
		OPT_LONG(0, "valid-sentences", &sentences, 0, LONG_MAX,
			"use only the first pairs, 0: all"),
		OPT_SMOOTHING(&smooth),
		OPT_FLAG(0, "force", &force,
			"whatever task and range the predictor was fitted for"),
		OPT_JOURNAL(&resume,
			"journal: go on from it and add to it"),
		OPT_SEED(&seed),
		OPT_THREADS(&threads),
		OPT_ISA(&isa),
		OPT_QUIET(&quiet),
		OPT_INPUTS(&files, 1),
		OPT_END
	};
	opt_parse(argc, argv,
		"--weights FILE --valid FILE [--predictor FILE --limit MS] "
		"<space.json",
		"Search a space for the architecture of the lowest validation "
		"loss, with weights\ninherited from a supernet, within a "
		"latency limit.", opts);

	size_t limits_n;
	double *limits = get_limits(&limit_texts, limit_list, &limits_n);
	if (s.evaluate && (weights || valid))
		die_usage("--evaluate takes the place of --weights and "
			"--valid");
	if (s.batchwise && !s.evaluate)
		die_usage("--batchwise is for --evaluate");
	if (!s.evaluate && (!weights || !valid))
		die_usage("want --weights and --valid, or --evaluate");
	if (!mlp && (limits_n || front || s.measure))
		die_usage("--limit, --front and --measure want a --predictor");
	plan.seed = (uint64_t)seed;
	path = space_named(path, &files);
	plan.strategy = get_strategy(strategy, random, pareto);
	goals_parse(&s.goals, &minimize, &maximize, &conditions);
	set_goals(&s.goals, plan.strategy, mlp != NULL);
	plan.objectives = s.goals.n;
	if (race)
		check_race(&s, &plan, limits_n, front);
	plan.rules = seeds ? !strcmp(seeds, "rules") :
		plan.strategy->tournament;

	struct model model = { 0 };
	struct search search;
	struct space space;
	s.ctx = &model;
	s.src_len = (int)src_len;
	s.tgt_len = (int)tgt_len;
	s.search = &search;
	if (s.evaluate)
		space = get_space_alone(path, &s.task);
	else {
		model.eval = (race ? eval_open_race : eval_open)(weights,
			valid, max_tokens, sentences, cpus_threads(threads),
			isa_get(isa), smooth);
		set_race(&s, &plan, race ? eval_pairs(model.eval) : 0,
			(size_t)top);
		s.eval = eval;
		s.task = *eval_task(model.eval);
		space = get_space(model.eval, path, weights, quiet);
	}
	if (mlp) {
		open_predictor(&model, &s, mlp);
		if (!force)
			check_predictor(&model.predictor, mlp, &space, &s.task,
				weights);
	}
	put_options(&s, &plan, &minimize, &maximize);
	struct search_calls calls = search_rec_calls(&s);
	search_init(&search, &space, &plan, &calls);
	journal_open(&s.journal, resume, s.evaluate ? &search_journal_outside :
		&search_journal);
	limits_n += !limits_n;
	search_rec_run(&s, limits, limits_n, (size_t)top, quiet);
	put_results(&s, limits, limits_n, (size_t)top, front ||
		plan.objectives > 1);

	search_rec_free(&s);
	search_free(&search);
	if (mlp)
		predictor_free(&model.predictor);
	if (model.eval)
		eval_close(model.eval);
	free(model.scratch);
	free(limits);
	free(limit_texts.at);
	free(conditions.at);
	free(minimize.at);
	free(maximize.at);
	return out_end();
}
