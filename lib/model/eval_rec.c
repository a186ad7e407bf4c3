#include <stdlib.h>
#include "base/memleft.h"
#include "eval_rec.h"
#include "rec/in.h"

size_t
validation_open(struct validation *v, const char *path,
	const struct params *p, int fewest, long max_tokens,
	long max_sentences, int threads, const struct kernels *k,
	double smooth)
{
	struct in in;
	struct why why;
	int src, tgt;

	*v = (struct validation){ .max_tokens = max_tokens, .smooth = smooth };
	in_open(&in, path);
	pairs_read(&v->pairs, &in, p->task.src_vocab, p->task.tgt_vocab,
		max_sentences);
	in_close(&in);
	if (!v->pairs.n)
		die("%s: no pairs", path);
	if (plan_make(&v->plan, &v->pairs, max_tokens, 0, 0, -1, &why))
		die("%s: %s", path, why.text);
	pairs_longest(&v->pairs, &src, &tgt);
	v->longest = src > tgt ? src : tgt;
	if (num_open(&v->pass.num, threads, DTYPE_FP32, k, &why))
		die("%s", why.text);
	v->arena.size = pass_bytes(&v->pass, p, fewest, max_tokens, src, tgt,
		KEEP_NOTHING);
	return v->arena.size + pass_tables_bytes(&p->task, v->longest,
		max_tokens);
}

void
validation_alloc(struct validation *v, const struct task *t)
{
	pass_positions(&v->pass, v->positions, t, v->longest);
	v->ints = xcalloc(batch_ints(v->max_tokens), sizeof *v->ints);
	v->arena.base = xaligned(v->arena.size);
}

void
validation_close(struct validation *v)
{
	num_free(&v->pass.num);
	pairs_free(&v->pairs);
	plan_free(&v->plan);
	free(v->positions[ENCODER]);
	free(v->positions[DECODER]);
	free(v->ints);
	free(v->arena.base);
	*v = (struct validation){ 0 };
}

struct eval_result
validation_run(struct validation *v, const struct params *p,
	const struct arch *arch)
{
	static const struct dropout_rates none;
	struct eval_result sum = { 0, 0, 0 };
	struct view view;

	view_make(&view, p, p->w, arch);
	for (int i = 0; i < v->plan.batches; i++) {
		struct batch b;
		int from = v->plan.begin[i];
		batch_fill(&b, &v->pairs, v->plan.order + from,
			v->plan.begin[i + 1] - from, v->ints, v->max_tokens);
		v->arena.used = 0;
		pass_layout(&v->pass, &v->arena, &view, b.src_tokens,
			b.tgt_tokens, b.max_src, b.max_tgt, KEEP_NOTHING);
		struct xent x = pass_run(&v->pass, &view, &b, v->smooth, NULL,
			&none, NULL);
		sum.loss += x.loss;
		sum.nll += x.nll;
		sum.tokens += b.tgt_tokens;
	}
	sum.loss /= (double)sum.tokens;
	sum.nll /= (double)sum.tokens;
	return sum;
}

struct eval {
	struct weights weights;
	struct validation valid;
};

struct eval *
eval_open(const char *weights, const char *pairs, long max_tokens,
	long sentences, int threads, const struct kernels *k, double smooth)
{
	struct eval *e = xcalloc(1, sizeof *e);
	struct why why;

	weights_load(&e->weights, weights);
	size_t bytes = validation_open(&e->valid, pairs, &e->weights.params,
		fewest_heads(e->weights.is_super ? &e->weights.space : NULL,
		&e->weights.params.shape), max_tokens, sentences, threads,
		k, smooth < 0 ? e->weights.label_smoothing : smooth);
	if (mem_lacks((double)bytes, &why))
		die("%s: a batch of %ld tokens %s: lower --max-tokens", pairs,
			max_tokens, why.text);
	validation_alloc(&e->valid, &e->weights.params.task);
	return e;
}

const struct space *
eval_space(const struct eval *e)
{
	return e->weights.is_super ? &e->weights.space : NULL;
}

const struct task *
eval_task(const struct eval *e)
{
	return &e->weights.params.task;
}

int
eval_arch(struct eval *e, const struct arch *a, struct eval_result *r,
	struct why *why)
{
	/* an arch from elsewhere may have fewer, wider heads */
	if (params_hold(&e->weights.params, a, why))
		return -1;
	if (e->weights.is_super && arch_in_space(a, &e->weights.space, why))
		return -1;
	if (!e->weights.is_super && !arch_equal(a, &e->weights.params.shape))
		return why_set(why, "the weights are of one SubTransformer, "
			"and not of this one");
	*r = validation_run(&e->valid, &e->weights.params, a);
	return 0;
}

void
eval_close(struct eval *e)
{
	validation_close(&e->valid);
	weights_free(&e->weights);
	free(e);
}
