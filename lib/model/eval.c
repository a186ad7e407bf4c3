#include <stdlib.h>
#include "eval.h"
#include "in.h"
#include "memleft.h"

int
fewest_heads(const struct space *s, const struct arch *a)
{
	int fewest = a->qkv_dim;

	for (int g = GENE_ENCODER_HEADS; g <= GENE_ENDE_HEADS; g++) {
		struct arch copy = *a;
		int n, *heads = arch_gene(&copy, (enum gene)g, &n);
		for (int i = 0; i < n; i++)
			fewest = heads[i] < fewest ? heads[i] : fewest;
		if (s && choice_min(&s->choice[g]) < fewest)
			fewest = choice_min(&s->choice[g]);
	}
	return fewest;
}

static size_t
table_bytes(int positions, int width)
{
	return (size_t)positions * (size_t)width * sizeof(float) + NUM_SLACK;
}

void
pass_positions(struct pass *p, float *tables[2], const struct task *t, int len)
{
	int widths[STACKS] = { t->super_encoder_embed_dim,
		t->super_decoder_embed_dim };

	for (int i = 0; i < STACKS; i++) {
		int n = len + POSITION_FIRST;
		tables[i] = xaligned(table_bytes(n, widths[i]));
		positions_fill(tables[i], 0, n, widths[i]);
		p->positions[i] = tables[i];
		p->ld_positions[i] = widths[i];
	}
}

size_t
pass_tables_bytes(const struct task *t, int len, long max_tokens)
{
	int n = len + POSITION_FIRST;

	return table_bytes(n, t->super_encoder_embed_dim) +
		table_bytes(n, t->super_decoder_embed_dim) +
		batch_ints(max_tokens) * sizeof(int);
}

size_t
pass_bytes(struct pass *p, const struct params *params, int fewest,
	long max_tokens, int max_src, int max_tgt, enum pass_keep keep)
{
	struct arena count = { 0 };
	struct view *v = xmalloc(sizeof *v);
	int longest = 3 * max_src > max_tgt ? 3 * max_src : max_tgt;

	view_make(v, params, params->w, &params->shape);
	pass_layout(p, &count, v, (int)max_tokens, (int)max_tokens, max_src,
		max_tgt, keep);
	free(v);
	/* fewer heads than the largest has are wider */
	arena_floats(&count, nn_attention_scratch(&p->num,
		max_src > max_tgt ? max_src : max_tgt, longest,
		params->shape.qkv_dim / fewest));
	return count.used;
}

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
	v->pass.num = num_init(threads, DTYPE_FP32, k);
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
	free(v->positions[0]);
	free(v->positions[1]);
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
		struct xent x = pass_run(&v->pass, &view, &b, v->smooth, &none,
			NULL);
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
	if (arch_fits(a, &e->weights.params.shape, why))
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
