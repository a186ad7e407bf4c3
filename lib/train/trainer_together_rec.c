#include <stdlib.h>
#include <string.h>
#include "base/sig.h"
#include "trainer.h"

/* --- an update ----------------------------------------------------------- */

struct my_batches
together_begin(struct trainer *t)
{
	long each = t->o->update_freq / t->peers.n, left = t->plan.batches -
		t->s.batch, all = t->o->update_freq < left ?
		t->o->update_freq : left;
	long from = each * t->peers.rank, to = from + each;

	memset(t->summed, 0, (size_t)t->w->params.n);
	t->pass.layer_done = NULL;
	return (struct my_batches){ t->s.batch + (from < all ? from : all),
		t->s.batch + (to < all ? to : all), t->s.batch + all };
}

/* Sum the tensors in use of [from, to) that have not been, neighbours at once:
 * the gaps between them are zeros. */
static void
sum_tensors(struct trainer *t, int from, int to)
{
	const struct param *p = t->w->params.param;
	int bf16 = !strcmp(t->o->reduce_dtype, "bf16");

	for (int i = from; i < to; i++) {
		int first = i;
		for (; i < to && t->used[i] && !t->summed[i]; i++)
			t->summed[i] = 1;
		if (i > first)
			peers_sum(&t->peers, t->grad + p[first].at,
				p[i - 1].at + p[i - 1].count - p[first].at,
				bf16);
	}
}

static void
sum_layer(void *arg, enum stack s, int layer)
{
	struct trainer *t = arg;
	const int *first = t->w->params.first[s];

	sum_tensors(t, first[layer], first[layer + 1]);
}

void
together_last(struct trainer *t)
{
	if (t->peers.n == 1)
		return;
	t->pass.layer_done = sum_layer;
}

static void
agree(struct trainer *t, struct xent *sum, long *tokens)
{
	const struct train_opts *o = t->o;
	struct told *all = t->told;
	struct told mine = { *sum, seconds_cpu() - t->start_cpu, *tokens,
		sig_pending(), o->save_seconds > 0 &&
		seconds_now() - t->saved_at >= o->save_seconds };

	peers_gather(&t->peers, &mine, sizeof mine, all);
	*sum = (struct xent){ 0 };
	*tokens = 0;
	t->stop = 0;
	t->others_cpu = 0;
	for (int r = 0; r < t->peers.n; r++) {
		sum->loss += all[r].sum.loss;
		sum->nll += all[r].sum.nll;
		sum->taught += all[r].sum.taught;
		*tokens += all[r].tokens;
		t->stop = t->stop ? t->stop : all[r].sig;
		t->others_cpu += r ? all[r].cpu : 0;
	}
	t->to_save = all[0].to_save;
	if (t->stop)
		peers_stopping(&t->peers);
}

void
together_end(struct trainer *t, const struct arch *a, struct xent *sum,
	long *tokens)
{
	if (t->peers.n > 1) {
		/* in the order of the backward pass, where there was none */
		for (int l = a->decoder_layer_num; l-- > 0; )
			sum_layer(t, DECODER, l);
		for (int l = a->encoder_layer_num; l-- > 0; )
			sum_layer(t, ENCODER, l);
		sum_tensors(t, 0, t->w->params.n);
	}
	agree(t, sum, tokens);
}

void
together_validate(struct trainer *t)
{
	struct validation *v = &t->valid;
	size_t batches = (size_t)v->plan.batches, size = sizeof *v->losses *
		batches, n = (size_t)t->peers.n;

	if (n == 1)
		return;
	struct batch_loss *all = xcalloc(n * batches, sizeof *all);
	peers_gather(&t->peers, v->losses, size, all);
	for (size_t i = 0; i < batches; i++)
		v->losses[i] = all[i % n * batches + i];
	free(all);
}

/* --- the ends of a training ---------------------------------------------- */

static void *
shared(struct trainer *t, void *p, size_t n, size_t size)
{
	if (t->peers.rank)
		p = xcalloc(n, size);
	peers_share(&t->peers, p, n * size);
	return p;
}

static void
share_soft(struct trainer *t, struct soft *s)
{
	struct soft all = *s;

	peers_share(&t->peers, &all, sizeof all);
	if (t->peers.rank)
		*s = (struct soft){ .most = all.most, .pairs = all.pairs,
			.begun = all.begun, .n = all.n, .tokens = all.tokens };
	if (!s->most)
		return;
	s->at = shared(t, s->at, (size_t)s->begun, sizeof *s->at);
	s->words = shared(t, s->words, s->tokens, sizeof *s->words);
	s->ids = shared(t, s->ids, s->n, sizeof *s->ids);
	s->parts = shared(t, s->parts, s->n, sizeof *s->parts);
}

void
together_pairs(struct trainer *t, struct pairs *p)
{
	size_t ids[3] = { (size_t)p->n };

	if (t->peers.n == 1)
		return;
	if (!t->peers.rank) {
		ids[1] = p->src_at[p->n];
		ids[2] = p->tgt_at[p->n];
	}
	peers_share(&t->peers, ids, sizeof ids);
	p->n = (int)ids[0];
	p->src = shared(t, p->src, ids[1], sizeof *p->src);
	p->tgt = shared(t, p->tgt, ids[2], sizeof *p->tgt);
	p->src_at = shared(t, p->src_at, ids[0] + 1, sizeof *p->src_at);
	p->tgt_at = shared(t, p->tgt_at, ids[0] + 1, sizeof *p->tgt_at);
	share_soft(t, &p->soft);
}

void
together_check(struct trainer *t)
{
	struct buf members = { 0 }, mine = { 0 }, why = { 0 };
	char *zeros;
	size_t n;

	if (t->peers.n == 1)
		return;
	member_string(&members, "kernels", t->kernels);
	member_int(&members, "ranks", t->peers.n);
	train_agreed(&members, t->o);
	buf_printf(&mine, "{%s,%s", members.data, t->config + 1);
	n = mine.len + 1;
	peers_share(&t->peers, &n, sizeof n);
	zeros = shared(t, mine.data, n, 1);
	json_t *of_zero = json_loads(zeros, 0, NULL);
	config_tell(&why, of_zero, mine.data);
	if (why.len)
		die("rank %d trains something else than rank 0: %s",
			t->peers.rank, why.data);
	json_decref(of_zero);
	if (t->peers.rank)
		free(zeros);
	buf_free(&members);
	buf_free(&mine);
}

void
together_state(struct trainer *t)
{
	peers_share(&t->peers, &t->s, sizeof t->s);
	peers_share(&t->peers, &t->last_saved, sizeof t->last_saved);
}

void
together_resume(struct trainer *t)
{
	struct params *p = &t->w->params;
	size_t floats = p->count * sizeof *p->w;
	size_t books = t->books.count * sizeof *t->books.entry;

	together_state(t);
	if (t->last_saved < 0)
		return;
	peers_share(&t->peers, p->w, floats);
	peers_share(&t->peers, t->m, floats);
	peers_share(&t->peers, t->v, floats);
	peers_share(&t->peers, t->steps, (size_t)p->n * sizeof *t->steps);
	if (!t->books.matrices)
		return;
	peers_share(&t->peers, t->books.entry, books);
	peers_share(&t->peers, t->books.m, books);
	peers_share(&t->peers, t->books.v, books);
	if (!t->books.floats)
		return;
	peers_share(&t->peers, t->books.floats, floats);
	books_spread(&t->books, &t->pass.num, p);
}
