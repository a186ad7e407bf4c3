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

void
translator_free(struct translator *t)
{
	beam_free(&t->beam);
	decoder_free(&t->decoder);
	packed_free(&t->model);
}

static int
grown(int have, int need)
{
	return need <= have ? have : need > have * 5 / 4 ? need : have * 5 / 4;
}

/* Make room for a batch, keeping what room there is. */
static void
make_room(struct translator *t, int sentences, int tokens, int longest)
{
	const struct room *have = &t->decoder.room;
	struct room r = beam_room(&t->o, sentences, tokens, longest);

	if (r.sentences <= have->sentences && r.steps <= have->steps &&
	    r.src_tokens <= have->src_tokens && r.max_src <= have->max_src)
		return;
	r.sentences = grown(have->sentences, r.sentences);
	r.src_tokens = grown(have->src_tokens, r.src_tokens);
	r.max_src = grown(have->max_src, r.max_src);
	r.steps = grown(have->steps, r.steps);
	beam_free(&t->beam);
	decoder_free(&t->decoder);
	decoder_init(&t->decoder, &t->model, (int)t->threads, &r);
	beam_init(&t->beam, &t->decoder, &t->o);
}

static int
translate_batch(struct translator *t, struct request **r, int n,
	request_answer *answer, const void *data)
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
	make_room(t, n, tokens, longest);
	beam_search(&t->beam, src, at, n);
	for (int i = 0; found && i < n; i++) {
		const struct hyp *h = beam_hyps(&t->beam, i, &found);
		if (found)
			answer(data, r[i], h, found);
	}
	free(src);
	free(at);
	return found ? 0 : -1;
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
	struct request **order = xcalloc(n, sizeof *order);
	size_t some = 0, batch = (size_t)t->batch;
	int failed = 0;

	for (size_t i = 0; i < n; i++)
		if (!r[i].out.len)
			order[some++] = &r[i];
	qsort(order, some, sizeof *order, by_length);
	for (size_t i = 0; !failed && i < some; i += batch)
		failed = translate_batch(t, order + i, (int)(some - i < batch ?
			some - i : batch), answer, data);
	free(order);
	return failed ? why_set(why, "no hypothesis: the weights are not "
		"finite") : 0;
}
