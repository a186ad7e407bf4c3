/* naive_beam.h - a beam search that is too naive to be wrong: no cache,
 * hypotheses copied. */
#ifndef TESTS_NAIVE_BEAM_H
#define TESTS_NAIVE_BEAM_H

#include <math.h>
#include <stdlib.h>
#include "decode/beam.h"
#include "text/pairs.h"

enum { NAIVE_WORDS = 64, NAIVE_BEAM = 8 };

struct naive {
	int ids[NAIVE_WORDS], n;
	double score;
};

/* Log probabilities [V] of the word behind ids[n]. */
typedef void naive_next(void *ctx, const int *ids, int n, double *logp);

static inline int
naive_by_score(const void *a, const void *b)
{
	const struct naive *x = a, *y = b;

	return (x->score < y->score) - (x->score > y->score);
}

/* May word w stand at place t? */
static inline int
naive_allowed(const struct beam_options *o, int w, int t, int max)
{
	if (w == ID_EOS)
		return t >= o->min_len || t == max;
	return w != ID_PAD && t < max && !(w == ID_UNK && o->no_unk);
}

/* All hypotheses with another word: next[n], best first. */
static inline int
naive_extend(naive_next *words, void *ctx, int vocab, int max, int t,
	const struct beam_options *o, const struct naive *live, int lives,
	struct naive *next)
{
	double *logp = xmalloc(sizeof *logp * (size_t)vocab);
	int n = 0;

	for (int i = 0; i < lives; i++) {
		words(ctx, live[i].ids, t, logp);
		for (int w = 0; w < vocab; w++) {
			if (!naive_allowed(o, w, t, max))
				continue;
			next[n] = live[i];
			next[n].ids[t] = w;
			next[n].n = t + 1;
			next[n++].score += logp[w];
		}
	}
	free(logp);
	qsort(next, (size_t)n, sizeof *next, naive_by_score);
	return n;
}

/* Sentences of up to max words before </s>. Returns how many were found;
 * done[beam], best first. */
static inline int
naive_beam(naive_next *words, void *ctx, int vocab, int max,
	const struct beam_options *o, struct naive *done)
{
	struct naive live[NAIVE_BEAM] = { 0 };
	struct naive *next = xmalloc(sizeof *next * NAIVE_BEAM *
		(size_t)vocab);
	int lives = 1, found = 0;

	for (int t = 0; t <= max && found < o->beam && lives; t++) {
		int n = naive_extend(words, ctx, vocab, max, t, o, live, lives,
			next);
		lives = 0;
		for (int i = 0; i < n && i < 2 * o->beam && lives < o->beam; i++)
			if (next[i].ids[t] != ID_EOS)
				live[lives++] = next[i];
			else if (i < o->beam && found < o->beam) {
				done[found] = next[i];
				done[found++].score /= pow(t + 1, o->lenpen);
			}
	}
	qsort(done, (size_t)found, sizeof *done, naive_by_score);
	free(next);
	return found;
}

#endif
