/* evolve - search a space for the best architectures within a latency limit.
 * stdin: one space record.  stdout: every candidate when it is scored, then for
 * each limit the best ones again + "result":{"limit":..,"rank":..}; of several
 * objectives the Pareto front + "result":{"front":true,"rank":..}. */
#include <stdlib.h>
#include <string.h>
#include "arch/arch_rec.h"
#include "arch/space_rec.h"
#include "base/threads.h"
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

	return eval_arch(m->eval, a, rival, own, r, why);
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
	if (path || !in_is_idle())
		space_load(&space, &task, path);
	else {
		space = *super;
		if (!quiet)
			warn("no space given: using that of %s", weights);
	}
	if (space_within(&space, super, &why) ||
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
	const char *target = predictor_meta(p, "target");
	struct why why;

	if (target && strcmp(target, "latency_ms.total"))
		die("%s predicts %s, and limits are of the total latency "
			"(--force searches all the same)", path, target);
	if (task_agree(&fitted, task, &why))
		die("%s and %s are of different tasks: %s (--force searches "
			"all the same)", path, weights ? weights : "the space",
			why.text);
	arch_features(&small, least);
	arch_features(&big, most);
	if (predictor_reaches(p, space->qkv_dim, least, most, &why))
		die("%s does not fit the space: %s (--force searches all the "
			"same)", path, why.text);
}

static void
open_predictor(struct model *m, struct search_rec *s, const char *path)
{
	const struct goals *goals = &s->o->goals;

	predictor_load(&m->predictor, path);
	m->scratch = xaligned(predictor_scratch(&m->predictor) *
		sizeof *m->scratch);
	s->predict = predict;
	if (goals_name(goals, "predicted_lo") ||
	    goals_name(goals, "predicted_hi"))
		memcpy(s->bounds, m->predictor.interval, sizeof s->bounds);
}

static void
put_results(struct search_rec *s, const struct search_cli *c)
{
	for (size_t i = 0; i < c->limits; i++)
		search_rec_best(s, c->limit[i], (size_t)c->top);
	if (c->front || c->plan.objectives > 1)
		search_rec_front(s);
	if (c->measure)
		search_rec_measured(s);
	out_flush();
}

/* What scores candidates; the space. */
static struct space
open_model(struct model *m, struct search_rec *s, const struct search_cli *c)
{
	struct space space;

	s->ctx = m;
	enum dtype products = dtype_named(c->dtype);
	if (c->evaluate)
		space_load(&space, &s->task, c->space);
	else {
		m->eval = eval_open(c->weights, c->valid, c->max_tokens,
			c->sentences, threads_get(c->threads,
			num_room(products), c->quiet), products,
			isa_get(c->isa), c->smoothing, c->race);
		search_cli_race(c, s, c->race ? eval_pairs(m->eval) : 0);
		s->eval = eval;
		s->task = *eval_task(m->eval);
		space = get_space(m->eval, c->space, c->weights, c->quiet);
	}
	if (c->predictor)
		open_predictor(m, s, c->predictor);
	if (c->predictor && !c->force)
		check_predictor(&m->predictor, c->predictor, &space, &s->task,
			c->weights);
	return space;
}

static void
close_model(struct model *m, const struct search_cli *c)
{
	if (c->predictor)
		predictor_free(&m->predictor);
	if (m->eval)
		eval_close(m->eval);
	free(m->scratch);
}

int
main(int argc, char **argv)
{
	struct model model = { 0 };
	struct search search;
	struct search_cli c;
	struct search_rec s = { .o = &c };

	search_cli_parse(&c, argc, argv);
	struct space space = open_model(&model, &s, &c);
	search_cli_journal(&c, &s);
	if (c.resume && model.eval)
		eval_members(model.eval, &s.scores);
	s.search = &search;
	struct search_calls calls = search_rec_calls(&s);
	search_init(&search, &space, &c.plan, &calls);
	journal_open(&s.journal, c.resume, c.evaluate ?
		&search_journal_outside : &search_journal);
	search_rec_run(&s);
	put_results(&s, &c);

	search_rec_free(&s);
	search_free(&search);
	close_model(&model, &c);
	search_cli_free(&c);
	return out_end();
}
