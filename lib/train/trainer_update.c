/* One update of a training. */
#include <math.h>
#include <string.h>
#include "base/rng.h"
#include "model/profile.h"
#include "trainer.h"

/* What an update is made of: its SubTransformers, its first batch (of all
 * ranks), the sums of their losses, the target tokens of its batches. */
struct update {
	struct arch arch[SUBS_MAX];
	int subs;
	long first;
	struct xent sum;
	long tokens;
};

/* Whom a SubTransformer learns from beside the targets, or NULL: the largest,
 * or what the pairs say. */
static const struct teacher *
teacher_of(struct trainer *t, const struct batch *b, int sub)
{
	if (sub && t->largest.weight > 0)
		return &t->largest;
	t->soft.at = b->soft_at;
	t->soft.ids = b->soft_ids;
	t->soft.parts = b->soft_parts;
	return t->soft.at && t->soft.weight > 0 ? &t->soft : NULL;
}

/* What the largest has just put out, for those that it teaches: its weights
 * stay until the update's end. */
static void
keep_outputs(struct trainer *t, const struct view *v, const struct batch *b)
{
	int d = v->arch.decoder_embed_dim;

	memcpy(t->largest_out, t->pass.out, (size_t)b->tgt_tokens * (size_t)d *
		sizeof *t->largest_out);
	t->largest.outputs = (struct outputs){ t->largest_out, v->output, d,
		v->ld_output };
}

/* Since the last mark, that is what has been done. */
static void
spent(struct trainer *t, double *on)
{
	double now = seconds_now();

	*on += now - t->mark;
	t->mark = now;
}

static void
went_forward(void *arg)
{
	struct trainer *t = arg;

	spent(t, &t->forward);
}

/* One SubTransformer forward and backward; its gradient is added. */
static void
run_sub(struct trainer *t, struct update *u, const struct batch *b, int index,
	int sub)
{
	struct params *p = &t->w->params;
	struct dropout_rates g = { t->o->dropout, t->o->attention_dropout,
		t->o->activation_dropout, (uint64_t)t->o->seed,
		(uint64_t)t->s.epoch * 1000003 + (uint64_t)index, sub };
	struct view view, grad;

	view_make(&view, p, p->w, &u->arch[sub]);
	view_make(&grad, p, t->grad, &u->arch[sub]);
	t->arena.used = 0;
	pass_layout(&t->pass, &t->arena, &view, b->src_tokens, b->tgt_tokens,
		b->max_src, b->max_tgt, t->keep);
	t->pass.loss_done = went_forward;
	t->pass.arg = t;
	struct xent x = pass_run(&t->pass, &view, b, t->o->label_smoothing,
		teacher_of(t, b, sub), &g, &grad);
	spent(t, &t->backward);
	if (!sub && t->largest.weight > 0)
		keep_outputs(t, &view, b);
	u->sum.loss += x.loss;
	u->sum.nll += x.nll;
	u->sum.taught += x.taught;
	if (!isfinite(x.loss))
		trainer_diverged(t, "the loss is", t->s.update + 1, index + 1);
}

/* The SubTransformers of the update on one batch. is_last: of this rank's.
 * Where each has its own batches, the last ones of two ranks may differ: only
 * what all ranks form last can be summed while it is formed. */
static void
run_batch(struct trainer *t, struct update *u, int index, int is_last)
{
	int from = t->plan.begin[index];
	struct batch b;

	batch_fill(&b, &t->pairs, t->plan.order + from,
		t->plan.begin[index + 1] - from, t->ints, t->o->max_tokens);
	if (t->o->split_batches)
		run_sub(t, u, &b, index, (int)((index - u->first) % u->subs));
	else for (int i = 0; i < u->subs; i++) {
		if (is_last && i + 1 == u->subs)
			together_last(t);
		run_sub(t, u, &b, index, i);
	}
	u->tokens += b.tgt_tokens;
}

/* What is trained of a tensor. */
struct numbers {
	size_t n;
	float *w, *g, *m, *v;
};

/* Its own, w of them, or the floats behind its codebooks. */
static struct numbers
all_of(const struct trainer *t, int i, float *w)
{
	const struct param *q = &t->w->params.param[i];
	size_t at = q->at;

	return (struct numbers){ q->count, w + at, t->grad + at, t->m + at,
		t->v + at };
}

/* Those of its codebooks, or, where it has none, its own. */
static struct numbers
numbers_of(const struct trainer *t, int i)
{
	const struct params *p = &t->w->params;
	const struct books *b = &t->books;

	if (!param_coded(p, i))
		return all_of(t, i, p->w);
	size_t at = b->at[i];
	return (struct numbers){ b->at[i + 1] - at, b->entry + at, b->grad + at,
		b->m + at, b->v + at };
}

/* Clip, step Adam for the tensors in use, zero their gradients. Returns the
 * gradient's norm. */
static double
apply(struct trainer *t, long tokens, double lr)
{
	const struct train_opts *o = t->o;
	struct params *p = &t->w->params;
	const struct num *num = &t->pass.num;
	struct adam adam = { lr, o->beta1, o->beta2, o->eps, o->weight_decay };
	double scale = 1 / (double)tokens, squares = 0;

	books_gather(&t->books, num, p, t->grad);
	for (int i = 0; i < p->n; i++) {
		struct numbers x = numbers_of(t, i);
		if (t->used[i])
			squares += nn_sum_squares(num, x.n, x.g);
	}
	double norm = sqrt(squares) * scale;
	if (!isfinite(norm))
		trainer_diverged(t, "the gradient is", t->s.update + 1,
			t->s.batch);
	if (o->clip_norm > 0 && norm > o->clip_norm)
		scale *= o->clip_norm / (norm + 1e-6);
	for (int i = 0; i < p->n; i++) {
		if (!t->used[i])
			continue;
		struct numbers x = numbers_of(t, i);
		long step = (long)++t->steps[i];
		nn_adam(num, &adam, step, x.n, x.w, x.g, x.m, x.v, scale);
		if (t->books.floats && param_coded(p, i)) {
			x = all_of(t, i, t->books.floats);
			nn_adam(num, &adam, step, x.n, x.w, x.g, x.m, x.v,
				scale);
		}
		nn_zero(num, p->param[i].count, t->grad + p->param[i].at);
	}
	books_follow(&t->books, num, p);
	books_spread(&t->books, num, p);
	return norm;
}

static double
size_of(const struct arch *a, const struct weights *w)
{
	return arch_profile(a, &w->params.task, 1, 1).params;
}

/* A random SubTransformer of the space, drawn as --sample says. */
static void
draw(struct arch *a, const struct weights *w, const struct train_opts *o,
	struct rng *r)
{
	struct arch other;

	arch_sample(a, &w->space, r);
	if (strcmp(o->sample, "larger"))
		return;
	arch_sample(&other, &w->space, r);
	if (size_of(&other, w) > size_of(a, w))
		*a = other;
}

int
train_archs(struct arch a[SUBS_MAX], const struct weights *w,
	const struct train_opts *o, long update)
{
	struct rng r = rng_stream((uint64_t)o->seed, RNG_TRAINED_ARCH,
		(uint64_t)update);
	int all = (int)train_subs(o), n = 0;

	if (!w->is_super) {
		a[0] = w->params.shape;
		return 1;
	}
	if (o->sandwich) {
		a[n++] = arch_largest(&w->space);
		a[n++] = arch_smallest(&w->space);
	}
	for (; n < all; n++)
		draw(&a[n], w, o, &r);
	return n;
}

/* The tensors that any of them uses. */
static void
find_used(struct trainer *t, const struct update *u)
{
	const struct params *p = &t->w->params;

	memset(t->used, 0, (size_t)p->n);
	for (int i = 0; i < u->subs; i++) {
		params_used(p, &u->arch[i], t->uses);
		for (int k = 0; k < p->n; k++)
			t->used[k] |= t->uses[k];
	}
}

double
trainer_update(struct trainer *t)
{
	struct update u = { .first = t->s.batch };
	double lr = schedule_lr(t->o, t->s.update);

	u.subs = train_archs(u.arch, t->w, t->o, t->s.update);
	find_used(t, &u);
	struct my_batches mine = together_begin(t);
	t->mark = seconds_now();
	for (; mine.from < mine.to; mine.from++)
		run_batch(t, &u, (int)mine.from, mine.from + 1 == mine.to);
	t->s.batch = mine.end;
	together_end(t, &u.arch[u.subs - 1], &u.sum, &u.tokens);
	t->mark = seconds_now();
	t->s.gnorm += apply(t, u.tokens, lr);
	spent(t, &t->adam);
	t->s.update++;
	t->s.updates++;
	t->s.loss += u.sum.loss;
	t->s.nll += u.sum.nll;
	t->s.taught += u.sum.taught;
	long learnt = u.tokens * (t->o->split_batches ? 1 : u.subs);
	t->s.tokens += learnt;
	t->logged_tokens += learnt;
	return lr;
}
