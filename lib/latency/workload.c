#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "workload.h"

static void
workload_room(struct workload *w, int batches)
{
	w->at = xcalloc((size_t)batches + 1, sizeof *w->at);
	w->src = xcalloc((size_t)batches * (size_t)w->batch, sizeof *w->src);
	w->tgt = xcalloc((size_t)batches * (size_t)w->batch, sizeof *w->tgt);
}

static void
add_sentence(struct workload *w, int src_len, int tgt_len)
{
	int i = w->at[w->batches + 1]++;

	w->src[i] = src_len;
	w->tgt[i] = tgt_len;
	w->src_len += (src_len - w->src_len) / (i + 1);
	w->tgt_len += (tgt_len - w->tgt_len) / (i + 1);
}

void
workload_uniform(struct workload *w, int src_len, int tgt_len)
{
	workload_room(w, 1);
	for (int i = 0; i < w->batch; i++)
		add_sentence(w, src_len, tgt_len);
	w->batches = 1;
}

struct pair_len {
	int src, tgt, at;
};

static int
by_source(const void *a, const void *b)
{
	const struct pair_len *x = a, *y = b;

	if (x->src != y->src)
		return x->src - y->src;
	return x->at - y->at;
}

/* A batch of the sorted pairs: n from at; tgt is its steps. */
struct pair_batch {
	int src, tgt, at, n;
};

static int
by_steps(const void *a, const void *b)
{
	const struct pair_batch *x = a, *y = b;

	if (x->tgt != y->tgt)
		return x->tgt - y->tgt;
	return x->src != y->src ? x->src - y->src : x->at - y->at;
}

static struct pair_len *
sort_pairs(struct workload *w, const struct pairs *p)
{
	struct pair_len *l = xcalloc((size_t)p->n, sizeof *l);

	w->pairs = p->n;
	for (int i = 0; i < p->n; i++) {
		l[i] = (struct pair_len){ pairs_src_len(p, i),
			pairs_tgt_len(p, i), i };
		w->digest = rng_mix(w->digest ^ (uint64_t)l[i].src);
		w->digest = rng_mix(w->digest ^ (uint64_t)l[i].tgt << 32);
	}
	qsort(l, (size_t)p->n, sizeof *l, by_source);
	return l;
}

int
workload_pairs(struct workload *w, const struct pairs *p, int batches)
{
	int all = (p->n + w->batch - 1) / w->batch;

	if (!p->n)
		return -1;
	struct pair_len *l = sort_pairs(w, p);
	struct pair_batch *b = xcalloc((size_t)all, sizeof *b);
	for (int i = 0; i < p->n; i++) {
		struct pair_batch *own = &b[i / w->batch];
		own->at = i / w->batch * w->batch;
		own->n++;
		own->src = l[i].src;
		if (own->tgt < l[i].tgt)
			own->tgt = l[i].tgt;
	}
	qsort(b, (size_t)all, sizeof *b, by_steps);
	if (batches > all)
		batches = all;
	workload_room(w, batches);
	for (; w->batches < batches; w->batches++) {
		/* the middle of its share */
		const struct pair_batch *own = &b[(long)all *
			(2 * w->batches + 1) / (2 * batches)];
		w->at[w->batches + 1] = w->at[w->batches];
		for (int i = 0; i < own->n; i++)
			add_sentence(w, l[own->at + i].src,
				l[own->at + i].tgt);
	}
	free(b);
	free(l);
	return 0;
}

void
workload_free(struct workload *w)
{
	free(w->at);
	free(w->src);
	free(w->tgt);
	*w = (struct workload){ 0 };
}

int
workload_steps(const struct workload *w, int b)
{
	int steps = 0;

	for (int i = w->at[b]; i < w->at[b + 1]; i++)
		steps = w->tgt[i] > steps ? w->tgt[i] : steps;
	return steps;
}

int
workload_alive(const struct workload *w, int b, int step)
{
	int n = 0;

	for (int i = w->at[b]; i < w->at[b + 1]; i++)
		n += w->tgt[i] > step;
	return n;
}
