#include <stdlib.h>
#include "base/memleft.h"
#include "eval_rec.h"
#include "race.h"
#include "rec/rec.h"

/* Tokens of the largest batch where every parts-th sentence, by length, is of
 * one batch. */
static long
largest_deal(const struct validation *v, int parts)
{
	long most = 0;

	for (int b = 0; b < parts; b++) {
		long src = 0, tgt = 0;
		for (int i = b; i < v->pairs.n; i += parts) {
			src += pairs_src_len(&v->pairs, v->plan.order[i]);
			tgt += pairs_tgt_len(&v->pairs, v->plan.order[i]);
		}
		most = src > most ? src : most;
		most = tgt > most ? tgt : most;
	}
	return most;
}

/* Deal the sentences, sorted by length, into batches that are like each other:
 * so many that a race can end early, not so many that products get slow. */
static void
deal(struct validation *v, long max_tokens)
{
	enum { PARTS = 24, TOKENS = 256 };
	int n = v->pairs.n, parts = PARTS, at = 0;

	while (parts > 1 && largest_deal(v, parts) < TOKENS)
		parts--;
	while (largest_deal(v, parts) > max_tokens)
		parts++;
	v->max_tokens = largest_deal(v, parts);
	int *order = xcalloc((size_t)n, sizeof *order);
	int *begin = xcalloc((size_t)parts + 1, sizeof *begin);
	for (int b = 0; b < parts; b++) {
		for (int i = b; i < n; i += parts)
			order[at++] = v->plan.order[i];
		begin[b + 1] = at;
	}
	plan_free(&v->plan);
	v->plan = (struct plan){ .batches = parts, .order = order,
		.begin = begin };
}

void
validation_read(struct validation *v, const char *path, const struct task *t,
	long max_tokens, long max_sentences)
{
	struct in in;

	in_open(&in, path);
	pairs_read(&v->pairs, &in, t->src_vocab, t->tgt_vocab, max_tokens,
		max_sentences, 0);
	in_close(&in);
	if (!v->pairs.n)
		die("%s: no pairs", path);
}

size_t
validation_open(struct validation *v, const char *path,
	const struct params *p, int fewest, long max_tokens, int threads,
	enum dtype products, const struct kernels *k, double smooth, int race)
{
	struct why why;
	int src, tgt;

	v->smooth = smooth;
	v->max_tokens = max_tokens;
	if (plan_make(&v->plan, &v->pairs, max_tokens, 0, 0, -1, &why))
		die("%s: %s", path, why.text);
	if (race)
		deal(v, max_tokens);
	pairs_longest(&v->pairs, &src, &tgt);
	v->longest = src > tgt ? src : tgt;
	if (num_open(&v->pass.num, threads, products, k, &why))
		die("%s", why.text);
	v->arena.size = pass_bytes(&v->pass, p, fewest, v->max_tokens, src, tgt,
		KEEP_NOTHING);
	return v->arena.size + pass_tables_bytes(&p->task, v->longest,
		v->max_tokens);
}

void
validation_alloc(struct validation *v, const struct task *t)
{
	pass_positions(&v->pass, v->positions, t, v->longest);
	v->ints = xcalloc(batch_ints(v->max_tokens), sizeof *v->ints);
	v->losses = xcalloc((size_t)v->plan.batches, sizeof *v->losses);
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
	free(v->losses);
	free(v->arena.base);
	*v = (struct validation){ 0 };
}

/* The sums of a batch's losses. */
static struct xent
run_batch(struct validation *v, const struct view *view, int i,
	struct batch *b)
{
	static const struct dropout_rates none;
	int from = v->plan.begin[i];

	batch_fill(b, &v->pairs, v->plan.order + from,
		v->plan.begin[i + 1] - from, v->ints, v->max_tokens);
	v->arena.used = 0;
	pass_layout(&v->pass, &v->arena, view, b->src_tokens, b->tgt_tokens,
		b->max_src, b->max_tgt, KEEP_NOTHING);
	return pass_run(&v->pass, view, b, v->smooth, NULL, &none, NULL);
}

static struct eval_result
means(const struct xent *sum, long tokens)
{
	return (struct eval_result){ .loss = sum->loss / (double)tokens,
		.nll = sum->nll / (double)tokens, .tokens = tokens };
}

void
validation_part(struct validation *v, const struct params *p,
	const struct arch *arch, int part, int parts)
{
	struct view view;
	struct batch b;

	view_make(&view, p, p->w, arch);
	for (int i = part; i < v->plan.batches; i += parts) {
		struct xent x = run_batch(v, &view, i, &b);
		v->losses[i] = (struct batch_loss){ x.loss, x.nll,
			b.tgt_tokens };
	}
}

struct eval_result
validation_mean(const struct validation *v)
{
	struct xent sum = { 0 };
	long tokens = 0;

	for (int i = 0; i < v->plan.batches; i++) {
		sum.loss += v->losses[i].loss;
		sum.nll += v->losses[i].nll;
		tokens += v->losses[i].tokens;
	}
	return means(&sum, tokens);
}

/* Sentences of a batch join a race. */
static void
race_join(struct race *r, struct validation *v, int batch,
	const struct batch *b, const float *rival, float *own)
{
	const int *which = v->plan.order + v->plan.begin[batch];

	for (int i = 0; i < b->sentences; i++) {
		double sum = 0;
		for (int t = b->tgt_at[i]; t < b->tgt_at[i + 1]; t++)
			sum += (double)v->pass.each[t];
		own[which[i]] = (float)sum;
		race_add(r, b->tgt_at[i + 1] - b->tgt_at[i], (double)
			own[which[i]], rival ? (double)rival[which[i]] : 0);
	}
}

static double
total(const float *x, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += (double)x[i];
	return sum;
}

/* As far as is needed to see that it is worse than a rival, see race.h; who is
 * not beaten has the loss of validation_mean. */
static struct eval_result
run_race(struct validation *v, const struct params *p,
	const struct arch *arch, const float *rival, float *own)
{
	int n = v->plan.batches;
	struct xent sum = { 0 };
	struct race race = race_begin(&v->pairs);
	struct view view;
	struct batch b;
	int lost = 0;

	v->pass.each = xcalloc((size_t)v->max_tokens, sizeof *v->pass.each);
	view_make(&view, p, p->w, arch);
	for (int i = 0; i < n && !lost; i++) {
		struct xent x = run_batch(v, &view, i, &b);
		sum.loss += x.loss;
		sum.nll += x.nll;
		race_join(&race, v, i, &b, rival, own);
		lost = rival && i + 1 < n && race_lost(&race);
	}
	free(v->pass.each);
	v->pass.each = NULL;
	struct eval_result r = means(&sum, (long)race.tokens);
	r.lost = lost;
	if (lost) {
		double seen = r.loss;
		r.loss = total(rival, v->pairs.n) / race.all_tokens +
			race_difference(&race);
		r.nll *= r.loss / seen;
	}
	return r;
}

struct eval {
	struct weights weights;
	struct validation valid;
};

struct eval *
eval_open(const char *weights, const char *pairs, long max_tokens,
	long sentences, int threads, enum dtype products,
	const struct kernels *k, double smooth, int race)
{
	struct eval *e = xcalloc(1, sizeof *e);
	struct why why;

	if (smooth < 0 && smooth != -1)
		die_usage("--label-smoothing: want a number in [0, 0.99], or "
			"-1, not %g", smooth);

	weights_load(&e->weights, weights);
	validation_read(&e->valid, pairs, &e->weights.params.task, max_tokens,
		sentences);
	size_t bytes = validation_open(&e->valid, pairs, &e->weights.params,
		fewest_heads(e->weights.is_super ? &e->weights.space : NULL,
		&e->weights.params.shape), max_tokens, threads, products, k,
		smooth < 0 ? e->weights.label_smoothing : smooth, race);
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

size_t
eval_pairs(const struct eval *e)
{
	return (size_t)e->valid.pairs.n;
}

static void
member_hash(struct buf *b, const char *key, unsigned long long hash)
{
	char text[17];

	snprintf(text, sizeof text, "%016llx", hash);
	member_string(b, key, text);
}

void
eval_members(const struct eval *e, struct buf *b)
{
	const struct validation *v = &e->valid;
	char *kernels = num_kernels(&v->pass.num);
	struct buf rounding = { 0 };

	member_hash(b, "weights", params_hash(&e->weights.params));
	member_int(b, "sentences", v->pairs.n);
	member_hash(b, "pairs", pairs_hash(&v->pairs));
	member_num(b, "label_smoothing", v->smooth);
	member_string(b, "dtype", dtype_names[v->pass.num.blas ?
		DTYPE_FP32 : DTYPE_BF16]);
	member_int(&rounding, "max_tokens", v->max_tokens);
	member_string(&rounding, "kernels", kernels);
	member_object(b, "rounding", &rounding);
	buf_free(&rounding);
	free(kernels);
}

/* An arch from elsewhere may have fewer, wider heads. */
static int
check(const struct eval *e, const struct arch *a, struct why *why)
{
	if (params_hold(&e->weights.params, a, why))
		return -1;
	if (e->weights.is_super && arch_in_space(a, &e->weights.space, why))
		return -1;
	if (!e->weights.is_super && !arch_equal(a, &e->weights.params.shape))
		return why_set(why, "the weights are of one SubTransformer, "
			"and not of this one");
	return 0;
}

int
eval_arch(struct eval *e, const struct arch *a, const float *rival,
	float *own, struct eval_result *r, struct why *why)
{
	const struct params *p = &e->weights.params;

	if (check(e, a, why))
		return -1;
	if (own) {
		*r = run_race(&e->valid, p, a, rival, own);
		return 0;
	}
	validation_part(&e->valid, p, a, 0, 1);
	*r = validation_mean(&e->valid);
	return 0;
}

void
eval_close(struct eval *e)
{
	validation_close(&e->valid);
	weights_free(&e->weights);
	free(e);
}
