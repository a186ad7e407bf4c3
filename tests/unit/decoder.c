/* Decoding with caches against the whole pass: greedy search, beam search
 * against every sentence there is, batches, threads. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "model/pass.h"
#include "models.h"
#include "naive_beam.h"
#include "open_num.h"
#include "tap.h"

enum { SRC_MAX = 40, STEPS_MAX = 64 };

static void
model_init(struct model *m, int vocab, int what, uint64_t seed)
{
	model_init_as(m, DTYPE_FP32, vocab, what, seed);
}

/* --- the slow way -------------------------------------------------------- */

/* Log probabilities [nt][V] after each word of tgt, by the whole pass. */
static void
slow_logp(const struct model *m, const int *src, int ns, const int *tgt,
	int nt, double *logp)
{
	static const struct dropout_rates none;
	const struct task *t = &m->p.task;
	float *pos[2];
	struct pass pass = { .num = num_init(1, DTYPE_FP32, kernels_best()) };
	struct arena a = { 0 };
	struct pairs pairs = { 0 };
	struct batch b;
	int zero = 0, v = t->tgt_vocab, *ints;

	pairs_add(&pairs, src, ns, tgt, nt, 0, 0, NULL);
	nt = pairs_tgt_len(&pairs, 0);
	ints = xcalloc(batch_ints(256), sizeof *ints);
	batch_fill(&b, &pairs, &zero, 1, ints, 256);
	for (int i = 0; i < 2; i++) {
		int w = i ? t->super_decoder_embed_dim :
			t->super_encoder_embed_dim;
		pos[i] = xaligned(4 * 80 * (size_t)w + NUM_SLACK);
		positions_fill(pos[i], 0, 80, w);
	}
	pass.positions[ENCODER] = pos[0];
	pass.positions[DECODER] = pos[1];
	pass.ld_positions[ENCODER] = t->super_encoder_embed_dim;
	pass.ld_positions[DECODER] = t->super_decoder_embed_dim;
	for (int i = 0; i < 2; i++) {
		a.used = 0;
		pass_layout(&pass, &a, &m->view, b.src_tokens, b.tgt_tokens,
			b.max_src, b.max_tgt, KEEP_NOTHING);
		if (!i)
			a.base = xaligned(a.size = a.used);
	}
	pass_run(&pass, &m->view, &b, 0, NULL, &none, NULL);
	for (int i = 0; i < nt; i++) {
		double sum = 0, *l = logp + (size_t)i * (size_t)v;
		for (int w = 0; w < v; w++) {
			l[w] = 0;
			for (int k = 0; k < m->view.arch.decoder_embed_dim; k++)
				l[w] += (double)pass.out[i *
					m->view.arch.decoder_embed_dim + k] *
					(double)m->view.output[w *
					m->view.ld_output + k];
			sum += exp(l[w]);
		}
		for (int w = 0; w < v; w++)
			l[w] -= log(sum);
	}
	num_free(&pass.num);
	free(pos[0]);
	free(pos[1]);
	free(a.base);
	free(ints);
	pairs_free(&pairs);
}

/* --- the fast way -------------------------------------------------------- */

static void
search_init(struct search *s, const struct model *m,
	const struct beam_options *o, int sentences, int threads,
	const struct kernels *k)
{
	search_on(s, &device_cpu, m, o, sentences, SRC_MAX, threads, k);
}

static int
draw_source(struct rng *r, const struct model *m, int *src)
{
	return draw_words(r, m, SRC_MAX, src);
}

/* Where bytes are multiplied they are rounded: near the pass, not the same. */
static void
check_greedy(int what, enum dtype dtype, const struct kernels *k)
{
	struct model m;
	struct search s;
	struct beam_options o = { 1, 1, 0, 20, 1, 0 };
	struct rng r = rng_seed(5);
	int v = 2100, same = 1, words = 0;
	double worst = 0, *logp = xmalloc(sizeof *logp * 64 * (size_t)v);

	model_init_as(&m, dtype, v, what, 3);
	search_init(&s, &m, &o, 1, 1, k);
	for (int i = 0; i < 6; i++) {
		int src[SRC_MAX], at[2] = { 0, draw_source(&r, &m, src) }, n;
		double score = 0;
		beam_search(&s.b, src, at, 1);
		const struct hyp *h = beam_hyps(&s.b, 0, &n);
		slow_logp(&m, src, at[1], h->ids, h->n, logp);
		for (int t = 0; t < h->n; t++, words++) {
			double *l = logp + (size_t)t * (size_t)v;
			int best = 0;
			l[ID_PAD] = -INFINITY;
			for (int w = 0; w < v; w++)
				if (l[w] > l[best] && (t || w != ID_EOS))
					best = w;
			if (t == 20)
				best = ID_EOS;
			same &= best == h->ids[t];
			score += l[h->ids[t]];
		}
		worst = fmax(worst, fabs(score / h->n - (double)h->score));
		same &= n == 1;
	}
	if (dtype < DTYPE_INT8)
		OK(same && words > 20, "%s, %s greedy%s%s: %d words are "
			"the pass's best", k->name, dtype_names[dtype],
			what & NARROW ? ", a SubTransformer" : "",
			what & CONVOLVES ? ", convolutions" : "", words);
	OK(worst < (dtype == DTYPE_KMEANS8 ? 0.05 : dtype >= DTYPE_INT8 ?
		0.03 : 1e-5),
		"%s, %s: and so is the score (worst %.2g)", k->name,
		dtype_names[dtype], worst);
	search_free(&s);
	model_free(&m);
	free(logp);
}

/* Every sentence of up to max words, with its score; the best in best[n]. */
struct all {
	const struct model *m;
	const int *src;
	int ns, max, n;
	double lenpen, score[8];
	int ids[8][8], len[8];
	long tried;
};

static void
try_all(struct all *a, int *tgt, int n)
{
	int v = a->m->p.task.tgt_vocab;
	double logp[8 * 8], score = 0;

	for (int w = 0; w < v && n < a->max; w++)
		if (w != ID_PAD && w != ID_EOS) {
			tgt[n] = w;
			try_all(a, tgt, n + 1);
		}
	if (!n)
		return;
	tgt[n] = ID_EOS;
	slow_logp(a->m, a->src, a->ns, tgt, n + 1, logp);
	for (int t = 0; t <= n; t++)
		score += logp[t * v + tgt[t]];
	score /= pow(n + 1, a->lenpen);
	a->tried++;
	int i = a->n < 8 ? a->n++ : 7;
	if (i == 7 && a->n == 8 && a->tried > 8 && score <= a->score[7])
		return;
	for (; i && a->score[i - 1] < score; i--) {
		a->score[i] = a->score[i - 1];
		a->len[i] = a->len[i - 1];
		memcpy(a->ids[i], a->ids[i - 1], sizeof a->ids[i]);
	}
	a->score[i] = score;
	a->len[i] = n + 1;
	memcpy(a->ids[i], tgt, sizeof *tgt * (size_t)(n + 1));
}

/* A beam that holds every sentence finds the best ones. */
static void
check_beam(double lenpen)
{
	struct model m;
	struct search s;
	/* 5 words but <pad> and </s>: 5 + 25 + 125 sentences */
	struct beam_options o = { 156, lenpen, 0, 3, 1, 0 };
	struct rng r = rng_seed(11);
	int src[SRC_MAX], at[2], n, tgt[8], same = 1;
	double worst = 0;

	model_init(&m, 7, NARROW, 8);
	search_init(&s, &m, &o, 1, 2, kernels_best());
	at[0] = 0;
	at[1] = draw_source(&r, &m, src);
	struct all a = { .m = &m, .src = src, .ns = at[1], .max = 3,
		.lenpen = lenpen };
	try_all(&a, tgt, 0);
	beam_search(&s.b, src, at, 1);
	const struct hyp *h = beam_hyps(&s.b, 0, &n);
	for (int i = 0; i < 8; i++) {
		worst = fmax(worst, fabs(a.score[i] - (double)h[i].score));
		same &= a.len[i] == h[i].n && !memcmp(a.ids[i], h[i].ids,
			sizeof(int) * (size_t)h[i].n);
	}
	OK(a.tried == 155 && n == 155, "%d of %ld sentences found", n, a.tried);
	OK(same && worst < 1e-4, "the best 8 of all, length penalty %g "
		"(worst %.2g)", lenpen, worst);
	search_free(&s);
	model_free(&m);
}

struct source {
	const struct model *m;
	const int *ids;
	int n;
};

static void
next_word(void *ctx, const int *ids, int n, double *logp)
{
	const struct source *s = ctx;
	size_t v = (size_t)s->m->p.task.tgt_vocab;
	double *all = xmalloc(sizeof *all * STEPS_MAX * v);
	int tgt[STEPS_MAX];

	memcpy(tgt, ids, sizeof *tgt * (size_t)n);
	tgt[n] = ID_EOS;
	slow_logp(s->m, s->ids, s->n, tgt, n + 1, all);
	memcpy(logp, all + (size_t)n * v, sizeof *logp * v);
	free(all);
}

static void
check_naive(struct beam_options o, const char *what)
{
	struct model m;
	struct search s;
	struct rng r = rng_seed(21);
	int same = 1, hyps = 0;
	double worst = 0;

	model_init(&m, 13, NARROW, 8);
	search_init(&s, &m, &o, 1, 1, kernels_best());
	for (int k = 0; k < 5; k++) {
		struct naive want[NAIVE_BEAM];
		int src[SRC_MAX], at[2] = { 0, draw_source(&r, &m, src) }, n;
		beam_search(&s.b, src, at, 1);
		const struct hyp *h = beam_hyps(&s.b, 0, &n);
		struct source from = { &m, src, at[1] };
		same &= n == naive_beam(next_word, &from,
			m.p.task.tgt_vocab, beam_max_len(&o, at[1]), &o, want);
		for (int i = 0; same && i < n; i++, hyps++) {
			same &= h[i].n == want[i].n && !memcmp(h[i].ids,
				want[i].ids, sizeof(int) * (size_t)h[i].n);
			worst = fmax(worst, fabs(want[i].score -
				(double)h[i].score));
		}
	}
	OK(same && hyps >= 5 && worst < 1e-4, "as a naive search: %s "
		"(%d hypotheses, worst %.2g)", what, hyps, worst);
	search_free(&s);
	model_free(&m);
}

/* n sentences at once, by one thread, by three, by the caller alone after all
 * three, and one by one. */
static void
check_batch(int n, const struct model *m, int beam, const struct kernels *k)
{
	enum { N = 7 };
	struct search one, many, lone, each;
	struct beam_options o = { beam, 0.6, 0.2, 5, 1, 0 };
	struct rng r = rng_seed(31);
	int src[N * SRC_MAX], at[N + 1] = { 0 }, same = 1, threads = 1;
	int alone = 1;

	search_init(&one, m, &o, n, 1, k);
	search_init(&many, m, &o, n, 3, k);
	search_init(&lone, m, &o, n, 3, k);
	search_init(&each, m, &o, 1, 1, k);
	for (int i = 0; i < n; i++)
		at[i + 1] = at[i] + draw_source(&r, m, src + at[i]);
	beam_search(&one.b, src, at, n);
	beam_search(&many.b, src, at, n);
	beam_search(&lone.b, src, at, n);
	lone.d->team->flexible = 1;
	lone.d->team->pace.alone_until = LONG_MAX;
	beam_search(&lone.b, src, at, n);
	for (int i = 0; i < n; i++) {
		int na, nb, nc, nd, own[2] = { 0, at[i + 1] - at[i] };
		const struct hyp *a = beam_hyps(&one.b, i, &na);
		const struct hyp *b = beam_hyps(&many.b, i, &nb);
		const struct hyp *d = beam_hyps(&lone.b, i, &nd);
		beam_search(&each.b, src + at[i], own, 1);
		const struct hyp *c = beam_hyps(&each.b, 0, &nc);
		threads &= same_hyps(a, na, b, nb);
		same &= same_hyps(a, na, c, nc);
		alone &= same_hyps(a, na, d, nd);
	}
	OK(threads && same && alone, "%s, %s, beam %d: a batch gives the same "
		"bytes %s", k->name, dtype_names[m->packed.output.dtype], beam,
		!threads ? "with three threads" : !alone ?
		"by the caller alone" : "as one by one");
	search_free(&one);
	search_free(&many);
	search_free(&lone);
	search_free(&each);
}

/* beams: the widest. */
static void
check_batches(int n, int what, enum dtype dtype, int beams, int every)
{
	const struct kernels *k;
	struct model m;

	model_init_as(&m, dtype, 2100, what, 4);
	for (int i = 0; (k = kernels_nth(i)); i++)
		for (int beam = 1; beam <= beams; beam += every)
			check_batch(n, &m, beam, k);
	model_free(&m);
}

/* operand "few": what an emulator gets through in seconds */
int
main(int argc, char **argv)
{
	int few = argc > 1 && !strcmp(argv[1], "few");

	const struct kernels *k;

	for (int i = 0; i < DTYPES; i++) {
		for (int t = 0; (k = kernels_nth(t)); t++)
			check_greedy(NARROW, (enum dtype)i, k);
		check_greedy(CONVOLVES, (enum dtype)i, kernels_best());
		check_greedy(CONVOLVES + NARROW, (enum dtype)i,
			kernels_best());
		if (!few || i == DTYPE_INT8 || i == DTYPE_KMEANS4)
			check_batches(few ? 3 : 7, WHOLE, (enum dtype)i,
				few ? 4 : 16, few ? 3 : 1);
		check_batches(few ? 3 : 7, CONVOLVES, (enum dtype)i, 4, 3);
	}
	check_beam(0.6);
	check_naive((struct beam_options){ 3, 1, 0, 12, 1, 0 }, "beam 3");
	if (!few) {
		for (int i = 0; i < DTYPES; i++)
			check_greedy(WHOLE, (enum dtype)i, kernels_best());
		check_beam(0);
		check_beam(1);
		check_naive((struct beam_options){ 1, 1, 0, 12, 0, 0 },
			"no minimum");
		check_naive((struct beam_options){ 5, 0.6, 0.2, 4, 3, 0 },
			"short ones, at least 3 words");
		check_naive((struct beam_options){ 8, -0.5, 0, 6, 1, 0 },
			"beam 8 of 13 words, negative penalty");
	}
	return FINISH();
}
