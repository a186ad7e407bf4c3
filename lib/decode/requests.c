#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include "base/memleft.h"
#include "model/sizes.h"
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

static void
free_apart(struct translator *t)
{
	for (long i = 0; t->apart && i < t->threads; i++)
		worker_free(&t->apart[i]);
}

void
translator_free(struct translator *t)
{
	worker_free(&t->together);
	free_apart(t);
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

/* FIRST: steps for which there must be memory from the start. BESIDE: bytes for
 * what is not counted, stacks and answers. TOKENS_MAX: those of a batch, so
 * that its keys and heads can be counted in an int. */
enum { FIRST = 16, BESIDE = 2 << 20, TOKENS_MAX = 1 << 24 };

/* What is to be done with a window. */
struct window {
	struct translator *t;
	struct request **order;      /* [n], those of a batch together */
	size_t n, batch;
	int workers, threads;        /* that take batches; those of each */
	atomic_int most;             /* sentences for which there is memory */
	atomic_size_t next;          /* the first that nobody has taken */
	request_answer *answer;
	const void *data;
	atomic_int failed;
	struct request *bad;         /* it has failed, and why */
	struct why why;
};

/* --- memory -------------------------------------------------------------- */

/* Bytes that the first steps in this room take. */
static double
steps_bytes(const struct window *j, const struct room *r, int steps)
{
	struct room first = *r;

	first.steps = steps < r->steps ? steps : r->steps;
	return (double)decoder_bytes(j->t->device, &j->t->model, j->threads,
		&first) + (double)beam_bytes(&first);
}

/* Is there too little memory for so many steps? All workers may want as much
 * at once. */
static int
steps_lack(const struct window *j, struct worker *w, const struct room *r,
	int steps, struct why *why)
{
	double more = steps_bytes(j, r, steps);

	if (w->steps)
		more -= steps_bytes(j, r, w->steps);
	if (mem_lacks(more * j->workers + BESIDE, why))
		return -1;
	w->steps = steps;
	return 0;
}

/* -1 where it has too little memory, -2 where its device failed. */
static int
decoder_state(const struct decoder *d, struct why *why)
{
	if (!d->failed)
		return 0;
	why_set(why, "%s", d->why.text);
	return d->failed == LACKS_MEMORY ? -1 : -2;
}

/* Make room for a batch, keeping what room there is. Of address space all is
 * taken here, of memory what the steps need when they come. -1: there is too
 * little; -2: the device failed. */
static int
make_room(const struct window *j, struct worker *w, const struct room *want,
	struct why *why)
{
	static const struct room nothing;
	const struct translator *t = j->t;
	const struct room *have = w->decoder ? &w->decoder->room : &nothing;
	struct room r = *want;

	if (r.sentences <= have->sentences && r.steps <= have->steps &&
	    r.src_tokens <= have->src_tokens && r.max_src <= have->max_src)
		return 0;
	r.sentences = grown(have->sentences, r.sentences);
	r.src_tokens = grown(have->src_tokens, r.src_tokens);
	r.max_src = grown(have->max_src, r.max_src);
	r.steps = grown(have->steps, r.steps);
	worker_free(w);
	if (steps_lack(j, w, &r, larger(FIRST, t->o.min_len + 1), why))
		return -1;
	double all = steps_bytes(j, &r, r.steps);
	if (!mem_reservable(all) && mem_lacks(all, why))
		return -1;
	w->decoder = decoder_init(t->device, &t->model, j->threads, &r, t->k);
	w->decoder->team->flexible = 1;
	beam_init(&w->beam, w->decoder, &t->o);
	return decoder_state(w->decoder, why);
}

/* --- batches ------------------------------------------------------------- */

static void
fail(struct window *j, struct request *r, const struct why *why)
{
	if (!atomic_exchange(&j->failed, 1)) {
		j->bad = r;
		j->why = *why;
	}
}

/* -1: there is too little memory. -2: the device failed. */
static int
search(const struct window *j, struct worker *w, const int *src, const int *at,
	int n, struct why *why)
{
	int longest = 0;

	for (int i = 0; i < n; i++)
		longest = larger(longest, at[i + 1] - at[i]);
	struct room r = beam_room(&j->t->o, n, at[n], longest);
	int bad = make_room(j, w, &r, why);
	if (bad)
		return bad;
	beam_start(&w->beam, src, at, n);
	while (beam_step(&w->beam))
		if (w->beam.step >= w->steps && steps_lack(j, w,
		    &w->decoder->room, 2 * w->steps, why))
			return -1;
	beam_end(&w->beam);
	return decoder_state(w->decoder, why);
}

/* The sources of a batch, one behind the other. -1: there is too little memory
 * to translate them; -2: the device failed. */
static int
search_batch(const struct window *j, struct worker *w, struct request **r,
	int n, struct why *why)
{
	size_t tokens = 0;

	for (int i = 0; i < n; i++)
		tokens += size(r[i]->n);
	if (tokens > TOKENS_MAX)
		return why_set(why, "needs more words than %d at once",
			TOKENS_MAX);
	int *src = xmalloc(sizeof *src * tokens);
	int *at = xcalloc(size(n) + 1, sizeof *at);
	for (int i = 0; i < n; i++) {
		memcpy(src + at[i], r[i]->src, sizeof *src * size(r[i]->n));
		at[i + 1] = at[i] + r[i]->n;
	}
	int bad = search(j, w, src, at, n, why);
	free(src);
	free(at);
	return bad;
}

static void
hand_out(struct window *j, struct worker *w, struct request **r, int n)
{
	struct why why;
	int found;

	for (int i = 0; i < n; i++) {
		const struct hyp *h = beam_hyps(&w->beam, i, &found);
		if (found) {
			j->answer(j->data, r[i], h, found);
			continue;
		}
		why_set(&why, "no hypothesis: the weights are not finite");
		fail(j, r[i], &why);
		return;
	}
}

/* In parts where memory lacks. A sentence that lacks it is left for when nobody
 * works beside. */
static void
translate_batch(struct window *j, struct worker *w, struct request **r, int n)
{
	struct why why, lack;

	for (int some, bad; n && !j->failed; r += some, n -= some) {
		some = n < j->most ? n : j->most;
		bad = search_batch(j, w, r, some, &lack);
		if (!bad) {
			hand_out(j, w, r, some);
			continue;
		}
		worker_free(w);
		if (bad == -2)
			fail(j, r[0], &lack);
		else if (some > 1) {
			j->most = some / 2;
			some = 0;
		} else if (j->workers == 1) {
			why_set(&why, "translating this %s", lack.text);
			fail(j, r[0], &why);
		}
	}
}

static void
take_batches(struct window *j, struct worker *w)
{
	size_t at;

	while (!j->failed && (at = atomic_fetch_add(&j->next, j->batch)) <
	    j->n) {
		size_t n = j->n - at < j->batch ? j->n - at : j->batch;
		translate_batch(j, w, j->order + at, (int)n);
	}
}

static void
take_alone(void *job, int me)
{
	struct window *j = job;

	take_batches(j, &j->t->apart[me]);
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

static void
order_open(struct window *j, struct request *r, size_t n)
{
	j->n = 0;
	j->next = 0;
	for (size_t i = 0; i < n; i++)
		if (!r[i].out.len)
			j->order[j->n++] = &r[i];
	qsort(j->order, j->n, sizeof *j->order, by_length);
}

/* Each thread a worker of its own. */
static void
translate_apart(struct window *j)
{
	struct translator *t = j->t;
	size_t threads = (size_t)t->threads;

	if (!t->apart) {
		t->apart = xcalloc(threads, sizeof *t->apart);
		team_init(&t->team, (int)threads);
	}
	/* a batch at least for each */
	if (j->batch > (j->n + threads - 1) / threads)
		j->batch = (j->n + threads - 1) / threads;
	j->workers = (int)threads;
	j->threads = 1;
	team_run(&t->team, take_alone, j);
	if (j->most < INT_MAX)
		free_apart(t);
}

int
translate_window(struct translator *t, struct request *r, size_t n,
	request_answer *answer, const void *data, size_t *bad, struct why *why)
{
	struct window j = { .t = t, .order = xcalloc(n, sizeof *j.order),
		.batch = (size_t)t->batch, .most = INT_MAX, .answer = answer,
		.data = data };
	size_t threads = (size_t)t->threads;

	order_open(&j, r, n);
	if (threads > 1 && j.n > threads && t->batch > 1) {
		translate_apart(&j);
		order_open(&j, r, n);
	}
	j.workers = 1;
	j.threads = (int)threads;
	take_batches(&j, &t->together);
	free(j.order);
	if (!j.failed)
		return 0;
	*bad = (size_t)(j.bad - r);
	*why = j.why;
	return -1;
}
