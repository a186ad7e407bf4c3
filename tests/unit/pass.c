/* The whole model: golden values of an independent double-precision
 * implementation (tests/golden), views against copies, threads, dropout. */
#include <stdlib.h>
#include <string.h>
#include "model/block.h"
#include "model/pass.h"
#include "num/codebook.h"
#include "rec/rec.h"
#include "open_num.h"
#include "tap.h"

#ifndef GOLDEN
#define GOLDEN "tests/golden/golden.jsonl"
#endif
#define LSRA "tests/golden/lsra.jsonl"
#define DISTILL "tests/golden/distill.jsonl"

/* The golden values' weights: a formula of the tensor's name and index. */
static double
unit(const char *prefix, const char *name, size_t i)
{
	uint32_t x = 2166136261u;

	for (; *prefix; prefix++)
		x = (x ^ (unsigned char)*prefix) * 16777619u;
	for (; *name; name++)
		x = (x ^ (unsigned char)*name) * 16777619u;
	x += (uint32_t)i * 2654435761u;
	x ^= x >> 16;
	x *= 0x7feb352du;
	x ^= x >> 15;
	x *= 0x846ca68bu;
	x ^= x >> 16;
	return x / 4294967296.0 - 0.5;
}

static void
fill(struct params *p)
{
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		int gain = strstr(t->name, "layer_norm.weight") != NULL;
		double scale = gain ? 0.4 : strstr(t->name, ".bias") ? 0.2 :
			strstr(t->name, "embed_tokens") ||
			strstr(t->name, "output_projection") ? 0.5 : 0.6;
		for (size_t k = 0; k < t->count; k++)
			p->w[t->at + k] = (float)(gain + scale *
				unit("", t->name, k));
	}
}

/* Everything that one run needs. */
struct run {
	struct params p;
	struct view view, grad_view;
	struct pass pass;
	struct arena arena;
	struct batch batch;
	float *grad, *positions[2];
	int *ints;
	const struct teacher *teacher;
};

/* p: laid out, without memory; r owns it then. */
static void
run_init(struct run *r, const struct params *p, const struct arch *arch,
	const struct pairs *pairs, int threads, enum pass_keep keep)
{
	const struct task *task = &p->task;
	int order[64];

	memset(r, 0, sizeof *r);
	r->p = *p;
	params_alloc(&r->p);
	r->grad = xaligned((r->p.count + 16) * sizeof(float));
	r->positions[0] = xaligned(4 * (size_t)task->super_encoder_embed_dim *
		64 + NUM_SLACK);
	r->positions[1] = xaligned(4 * (size_t)task->super_decoder_embed_dim *
		64 + NUM_SLACK);
	positions_fill(r->positions[0], 0, 64, task->super_encoder_embed_dim);
	positions_fill(r->positions[1], 0, 64, task->super_decoder_embed_dim);
	for (int i = 0; i < pairs->n; i++)
		order[i] = i;
	r->ints = xcalloc(batch_ints(256) + batch_soft_ints(pairs, 256),
		sizeof(int));
	batch_fill(&r->batch, pairs, order, pairs->n, r->ints, 256);
	view_make(&r->view, &r->p, r->p.w, arch);
	view_make(&r->grad_view, &r->p, r->grad, arch);
	r->pass.num = num_init(threads, DTYPE_FP32, kernels_best());
	for (int i = 0; i < 2; i++) {
		r->arena.used = 0;
		pass_layout(&r->pass, &r->arena, &r->view, r->batch.src_tokens,
			r->batch.tgt_tokens, r->batch.max_src,
			r->batch.max_tgt, keep);
		if (!i) {
			r->arena.size = r->arena.used;
			r->arena.base = xaligned(r->arena.size);
			memset(r->arena.base, 0xff, r->arena.size); /* NaN */
		}
	}
	r->pass.positions[ENCODER] = r->positions[0];
	r->pass.positions[DECODER] = r->positions[1];
	r->pass.ld_positions[ENCODER] = task->super_encoder_embed_dim;
	r->pass.ld_positions[DECODER] = task->super_decoder_embed_dim;
}

static struct xent
run(struct run *r, const struct dropout_rates *g)
{
	static const struct dropout_rates none;

	memset(r->grad, 0, r->p.count * sizeof(float));
	return pass_run(&r->pass, &r->view, &r->batch, 0.1, r->teacher,
		g ? g : &none, &r->grad_view);
}

static void
run_free(struct run *r)
{
	num_free(&r->pass.num);
	params_free(&r->p);
	free(r->grad);
	free(r->positions[0]);
	free(r->positions[1]);
	free(r->ints);
	free(r->arena.base);
}

static void
check_gradients(const struct run *r, const json_t *golden, double tokens)
{
	double worst = 0;
	int ok = 1;

	for (int i = 0; i < r->p.n; i++) {
		const struct param *t = &r->p.param[i];
		const json_t *g = json_object_get(json_object_get(golden,
			"grad"), t->name);
		double norm = 0, dot = 0;
		for (size_t k = 0; k < t->count; k++) {
			double x = (double)r->grad[t->at + k] / tokens;
			norm += x * x;
			dot += x * unit("dot:", t->name, k);
		}
		norm = sqrt(norm);
		/* LSRA's cases have no norms */
		const json_t *has = json_object_get(g, "norm");
		double gn = has ? json_number_value(has) : norm;
		double gd = json_number_value(json_object_get(g, "dot"));
		ok &= json_is_number(json_object_get(g, "dot"));
		double err = fmax(fabs(norm - gn), fabs(dot - gd)) /
			(gn + 0.02);
		if (!(err <= 2e-5))
			printf("# %s: norm %.9g want %.9g, dot %.9g want %.9g\n",
				t->name, norm, gn, dot, gd);
		worst = err <= worst ? worst : err;
	}
	OK(ok && worst <= 2e-5, "gradients of all tensors (worst %.2g)", worst);
}

/* The same SubTransformer as weights of its own; and with 2 threads and
 * products formed again. */
static void
check_copy(struct run *r, const struct arch *arch, const struct space *space,
	const struct pairs *pairs)
{
	struct run copy, two;
	struct params g, own, all;
	struct dropout_rates reg = { 0.3, 0.1, 0.2, 7, 3, 0 };
	struct xent a = run(r, &reg), b, c;

	params_layout(&own, arch, &r->p.task);
	run_init(&copy, &own, arch, pairs, 1, KEEP_ALL);
	params_slice(&copy.p, &r->p);
	copy.teacher = r->teacher;
	b = run(&copy, &reg);
	params_layout(&g, arch, &r->p.task);
	params_alloc(&g);
	struct params from = r->p;
	from.w = r->grad;
	params_slice(&g, &from);
	OK(a.loss == b.loss && a.nll == b.nll,
		"a view's loss is the copy's, bit for bit");
	OK(!memcmp(g.w, copy.grad, g.count * sizeof(float)),
		"and so are its gradients");
	params_layout_space(&all, &r->p.shape, &r->p.task, space);
	run_init(&two, &all, arch, pairs, 2, KEEP_SUMS);
	memcpy(two.p.w, r->p.w, r->p.count * sizeof(float));
	two.teacher = r->teacher;
	c = run(&two, &reg);
	OK(a.loss == c.loss && !memcmp(two.grad, r->grad,
		r->p.count * sizeof(float)),
		"two threads that form products again give the same bytes");
	params_free(&g);
	run_free(&copy);
	run_free(&two);
}

/* Gradient under dropout, by the change of the loss along the gradient. */
static void
check_dropout(struct run *r)
{
	struct dropout_rates reg = { 0.3, 0.1, 0.2, 7, 3, 0 };
	struct xent at = run(r, &reg), plain = run(r, NULL), up, down;
	size_t n = r->p.count;
	float *g = xmalloc(n * sizeof *g), *w = xmalloc(n * sizeof *w);
	double norm = 0, eps;

	OK(fabs(at.loss - plain.loss) > 1e-3, "dropout changes the loss");
	run(r, &reg);
	memcpy(g, r->grad, n * sizeof *g);
	memcpy(w, r->p.w, n * sizeof *w);
	for (size_t i = 0; i < n; i++)
		norm += (double)g[i] * (double)g[i];
	eps = 1e-3 / sqrt(norm);
	for (size_t i = 0; i < n; i++)
		r->p.w[i] = (float)((double)w[i] + eps * (double)g[i]);
	up = run(r, &reg);
	for (size_t i = 0; i < n; i++)
		r->p.w[i] = (float)((double)w[i] - eps * (double)g[i]);
	down = run(r, &reg);
	NEAR((up.loss - down.loss) / (2 * eps * norm), 1, 1e-2,
		"the gradient under dropout is the slope of the loss");
	memcpy(r->p.w, w, n * sizeof *w);
	free(g);
	free(w);
}

/* By how far the slope of the loss along an entry of c, whose matrix is w,
 * differs from its gradient; the entry: that of the greatest gradient. */
static double
slope_error(struct run *r, const struct coded *c, float *w, const float *g)
{
	size_t n = coded_entries(c), most = 0;
	float *sum = xmalloc(n * sizeof *sum), *book = (float *)c->book;
	const float eps = 5e-4f;
	double loss[2];

	nn_sum_by_entry(&r->pass.num, c, g, sum);
	for (size_t e = 1; e < n; e++)
		most = fabsf(sum[e]) > fabsf(sum[most]) ? e : most;
	float was = book[most], want = sum[most];
	for (int i = 0; i < 2; i++) {
		book[most] = i ? was - eps : was + eps;
		nn_decode(&r->pass.num, c, w);
		loss[i] = run(r, NULL).loss;
	}
	book[most] = was;
	nn_decode(&r->pass.num, c, w);
	free(sum);
	return fabs((loss[0] - loss[1]) / (2 * (double)eps) - (double)want) /
		(fabs((double)want) + 0.2);
}

/* Gradients of codebooks are slopes of the loss, whatever matrix they are of. */
static void
check_codebooks(struct run *r)
{
	size_t n = r->p.count;
	float *w = xmalloc(n * sizeof *w), *g = xmalloc(n * sizeof *g);
	struct coded *coded = xcalloc((size_t)r->p.n, sizeof *coded);
	double worst = 0;

	memcpy(w, r->p.w, n * sizeof *w);
	for (int i = 0; i < r->p.n; i++) {
		const struct param *t = &r->p.param[i];
		if (!param_codable(t))
			continue;
		coded[i] = coded_make(FIT_LLOYD, 2 + i % 3, i % 2, t->rows,
			t->cols, w + t->at, (size_t)t->cols);
		nn_decode(&r->pass.num, &coded[i], r->p.w + t->at);
	}
	run(r, NULL);
	memcpy(g, r->grad, n * sizeof *g);
	for (int i = 0; i < r->p.n; i++) {
		size_t from = r->p.param[i].at;
		if (coded[i].bits)
			worst = fmax(worst, slope_error(r, &coded[i],
				r->p.w + from, g + from));
		coded_free(&coded[i]);
	}
	OK(worst < 3e-2, "gradients of codebooks are slopes of the loss "
		"(worst %.2g)", worst);
	memcpy(r->p.w, w, n * sizeof *w);
	free(w);
	free(g);
	free(coded);
}

/* A pair of a case, with its soft targets. */
static void
add_pair(struct pairs *pairs, const json_t *pair)
{
	int ids[2][32], n[2] = { 0, 0 };
	json_t *id, *list;
	size_t k, i;

	json_array_foreach(json_object_get(pair, "src"), k, id)
		ids[0][n[0]++] = (int)json_number_value(id);
	json_array_foreach(json_object_get(pair, "tgt"), k, id)
		ids[1][n[1]++] = (int)json_number_value(id);
	pairs_add(pairs, ids[0], n[0], ids[1], n[1], 0, 0, NULL);
	if (!json_object_get(pair, "soft"))
		return;
	soft_begin(&pairs->soft, pairs->n - 1, pairs->tgt_at[pairs->n - 1]);
	json_array_foreach(json_object_get(pair, "soft"), i, list) {
		json_array_foreach(list, k, id)
			ids[k % 2][k / 2] = (int)json_number_value(id);
		soft_add(&pairs->soft, ids[0], ids[1], (int)k / 2, 0, NULL);
	}
}

/* What a case's loss is learnt from beside the targets; 0: nothing. In place
 * it is the largest SubTransformer, of which big is a run. */
static int
make_teacher(struct teacher *t, const json_t *j, const struct run *r,
	struct run *big)
{
	const json_t *d = json_object_get(j, "distill");

	*t = (struct teacher){
		.weight = (float)json_number_value(json_object_get(d,
			"weight")),
		.temperature = (float)json_number_value(json_object_get(d,
			"temperature")) };
	if (json_is_true(json_object_get(d, "in_place"))) {
		fill(&big->p);
		t->outputs = pass_outputs(&big->pass, &big->view, &big->batch);
		t->scratch = big->pass.xent;
	} else {
		t->at = r->batch.soft_at;
		t->ids = r->batch.soft_ids;
		t->parts = r->batch.soft_parts;
	}
	return d != NULL;
}

static void
check_case(const json_t *j)
{
	struct space space;
	struct task task;
	struct arch arch, shape;
	struct params p;
	struct why why = { "" };
	struct pairs pairs = { 0 };
	struct teacher teacher;
	struct params p2;
	struct run r, big;
	size_t i;
	json_t *pair, *id;

	OK(!space_from_json(&space, json_object_get(j, "space"), &why) &&
		!task_from_json(&task, json_object_get(j, "task"), &why) &&
		!arch_from_json(&arch, json_object_get(j, "arch"), &why),
		"golden case is read %s", why.text);
	shape = arch_largest(&space);
	json_array_foreach(json_object_get(j, "pairs"), i, pair)
		add_pair(&pairs, pair);
	params_layout_space(&p, &shape, &task, &space);
	params_layout_space(&p2, &shape, &task, &space);
	run_init(&r, &p, &arch, &pairs, 1, KEEP_ALL);
	run_init(&big, &p2, &shape, &pairs, 1, KEEP_NOTHING);
	fill(&r.p);
	if (make_teacher(&teacher, j, &r, &big))
		r.teacher = &teacher;
	struct xent x = run(&r, NULL);
	double tokens = r.batch.tgt_tokens;
	NEAR(x.loss / tokens, json_number_value(json_object_get(j, "loss")),
		1e-6, "loss");
	NEAR(x.nll / tokens, json_number_value(json_object_get(j, "nll")),
		1e-6, "negative log-likelihood");
	NEAR(x.taught / tokens, json_number_value(json_object_get(j,
		"taught")), 1e-6, "what the teacher adds");
	double worst = 0;
	json_array_foreach(json_object_get(j, "logits_first"), i, id) {
		double sum = 0;
		for (int d = 0; d < arch.decoder_embed_dim; d++)
			sum += (double)r.pass.out[d] * (double)r.view.output[
				(int)i * r.view.ld_output + d];
		worst = fmax(worst, fabs(sum - json_number_value(id)));
	}
	OK(worst < 2e-5, "logits (worst %.2g)", worst);
	check_gradients(&r, j, tokens);
	check_copy(&r, &arch, &space, &pairs);
	check_dropout(&r);
	check_codebooks(&r);
	run_free(&r);
	run_free(&big);
	pairs_free(&pairs);
}

/* At half of the super width: half, as HAT has it; but for attention. */
static void
check_shares(void)
{
	const struct dropout_rates g = { 0.4, 0.2, 0.6, 7, 3, 0 };
	const struct block b = { .kind = &block_ffn, .stack = ENCODER };
	const struct block_run run = { .b = &b, .rates = &g, .share = 0.5 };
	const double want[DROP_SITES] = { [DROP_PROBS] = 0.2,
		[DROP_ATTENDED] = 0.2, [DROP_HIDDEN] = 0.3, [DROP_FFN] = 0.2 };

	for (int i = DROP_PROBS; i < DROP_SITES; i++) {
		struct drop is = block_drop(&run, i);
		struct drop as = drop_make(want[i], g.seed, g.step, i);
		OK(is.limit == as.limit && is.key[0] == as.key[0],
			"dropout %d at half of the super width", i);
	}
}

static int
check_file(const char *path)
{
	struct in in;
	struct rec rec = { 0 };
	int cases = 0;

	in_open(&in, path);
	for (; rec_get(&in, &rec); cases++)
		check_case(rec.json);
	rec_free(&rec);
	in_close(&in);
	return cases;
}

int
main(void)
{
	OK(check_file(GOLDEN) == 3, "three golden cases");
	OK(check_file(LSRA) == 2, "two golden cases of LSRA");
	OK(check_file(DISTILL) == 3, "three golden cases with a teacher");
	check_shares();
	return FINISH();
}
