#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "requests.h"

void
request_free(struct request *r)
{
	free(r->src);
	free(r->line);
	buf_free(&r->out);
}

static void
worker_free(struct worker *w)
{
	beam_free(&w->beam);
	decoder_free(w->decoder);
	*w = (struct worker){ 0 };
}

void
translator_free(struct translator *t)
{
	worker_free(&t->together);
	for (long i = 0; t->apart && i < t->threads; i++)
		worker_free(&t->apart[i]);
	if (t->apart)
		team_free(&t->team);
	free(t->apart);
	packed_free(&t->model);
}

static int
grown(int have, int need)
{
	return need <= have ? have : need > have * 5 / 4 ? need : have * 5 / 4;
}

/* Make room for a batch, keeping what room there is. */
static void
make_room(const struct translator *t, struct worker *w, int threads,
	int sentences, int tokens, int longest)
{
	static const struct room nothing;
	struct room have = w->decoder ? w->decoder->room : nothing;
	struct room r = beam_room(&t->o, sentences, tokens, longest);

	if (r.sentences <= have.sentences && r.steps <= have.steps &&
	    r.src_tokens <= have.src_tokens && r.max_src <= have.max_src)
		return;
	r.sentences = grown(have.sentences, r.sentences);
	r.src_tokens = grown(have.src_tokens, r.src_tokens);
	r.max_src = grown(have.max_src, r.max_src);
	r.steps = grown(have.steps, r.steps);
	worker_free(w);
	w->decoder = decoder_init(t->device, &t->model, threads, &r, t->k);
	w->decoder->team->flexible = 1;
	beam_init(&w->beam, w->decoder, &t->o);
}

/* What is to be done with a window. */
struct job {
	struct translator *t;
	struct request **order;      /* [n], those of a batch together */
	size_t n, batch;
	atomic_size_t next;          /* the first that nobody has taken */
	request_answer *answer;
	const void *data;
	atomic_int failed;
};

/* 0, or -1 where nothing was found */
static int
translate_batch(const struct job *j, struct worker *w, int threads,
	struct request **r, int n)
{
	int tokens = 0, longest = 0, found = 1, *src, *at;

	for (int i = 0; i < n; i++) {
		tokens += r[i]->n;
		longest = r[i]->n > longest ? r[i]->n : longest;
	}
	src = xmalloc(sizeof *src * (size_t)tokens);
	at = xcalloc((size_t)n + 1, sizeof *at);
	for (int i = 0; i < n; i++) {
		memcpy(src + at[i], r[i]->src, sizeof *src * (size_t)r[i]->n);
		at[i + 1] = at[i] + r[i]->n;
	}
	make_room(j->t, w, threads, n, tokens, longest);
	beam_search(&w->beam, src, at, n);
	for (int i = 0; found && i < n; i++) {
		const struct hyp *h = beam_hyps(&w->beam, i, &found);
		if (found)
			j->answer(j->data, r[i], h, found);
	}
	free(src);
	free(at);
	return found ? 0 : -1;
}

static void
take_batches(struct job *j, struct worker *w, int threads)
{
	size_t at;

	while (!j->failed && (at = atomic_fetch_add(&j->next, j->batch)) <
	    j->n) {
		size_t n = j->n - at < j->batch ? j->n - at : j->batch;
		if (translate_batch(j, w, threads, j->order + at, (int)n))
			j->failed = 1;
	}
}

static void
take_alone(void *job, int me)
{
	struct job *j = job;

	take_batches(j, &j->t->apart[me], 1);
}

/* Longest first: the room that is made then is enough for the rest. */
static int
by_length(const void *a, const void *b)
{
	const struct request *x = *(struct request *const *)a;
	const struct request *y = *(struct request *const *)b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x > y) - (x < y);
}

int
translate_window(struct translator *t, struct request *r, size_t n,
	request_answer *answer, const void *data, struct why *why)
{
	struct job j = { t, xcalloc(n, sizeof *j.order), 0, (size_t)t->batch,
		0, answer, data, 0 };
	size_t threads = (size_t)t->threads;

	for (size_t i = 0; i < n; i++)
		if (!r[i].out.len)
			j.order[j.n++] = &r[i];
	qsort(j.order, j.n, sizeof *j.order, by_length);
	if (threads == 1 || j.n <= threads || t->batch == 1)
		take_batches(&j, &t->together, (int)threads);
	else {
		if (!t->apart) {
			t->apart = xcalloc(threads, sizeof *t->apart);
			team_init(&t->team, (int)threads);
		}
		/* a batch at least for each */
		if (j.batch > (j.n + threads - 1) / threads)
			j.batch = (j.n + threads - 1) / threads;
		team_run(&t->team, take_alone, &j);
	}
	free(j.order);
	return j.failed ? why_set(why, "no hypothesis: the weights are not "
		"finite") : 0;
}
