/* One update of a training. */
#include <math.h>
#include "base/rng.h"
#include "schedule.h"
#include "stop_rec.h"
#include "together_rec.h"
#include "update.h"

/* Run one batch forward and backward; its loss is added to sum. */
static void
run_batch(struct trainer *t, int index, struct view *view,
	struct view *grad, struct xent *sum, long *tokens)
{
	struct dropout_rates g = { t->o->dropout, t->o->attention_dropout,
		t->o->activation_dropout, (uint64_t)t->o->seed,
		(uint64_t)t->s.epoch * 1000003 + (uint64_t)index };
	int from = t->plan.begin[index];
	struct batch b;

	batch_fill(&b, &t->pairs, t->plan.order + from,
		t->plan.begin[index + 1] - from, t->ints, t->o->max_tokens);
	t->arena.used = 0;
	pass_layout(&t->pass, &t->arena, view, b.src_tokens, b.tgt_tokens,
		b.max_src, b.max_tgt, t->keep);
	struct teacher soft = t->soft;
	soft.at = b.soft_at;
	soft.ids = b.soft_ids;
	soft.parts = b.soft_parts;
	struct xent x = pass_run(&t->pass, view, &b, t->o->label_smoothing,
		soft.at && soft.weight > 0 ? &soft : NULL, &g, grad);
	sum->loss += x.loss;
	sum->nll += x.nll;
	sum->taught += x.taught;
	*tokens += b.tgt_tokens;
	if (!isfinite(x.loss))
		trainer_diverged(t, "the loss is", t->s.update + 1, index + 1);
}

/* Clip, step Adam for the tensors in use, zero their gradients. Returns the
 * gradient's norm. */
static double
apply(struct trainer *t, long tokens, double lr)
{
	const struct train_opts *o = t->o;
	const struct params *p = &t->w->params;
	const struct num *num = &t->pass.num;
	struct adam adam = { lr, o->beta1, o->beta2, o->eps, o->weight_decay };
	double scale = 1 / (double)tokens, squares = 0;

	for (int i = 0; i < p->n; i++)
		if (t->used[i])
			squares += nn_sum_squares(num, p->param[i].count,
				t->grad + p->param[i].at);
	double norm = sqrt(squares) * scale;
	if (!isfinite(norm))
		trainer_diverged(t, "the gradient is", t->s.update + 1,
			t->s.batch);
	if (o->clip_norm > 0 && norm > o->clip_norm)
		scale *= o->clip_norm / (norm + 1e-6);
	for (int i = 0; i < p->n; i++) {
		const struct param *q = &p->param[i];
		if (!t->used[i])
			continue;
		nn_adam(num, &adam, (long)++t->steps[i], q->count, p->w + q->at,
			t->grad + q->at, t->m + q->at, t->v + q->at, scale);
		nn_zero(num, q->count, t->grad + q->at);
	}
	return norm;
}

void
train_arch(struct arch *a, const struct weights *w, long seed, long update)
{
	struct rng r = rng_stream((uint64_t)seed, RNG_TRAINED_ARCH,
		(uint64_t)update);

	*a = w->params.shape;
	if (w->is_super)
		arch_sample(a, &w->space, &r);
}

double
trainer_update(struct trainer *t)
{
	struct params *p = &t->w->params;
	struct arch arch;
	struct view view, grad;
	struct xent sum = { 0 };
	double lr = schedule_lr(t->o, t->s.update);
	long tokens = 0;

	train_arch(&arch, t->w, t->o->seed, t->s.update);
	view_make(&view, p, p->w, &arch);
	view_make(&grad, p, t->grad, &arch);
	params_used(p, &arch, t->used);
	struct my_batches mine = together_begin(t);
	double begin = seconds_now(), passed;
	for (; mine.from < mine.to; mine.from++) {
		if (mine.from + 1 == mine.to)
			together_last(t);
		run_batch(t, (int)mine.from, &view, &grad, &sum, &tokens);
	}
	t->s.batch = mine.end;
	passed = seconds_now();
	t->passes += passed - begin;
	together_end(t, &arch, &sum, &tokens);
	begin = seconds_now();
	t->s.gnorm += apply(t, tokens, lr);
	t->adam += seconds_now() - begin;
	t->s.update++;
	t->s.updates++;
	t->s.loss += sum.loss;
	t->s.nll += sum.nll;
	t->s.taught += sum.taught;
	t->s.tokens += tokens;
	t->logged_tokens += tokens;
	return lr;
}
