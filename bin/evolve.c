/* evolve - search a space for the best architecture within a latency limit.
 * stdin: one space record.  stdout: every candidate as it is scored, then for
 * each limit the best ones again + "result":{"limit":..,"rank":..}. */
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
eval(void *ctx, const struct arch *a, struct eval_result *r, struct why *why)
{
	struct model *m = ctx;

	return eval_arch(m->eval, a, r, why);
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
			"all the same)", path, weights, why.text);
	arch_features(&small, least);
	arch_features(&big, most);
	if (predictor_reaches(p, least, most, &why))
		die("%s does not fit the space: %s (--force searches all the "
			"same)", path, why.text);
}

/* Without a limit the search is for the best of the space. */
static double *
get_limits(const struct opt_list *texts, size_t *n)
{
	double *limits = xcalloc(texts->n + 1, sizeof *limits);

	*n = texts->n ? texts->n : 1;
	limits[0] = INFINITY;
	for (size_t i = 0; i < texts->n; i++) {
		char *end;
		limits[i] = strtod(texts->at[i], &end);
		if (*end || !(limits[i] > 0) || !isfinite(limits[i]))
			die_usage("--limit: want a number above 0, not \"%s\"",
				texts->at[i]);
	}
	return limits;
}

/* One search for each limit, all of what they ask scored once. */
static void
run(struct search_rec *s, const double *limits, size_t n, int quiet)
{
	struct arch arch;
	struct why why;
	int more;

	search_rec_start(s, limits, n, quiet);
	for (size_t i = 0; i < n; i++) {
		search_begin(s->search, limits[i]);
		while ((more = search_ask(s->search, &arch, &why)) > 0)
			search_tell(s->search, search_rec_loss(s, &arch));
		if (more < 0)
			die("%s", why.text);
		if (s->search->exhausted && !quiet)
			warn("limit %g: nothing further to score from "
				"iteration %d on", limits[i],
				s->search->exhausted);
	}
	search_rec_end(s);
}

/* --random is --strategy random. */
static const struct strategy *
get_strategy(const char *name, int random)
{
	if (random && name && strcmp(name, strategy_random.name))
		die_usage("--random and --strategy %s exclude each other",
			name);
	return random ? &strategy_random : strategy_named(name ? name : "hat");
}

int
main(int argc, char **argv)
{
	const char *weights = NULL, *valid = NULL, *mlp = NULL, *path = NULL;
	const char *resume = NULL, *isa = NULL, *strategy = NULL;
	struct search_plan plan = SEARCH_PLAN;
	struct opt_list limit_texts = { 0 }, conditions = { 0 }, files;
	long max_tokens = 4096, sentences = 0, threads = 0, top = 1, seed = 1;
	long src_len = 30, tgt_len = 30;
	double smooth = -1;
	int quiet = 0, front = 0, force = 0, random = 0;
	const struct opt opts[] = {
		OPT_TEXT(0, "weights", &weights, "FILE", "of the supernet"),
		OPT_TEXT(0, "valid", &valid, "FILE", "validation pairs"),
		OPT_TEXT(0, "predictor", &mlp, "FILE", "of the latency"),
		OPT_LIST('l', "limit", &limit_texts, "MS",
			"at most this latency; none: any"),
		OPT_WHERE(&conditions, "and this, of a candidate's fields"),
		OPT_TEXT(0, "space", &path, "FILE", "space record, not stdin"),
		OPT_LONG(0, "population", &plan.population, 1, 1 << 24,
			"architectures to begin with"),
		OPT_LONG(0, "parents", &plan.parents, 1, 1 << 24,
			"the best, which have children"),
		OPT_LONG(0, "mutations", &plan.mutations, 0, 1 << 24,
			"mutants in each iteration"),
		OPT_REAL(0, "mutation-prob", &plan.mutation_prob, 0, 1,
			"of a gene to be drawn anew"),
		OPT_LONG(0, "crossovers", &plan.crossovers, 0, 1 << 24,
			"crossings in each iteration"),
		OPT_LONG(0, "iterations", &plan.iterations, 1, 1 << 24,
			"the first population counted"),
		OPT_CHOICE(0, "strategy", &strategy, "hat|random|deepest",
			"whom to score: HAT's evolution; as many drawn "
			"uniformly: the baseline; one, by the rule of thumb: "
			"the deepest decoder, then the most parameters [hat]"),
		OPT_FLAG(0, "random", &random, "--strategy random"),
		OPT_LONG('k', "top", &top, 1, LONG_MAX,
			"results for each limit"),
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
	double *limits = get_limits(&limit_texts, &limits_n);
	if (!weights || !valid)
		die_usage("want --weights and --valid");
	if (!mlp && (limit_texts.n || front))
		die_usage("--limit and --front want a --predictor");
	plan.seed = (uint64_t)seed;
	path = space_named(path, &files);
	plan.strategy = get_strategy(strategy, random);

	struct model model = { 0 };
	struct search search;
	struct search_rec s = { .ctx = &model, .eval = eval,
		.src_len = (int)src_len, .tgt_len = (int)tgt_len,
		.search = &search };
	wheres_parse(&s.where, &conditions);
	model.eval = eval_open(weights, valid, max_tokens, sentences,
		cpus_threads(threads), isa_get(isa), smooth);
	s.task = *eval_task(model.eval);
	struct space space = get_space(model.eval, path, weights, quiet);
	if (mlp) {
		predictor_load(&model.predictor, mlp);
		if (!force)
			check_predictor(&model.predictor, mlp, &space, &s.task,
				weights);
		model.scratch = xaligned(predictor_scratch(&model.predictor) *
			sizeof *model.scratch);
		s.predict = predict;
	}
	struct search_calls calls = search_rec_calls(&s);
	search_init(&search, &space, &plan, &calls);
	journal_open(&s.journal, resume, &search_journal);
	run(&s, limits, limits_n, quiet);
	for (size_t i = 0; i < limits_n; i++)
		search_rec_best(&s, limits[i], (size_t)top);
	if (front)
		search_rec_front(&s);

	search_rec_free(&s);
	search_free(&search);
	if (mlp)
		predictor_free(&model.predictor);
	eval_close(model.eval);
	free(model.scratch);
	free(limits);
	free(limit_texts.at);
	free(conditions.at);
	return out_end();
}
