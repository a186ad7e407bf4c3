/* An update of several SubTransformers: its gradient is the sum of theirs, and
 * the slope of their losses. */
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "model/profile.h"
#include "open_num.h"
#include "tap.h"
#include "train/trainer.h"

static const char space_text[] = "{\"name\":\"tiny\",\"qkv_dim\":16,"
	"\"encoder_embed_choice\":[24,16],\"decoder_embed_choice\":[24,16],"
	"\"encoder_layer_num_choice\":[2,1],"
	"\"decoder_layer_num_choice\":[2,1],"
	"\"encoder_ffn_embed_dim_choice\":[40,32],"
	"\"decoder_ffn_embed_dim_choice\":[40,32],"
	"\"encoder_self_attention_heads_choice\":[4,2],"
	"\"decoder_self_attention_heads_choice\":[4,2],"
	"\"decoder_ende_attention_heads_choice\":[4,2],"
	"\"decoder_arbitrary_ende_attn_choice\":[-1,1]}";
enum { WORDS = 20, PAIRS = 12, MAX_TOKENS = 200 };

static void
weights_begin(struct weights *w)
{
	json_t *j = json_loads(space_text, 0, NULL);
	struct task task = { WORDS, WORDS, 1, 24, 24 };
	struct why why;

	*w = (struct weights){ .is_super = 1 };
	if (space_from_json(&w->space, j, &why))
		die("%s", why.text);
	json_decref(j);
	struct arch largest = arch_largest(&w->space);
	params_layout_space(&w->params, &largest, &task, &w->space);
	params_alloc(&w->params);
	params_init(&w->params, 3);
}

static void
pairs_begin(struct pairs *p)
{
	struct rng r = rng_seed(5);
	int ids[8];

	for (int i = 0; i < PAIRS; i++) {
		int n = 2 + i % 5;
		for (int k = 0; k < n; k++)
			ids[k] = 4 + (int)rng_below(&r, WORDS - 4);
		pairs_add(p, ids, n, ids, n, WORDS, WORDS, NULL);
	}
}

/* A training of all pairs in one batch, as train_run has it. */
static void
trainer_begin(struct trainer *t, const struct train_opts *o, struct weights *w)
{
	struct params *p = &w->params;
	struct why why;

	*t = (struct trainer){ .o = o, .w = w, .keep = KEEP_ALL,
		.peers = { .n = 1 },
		.largest = super_teacher(o) };
	t->pass.num = num_init(1, DTYPE_FP32, kernels_best());
	pairs_begin(&t->pairs);
	t->arena.size = pass_bytes(&t->pass, p, fewest_heads(&w->space,
		&p->shape), MAX_TOKENS, 8, 8, t->keep);
	trainer_alloc(t, 8);
	if (trainer_plan(t, &why))
		die("%s", why.text);
}

/* What a SubTransformer learns from. */
struct lesson {
	const struct arch *arch;
	int sub;
	const struct teacher *teacher;   /* or NULL */
};

/* Its loss; its gradient is added to grad, where that is not NULL. */
static struct xent
learn(struct trainer *t, struct lesson l, float *grad, int *tokens)
{
	const struct train_opts *o = t->o;
	struct dropout_rates g = { o->dropout, o->attention_dropout,
		o->activation_dropout, (uint64_t)o->seed, 0, l.sub };
	struct view view, back;
	struct batch b;

	batch_fill(&b, &t->pairs, t->plan.order, t->plan.begin[1], t->ints,
		MAX_TOKENS);
	*tokens = b.tgt_tokens;
	view_make(&view, &t->w->params, t->w->params.w, l.arch);
	if (grad)
		view_make(&back, &t->w->params, grad, l.arch);
	t->arena.used = 0;
	pass_layout(&t->pass, &t->arena, &view, b.src_tokens, b.tgt_tokens,
		b.max_src, b.max_tgt, t->keep);
	return pass_run(&t->pass, &view, &b, o->label_smoothing, l.teacher,
		&g, grad ? &back : NULL);
}

static double
dot(const float *a, const float *b, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

/* The slope of the losses of n SubTransformers along their gradient. */
static double
slope(struct trainer *t, const struct lesson *l, int n, const float *g)
{
	float *w = t->w->params.w;
	size_t count = t->w->params.count;
	float *was = xmalloc(count * sizeof *was);
	double eps = 2e-3 / sqrt(dot(g, g, count)), loss[2] = { 0, 0 };
	int tokens;

	memcpy(was, w, count * sizeof *was);
	for (int side = 0; side < 2; side++) {
		for (size_t i = 0; i < count; i++)
			w[i] = (float)((double)was[i] + (side ? -eps : eps) *
				(double)g[i]);
		for (int i = 0; i < n; i++)
			loss[side] += learn(t, l[i], NULL, &tokens).loss;
	}
	memcpy(w, was, count * sizeof *was);
	free(was);
	return (loss[0] - loss[1]) / (2 * eps);
}

/* The lessons of an update's SubTransformers, by what the options say. The
 * teacher's outputs and words are copies in memory of the caller's, as they
 * would be if it got no gradient. */
static void
prepare(struct trainer *t, struct lesson *l, const struct arch *a, int n,
	struct teacher *teacher, float *memory)
{
	const struct params *p = &t->w->params;
	int tokens, d = p->shape.decoder_embed_dim;
	float *words = memory, *out = words + p->count;

	*teacher = super_teacher(t->o);
	for (int i = 0; i < n; i++)
		l[i] = (struct lesson){ &a[i], i, i && teacher->weight > 0 ?
			teacher : NULL };
	if (teacher->weight == 0)
		return;
	learn(t, l[0], NULL, &tokens);
	memcpy(out, t->pass.out, (size_t)tokens * (size_t)d * sizeof *out);
	memcpy(words, p->w, p->count * sizeof *words);
	teacher->outputs = (struct outputs){ out, words + p->param[0].at, d,
		p->param[0].cols };
	teacher->scratch = out + MAX_TOKENS * d;
}

/* The update leaves its gradient, over the tokens, as Adam's first moment. */
static void
check_sum(const char *name, struct train_opts o)
{
	struct weights w;
	struct trainer t;
	struct arch a[SUBS_MAX];
	struct lesson l[SUBS_MAX];
	struct teacher teacher;
	int tokens = 0, n, same = 1, near = 1;

	o.beta1 = 0;
	o.max_tokens = MAX_TOKENS;
	weights_begin(&w);
	float *memory = xcalloc(w.params.count + MAX_TOKENS * 24 +
		nn_xent_scratch(WORDS), sizeof *memory);
	trainer_begin(&t, &o, &w);
	size_t count = w.params.count;
	float *sum = xcalloc(count, sizeof *sum), *parts = xcalloc(count,
		sizeof *parts), *one = xcalloc(count, sizeof *one);
	n = train_archs(a, &w, &o, 0);
	prepare(&t, l, a, n, &teacher, memory);
	for (int i = 0; i < n; i++) {
		memset(one, 0, count * sizeof *one);
		learn(&t, l[i], sum, &tokens);
		learn(&t, l[i], one, &tokens);
		for (size_t k = 0; k < count; k++)
			parts[k] += one[k];
	}
	/* where ratios are cut, alpha's is not (see unit/xent) */
	if (!teacher.alpha)
		NEAR(slope(&t, l, n, sum) / dot(sum, sum, count), 1, 2e-2,
			"%s: the sum is the slope of the losses", name);
	double size = sqrt(dot(sum, sum, count));
	for (size_t k = 0; k < count; k++)
		near &= fabs((double)sum[k] - (double)parts[k]) < 1e-6 * size;
	OK(near, "%s: and the sum of each one's gradient", name);
	trainer_update(&t);
	float scale = (float)(1 / (double)tokens);
	for (size_t k = 0; k < count; k++)
		same &= t.m[k] == sum[k] * scale;
	OK(same && size > 0, "%s: the update takes it, bit for bit", name);
	OK(t.s.tokens == (long)tokens * n, "%s: %d times the tokens", name, n);
	free(sum);
	free(parts);
	free(one);
	free(memory);
	trainer_free(&t);
	weights_free(&w);
}

static void
check_archs(void)
{
	struct train_opts o = TRAIN_OPTS;
	struct arch one[SUBS_MAX], three[SUBS_MAX], five[SUBS_MAX], ends[2];
	struct weights w;

	weights_begin(&w);
	ends[0] = arch_largest(&w.space);
	ends[1] = arch_smallest(&w.space);
	OK(train_archs(one, &w, &o, 7) == 1, "one by default");
	o.subs = 3;
	OK(train_archs(three, &w, &o, 7) == 3 && arch_equal(one, three) &&
		!arch_equal(&three[0], &three[1]) &&
		!arch_equal(&three[1], &three[2]),
		"three are that one and two others");
	o.subs = 1;
	o.sandwich = 5;
	OK(train_archs(five, &w, &o, 7) == 5 && arch_equal(five, ends) &&
		arch_equal(&five[1], &ends[1]) && arch_equal(&five[2], three) &&
		arch_equal(&five[4], &three[2]),
		"a sandwich of five: both ends, and the three");
	train_archs(five, &w, &o, 8);
	OK(!arch_equal(&five[2], three), "others in the next update");
	weights_free(&w);
}

/* --sample larger: the first of the two is what is drawn without it. */
static void
check_larger(void)
{
	enum { UPDATES = 200 };
	struct train_opts o = TRAIN_OPTS, large = TRAIN_OPTS;
	struct arch a[SUBS_MAX], b[SUBS_MAX];
	struct weights w;
	int less = 0, more = 0;

	weights_begin(&w);
	large.sample = "larger";
	for (int u = 0; u < UPDATES; u++) {
		train_archs(a, &w, &o, u);
		train_archs(b, &w, &large, u);
		double by = arch_profile(b, &w.params.task, 1, 1).params -
			arch_profile(a, &w.params.task, 1, 1).params;
		less += by < 0;
		more += by > 0;
	}
	OK(!less && more > UPDATES / 3 && more < UPDATES * 2 / 3,
		"the larger of two: none is smaller, %d of %d are larger", more,
		UPDATES);
	weights_free(&w);
}

int
main(void)
{
	struct train_opts o = TRAIN_OPTS;

	check_archs();
	check_larger();
	o.dropout = 0;
	check_sum("one", o);
	o.subs = 3;
	check_sum("three", o);
	o.dropout = 0.3;
	o.attention_dropout = o.activation_dropout = 0.1;
	check_sum("three under dropout", o);
	o.subs = 1;
	o.sandwich = 4;
	check_sum("a sandwich of four", o);
	o.inplace_distill = "kl";
	check_sum("a sandwich taught by KL", o);
	o.inplace_distill = "alpha";
	check_sum("a sandwich taught by alpha", o);
	return FINISH();
}
