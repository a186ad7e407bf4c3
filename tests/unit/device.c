/* A device is a second implementation of the decoder: beam search and
 * translation by one that is no Transformer, but a table of which word follows
 * which. */
#include <math.h>
#include <stdlib.h>
#include "base/rng.h"
#include "decode/requests.h"
#include "num/dispatch.h"
#include "tap.h"
#include "text/pairs.h"

enum { V = 9, MOST = 12 };

/* log probability that the row's word is followed by the column's */
static float table[V][V];

static void
fill_table(void)
{
	struct rng r = rng_seed(3);

	for (int i = 0; i < V; i++) {
		double sum = 0, p[V];
		for (int j = 0; j < V; j++)
			sum += p[j] = j == ID_PAD ? 0 : rng_unit(&r);
		for (int j = 0; j < V; j++)
			table[i][j] = (float)log(p[j] / sum);
	}
}

static struct team here = { .threads = 1, .working = 1 };
static int encoded, freed;

static struct decoder *
init(const struct device *device, const struct packed_model *m, int threads,
	const struct room *room, const struct kernels *k)
{
	struct decoder *d = xcalloc(1, sizeof *d);
	size_t rows = (size_t)room->sentences * (size_t)room->beam;

	(void)m;
	(void)threads;
	(void)k;
	d->device = device;
	d->room = *room;
	d->team = &here;
	d->follows = 2 * room->beam + 2;
	d->follow = xcalloc(rows * (size_t)d->follows, sizeof *d->follow);
	d->eos_logp = xcalloc(rows, sizeof *d->eos_logp);
	return d;
}

static void
done(struct decoder *d)
{
	free(d->follow);
	free(d->eos_logp);
	free(d);
	freed++;
}

static size_t
bytes(const struct device *device, const struct packed_model *m, int threads,
	const struct room *room)
{
	(void)device;
	(void)m;
	(void)threads;
	(void)room;
	return 0;
}

static void
encode(struct decoder *d, const int *src, const int *at, int n)
{
	(void)d;
	(void)src;
	encoded += at[n] > at[0] ? n : 0;
}

static int
better(const void *a, const void *b)
{
	const struct follow *x = a, *y = b;

	return (x->logp < y->logp) - (x->logp > y->logp);
}

static void
step(struct decoder *d, int rows, const int *token, const int *parent,
	const int *sentence)
{
	(void)parent;
	(void)sentence;
	for (int r = 0; r < rows; r++) {
		struct follow *f = d->follow + r * d->follows, all[V];
		int n = 0;
		for (int w = 0; w < V; w++)
			if (w != ID_PAD)
				all[n++] = (struct follow){ w,
					table[token[r]][w] };
		qsort(all, (size_t)n, sizeof *all, better);
		for (int i = 0; i < d->follows; i++)
			f[i] = i < n ? all[i] : (struct follow){ -1, 0 };
		d->eos_logp[r] = table[token[r]][ID_EOS];
	}
}

static const struct device device_table = { .name = "table", .init = init,
	.free = done, .bytes = bytes, .encode = encode, .step = step };

/* The best score of all sentences of up to MOST words, </s> not counted. */
static double
best_score(void)
{
	double at[V], best = -INFINITY;

	for (int w = 0; w < V; w++)
		at[w] = w == ID_EOS ? 0 : -INFINITY;
	for (int n = 0; n <= MOST; n++) {
		double next[V];
		for (int w = 0; w < V; w++) {
			next[w] = -INFINITY;
			for (int u = 0; u < V; u++)
				next[w] = fmax(next[w], at[u] +
					(double)table[u][w]);
		}
		if (n)    /* at least one word */
			best = fmax(best, next[ID_EOS]);
		for (int w = 0; w < V; w++)
			at[w] = w == ID_EOS || w == ID_PAD ? -INFINITY :
				next[w];
	}
	return best;
}

/* data: where the scores go */
static void
answer(const void *data, struct request *r, const struct hyp *h, int n)
{
	double *const *to = data;

	buf_printf(&r->out, "%d", n);
	(*to)[r->n - 1] = (double)h[0].score;
}

int
main(void)
{
	enum { N = 5 };
	struct translator t = { .batch = 2, .threads = 1,
		.k = kernels_best(), .device = &device_table,
		.o = { .beam = 100, .lenpen = 0, .max_len_b = MOST,
		.min_len = 1 } };
	struct request q[N] = { 0 };
	double score[N] = { 0 }, *to = score;
	struct why why;
	size_t bad;

	fill_table();
	for (int i = 0; i < N; i++) {
		q[i].n = i + 1;
		q[i].src = xcalloc((size_t)q[i].n, sizeof *q[i].src);
	}
	OK(!translate_window(&t, q, N, answer, &to, &bad, &why),
		"sentences are translated by another device");
	for (int i = 0; i < N; i++)
		NEAR(score[i], best_score(), 1e-6,
			"a wide beam finds its best sentence, %d", i + 1);
	OK(encoded == N, "each is encoded once");
	translator_free(&t);
	OK(freed == 1, "and it is freed as often as it was made: %d", freed);
	for (int i = 0; i < N; i++)
		request_free(&q[i]);
	return FINISH();
}
