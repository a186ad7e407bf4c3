/* Translating windows of sentences against a Transformer and a beam search too
 * naive to be wrong: plain loops in double precision, all of it computed again
 * for every word. Random architectures and options; operand: how many. */
#include <stdlib.h>
#include <string.h>
#include "base/rng.h"
#include "blocks.h"
#include "decode/requests.h"
#include "naive_beam.h"
#include "num/dispatch.h"
#include "tap.h"
#include "text/pairs.h"

enum { TOKENS = 24, KEYS = 3 * TOKENS, WIDTH = 96, SENTENCES = 5 };

/* --- the model ----------------------------------------------------------- */

typedef double row[WIDTH];

static void
linear(const struct linear *l, const double *x, double *y)
{
	for (int o = 0; o < l->out; o++) {
		y[o] = l->b ? (double)l->b[o] : 0;
		for (int i = 0; i < l->in; i++)
			y[o] += (double)l->w[o * l->ld + i] * x[i];
	}
}

/* x = norm(x + z + bias) */
static void
add_norm(const struct block *b, double *x, const double *z)
{
	const struct norm *n = &b->norm;
	int d = b->width;
	double mean = 0, var = 0;

	for (int i = 0; i < d; i++)
		mean += (x[i] += z[i] + (double)b->bias[i]) / d;
	for (int i = 0; i < d; i++)
		var += (x[i] - mean) * (x[i] - mean) / d;
	for (int i = 0; i < d; i++)
		x[i] = (x[i] - mean) / sqrt(var + 1e-5) * (double)n->gain[i] +
			(double)n->shift[i];
}

static void
feed_forward(const struct block *b, double *x)
{
	row h, z;

	linear(&b->matrix[0], x, h);
	for (int i = 0; i < b->inner; i++)
		h[i] = h[i] > 0 ? h[i] : 0;
	linear(&b->matrix[1], h, z);
	add_norm(b, x, z);
}

/* One query over n keys and values. */
static void
attend(int heads, int width, const double *q, row *k, row *v, int n,
	double *ctx)
{
	int h = width / heads;
	double p[KEYS];

	for (int a = 0; a < width; a += h) {
		double sum = 0;
		for (int i = 0; i < n; i++) {
			p[i] = 0;
			for (int c = a; c < a + h; c++)
				p[i] += q[c] * k[i][c] / sqrt(h);
			sum += p[i] = exp(p[i]);
		}
		for (int c = a; c < a + h; c++) {
			ctx[c] = 0;
			for (int i = 0; i < n; i++)
				ctx[c] += p[i] / sum * v[i][c];
		}
	}
}

/* Self-attention of x[n]; causal: to itself and what is before. */
static void
self(const struct block *b, int causal, row *x, int n)
{
	int width = b->inner;
	row q[TOKENS], k[TOKENS], v[TOKENS], ctx, z;
	double all[3 * WIDTH];

	for (int i = 0; i < n; i++) {
		linear(&b->matrix[0], x[i], all);
		memcpy(q[i], all, sizeof(double) * (size_t)width);
		memcpy(k[i], all + width, sizeof(double) * (size_t)width);
		memcpy(v[i], all + 2 * width, sizeof(double) * (size_t)width);
	}
	for (int i = 0; i < n; i++) {
		attend(b->heads, width, q[i], k, v, causal ? i + 1 : n, ctx);
		linear(&b->matrix[1], ctx, z);
		add_norm(b, x[i], z);
	}
}

static void
embed(const float *table, int ld, int d, int super, int id, int at, double *x)
{
	int half = super / 2;

	for (int i = 0; i < d; i++) {
		int k = i % half;
		double angle = (at + 2) * pow(10000, -k / (half - 1.0));
		x[i] = sqrt(d) * (double)table[id * ld + i] + (i == 2 * half ?
			0 : i < half ? sin(angle) : cos(angle));
	}
}

/* All layers' outputs: memory[layers][n]. */
static void
encode(const struct view *v, const int *src, int n, row (*memory)[TOKENS])
{
	int e = v->arch.encoder_embed_dim;
	row x[TOKENS];

	for (int i = 0; i < n; i++)
		embed(v->table[ENCODER], v->ld_table[ENCODER], e,
			v->task.super_encoder_embed_dim, src[i], i, x[i]);
	for (int l = 0; l < v->arch.encoder_layer_num; l++) {
		const struct block *a = block_of(v, ENCODER, l, &block_self);
		const struct block *f = block_of(v, ENCODER, l, &block_ffn);
		self(a, 0, x, n);
		for (int i = 0; i < n; i++)
			feed_forward(f, x[i]);
		memcpy(memory[l], x, sizeof x);
	}
}

static void
cross(const struct block *l, int width, int layers, int ns,
	row (*memory)[TOKENS], row *x, int n)
{
	static row k[KEYS], v[KEYS];
	row q, ctx, z;
	double kv[2 * WIDTH];

	for (int s = 0; s < l->segments; s++)
		for (int i = 0; i < ns; i++) {
			linear(&l->matrix[1], memory[layers - 1 - s][i], kv);
			memcpy(k[s * ns + i], kv, sizeof(double) *
				(size_t)width);
			memcpy(v[s * ns + i], kv + width, sizeof(double) *
				(size_t)width);
		}
	for (int i = 0; i < n; i++) {
		linear(&l->matrix[0], x[i], q);
		attend(l->heads, width, q, k, v, l->segments * ns, ctx);
		linear(&l->matrix[2], ctx, z);
		add_norm(l, x[i], z);
	}
}

/* Log probabilities of what follows </s> and the words tgt[n - 1]. */
static void
decode(const struct view *v, int ns, row (*memory)[TOKENS], const int *tgt,
	int n, double *logp)
{
	int d = v->arch.decoder_embed_dim;
	double sum = 0;
	row x[TOKENS];

	for (int i = 0; i < n; i++)
		embed(v->table[DECODER], v->ld_table[DECODER], d,
			v->task.super_decoder_embed_dim,
			i ? tgt[i - 1] : ID_EOS, i, x[i]);
	for (int l = 0; l < v->arch.decoder_layer_num; l++) {
		const struct block *a = block_of(v, DECODER, l, &block_self);
		const struct block *f = block_of(v, DECODER, l, &block_ffn);
		self(a, 1, x, n);
		cross(block_of(v, DECODER, l, &block_cross), v->arch.qkv_dim,
			v->arch.encoder_layer_num, ns, memory, x, n);
		for (int i = 0; i < n; i++)
			feed_forward(f, x[i]);
	}
	for (int w = 0; w < v->task.tgt_vocab; w++) {
		logp[w] = 0;
		for (int i = 0; i < d; i++)
			logp[w] += x[n - 1][i] * (double)v->output[w *
				v->ld_output + i];
		sum += exp(logp[w]);
	}
	for (int w = 0; w < v->task.tgt_vocab; w++)
		logp[w] -= log(sum);
}

/* --- the search ---------------------------------------------------------- */

/* What is translated. */
struct source {
	const struct view *v;
	int n;
	row memory[4][TOKENS];
};

static void
next_word(void *ctx, const int *ids, int n, double *logp)
{
	struct source *s = ctx;

	decode(s->v, s->n, s->memory, ids, n + 1, logp);
}

static int
naive_search(const struct view *v, const int *src, int ns,
	const struct beam_options *o, struct naive *done)
{
	static struct source s;

	s.v = v;
	s.n = ns;
	encode(v, src, ns, s.memory);
	return naive_beam(next_word, &s, v->task.tgt_vocab,
		(int)floor(o->max_len_a * ns + o->max_len_b), o, done);
}

/* --- random models and options ------------------------------------------- */

static int
draw(struct rng *r, int lo, int hi)
{
	return lo + (int)rng_below(r, (uint64_t)(hi - lo + 1));
}

static int
draw_heads(struct rng *r, int q)
{
	int h;

	do
		h = draw(r, 1, 8);
	while (q % h);
	return h;
}

static int
draw_arbitrary(struct rng *r, int layers)
{
	static const int arbitrary[] = { -1, 1, 2 };

	return arbitrary[draw(r, 0, (layers < 3 ? layers : 3) - 1)];
}

/* A shape, and a SubTransformer of it that is narrower half of the time. */
static void
draw_archs(struct rng *r, struct arch *shape, struct arch *sub)
{
	int less = draw(r, 0, 1);

	*shape = (struct arch){ .qkv_dim = draw(r, 0, 1) ? 24 : 30,
		.encoder_embed_dim = draw(r, 9, 40),
		.encoder_layer_num = draw(r, 1, 3),
		.decoder_embed_dim = draw(r, 9, 40),
		.decoder_layer_num = draw(r, 1, 3) };
	*sub = *shape;
	sub->encoder_embed_dim -= less * draw(r, 0, 3);
	sub->decoder_embed_dim -= less * draw(r, 0, 3);
	sub->decoder_layer_num -= less && sub->decoder_layer_num > 1;
	for (int i = 0; i < shape->encoder_layer_num; i++) {
		shape->encoder_ffn_embed_dim[i] = draw(r, 20, 70);
		sub->encoder_ffn_embed_dim[i] =
			shape->encoder_ffn_embed_dim[i] - less * draw(r, 0, 9);
		sub->encoder_self_attention_heads[i] =
			shape->encoder_self_attention_heads[i] =
			draw_heads(r, shape->qkv_dim);
	}
	for (int i = 0; i < shape->decoder_layer_num; i++) {
		shape->decoder_ffn_embed_dim[i] = draw(r, 20, 70);
		shape->decoder_self_attention_heads[i] =
			draw_heads(r, shape->qkv_dim);
		shape->decoder_ende_attention_heads[i] =
			draw_heads(r, shape->qkv_dim);
		shape->decoder_arbitrary_ende_attn[i] =
			draw_arbitrary(r, shape->encoder_layer_num);
		if (i >= sub->decoder_layer_num)
			continue;
		sub->decoder_ffn_embed_dim[i] =
			shape->decoder_ffn_embed_dim[i] - less * draw(r, 0, 9);
		sub->decoder_self_attention_heads[i] =
			shape->decoder_self_attention_heads[i];
		sub->decoder_ende_attention_heads[i] =
			shape->decoder_ende_attention_heads[i];
		sub->decoder_arbitrary_ende_attn[i] =
			shape->decoder_arbitrary_ende_attn[i];
	}
}

static struct beam_options
draw_options(struct rng *r)
{
	static const double penalty[] = { 0, 0.6, 1, 1.4, -0.5 };

	return (struct beam_options){ .beam = draw(r, 1, 6),
		.lenpen = penalty[draw(r, 0, 4)],
		.max_len_a = 0.25 * draw(r, 0, 3), .max_len_b = draw(r, 0, 6),
		.min_len = draw(r, 0, 4), .no_unk = draw(r, 0, 1) };
}

static void
draw_weights(struct params *p, struct rng *r)
{
	params_alloc(p);
	params_init(p, rng_u64(r));
	for (int i = 0; i < p->n; i++) {
		const struct param *t = &p->param[i];
		double scale = strstr(t->name, "output") ||
			strstr(t->name, "embed") ? 0.4 : t->cols ? 0.1 : 0.2;
		for (size_t k = 0; k < t->count; k++)
			p->w[t->at + k] += (float)(scale * rng_normal(r));
	}
}

/* --- one against the other ----------------------------------------------- */

struct answers {
	const struct request *first;
	struct naive hyp[SENTENCES][NAIVE_BEAM];
	int n[SENTENCES];
};

static void
take_answer(const void *data, struct request *r, const struct hyp *h, int n)
{
	const struct answers *const *all = data;
	struct answers *a = (struct answers *)*all;
	long s = r - a->first;

	a->n[s] = n;
	for (int i = 0; i < n; i++) {
		a->hyp[s][i].n = h[i].n;
		a->hyp[s][i].score = h[i].score;
		memcpy(a->hyp[s][i].ids, h[i].ids, sizeof(int) *
			(size_t)h[i].n);
	}
}

static void
draw_sources(struct rng *r, struct request *q, int vocab)
{
	for (int s = 0; s < SENTENCES; s++) {
		q[s].n = draw(r, 1, 10);
		q[s].src = xcalloc((size_t)q[s].n, sizeof(int));
		for (int i = 0; i < q[s].n; i++)
			q[s].src[i] = i + 1 == q[s].n ? ID_EOS : draw(r, 3,
				vocab - 1);
	}
}

/* How many hypotheses agree, -1 where one does not. */
static int
compare(const struct answers *a, const struct request *q, const struct view *v,
	const struct beam_options *o, double *worst)
{
	struct naive want[NAIVE_BEAM];
	int hyps = 0;

	for (int s = 0; s < SENTENCES; s++) {
		int n = naive_search(v, q[s].src, q[s].n, o, want);
		if (n != a->n[s])
			return -1;
		for (int i = 0; i < n; i++, hyps++) {
			const struct naive *h = &a->hyp[s][i];
			if (h->n != want[i].n || memcmp(h->ids, want[i].ids,
			    sizeof(int) * (size_t)h->n))
				return -1;
			*worst = fmax(*worst, fabs(h->score - want[i].score));
		}
	}
	return hyps;
}

/* Each table of kernels has its turn. */
static const struct kernels *
some_kernels(uint64_t seed)
{
	int n = 1;

	while (kernels_nth(n))
		n++;
	return kernels_nth((int)(seed % (uint64_t)n));
}

static void
check(uint64_t seed)
{
	struct rng r = rng_seed(seed);
	struct translator t = { .batch = draw(&r, 1, 4),
		.threads = draw(&r, 1, 3), .o = draw_options(&r),
		.k = some_kernels(seed), .device = &device_cpu };
	struct request q[SENTENCES] = { 0 };
	struct answers a = { .first = q }, *at = &a;
	struct arch shape, sub;
	struct params p;
	struct view view;
	struct why why;
	size_t failed;
	double worst = 0;

	draw_archs(&r, &shape, &sub);
	int vocab = draw(&r, 8, 40), shared = draw(&r, 0, 1);
	struct task task = { shared ? vocab : vocab + 3, vocab, shared,
		shape.encoder_embed_dim, shape.decoder_embed_dim };
	params_layout(&p, &shape, &task);
	draw_weights(&p, &r);
	view_make(&view, &p, p.w, &sub);
	packed_init(&t.model, &view, DTYPE_FP32, 1);
	draw_sources(&r, q, task.src_vocab);
	int bad = translate_window(&t, q, SENTENCES, take_answer, &at, &failed,
		&why);
	int hyps = bad ? -1 : compare(&a, q, &view, &t.o, &worst);
	OK(hyps > 0 && worst < 1e-4, "%s, %d+%d layers, %d/%d wide, %s, beam %d, "
		"lenpen %g, words %d to %g n + %d%s, batch %ld, %ld threads: "
		"%d hypotheses, worst %.1g", t.k->name, sub.encoder_layer_num,
		sub.decoder_layer_num, sub.encoder_embed_dim,
		sub.decoder_embed_dim, shared ? "shared" : "not shared",
		t.o.beam, t.o.lenpen, t.o.min_len, t.o.max_len_a,
		t.o.max_len_b, t.o.no_unk ? " but <unk>" : "", t.batch,
		t.threads, hyps, worst);
	for (int s = 0; s < SENTENCES; s++)
		request_free(&q[s]);
	translator_free(&t);
	params_free(&p);
}

int
main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0;

	for (int i = 0; i < (n > 0 ? n : 40); i++)
		check((uint64_t)i + 1);
	return FINISH();
}
