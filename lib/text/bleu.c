#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "bleu.h"
#include "rng.h"

const char *const bleu_tokenizers[] = { "none", "13a", NULL };
const char *const bleu_smooths[] = { "none", "floor", "add-k", "exp", NULL };

double
bleu_smooth_default(enum bleu_smooth smooth)
{
	/* Chen and Cherry, WMT 2014 */
	return smooth == SMOOTH_FLOOR ? 0.1 : smooth == SMOOTH_ADD_K ? 1 : 0;
}

/* The n-gram that prolongs gram number before - 1 (0: none) by a word. */
static size_t
find_gram(struct bleu *b, size_t before, int word, int order)
{
	uint64_t key = (uint64_t)before << 32 | (uint32_t)word;
	size_t i = rng_mix(key) & (b->slots - 1);

	for (; b->slot[i]; i = (i + 1) & (b->slots - 1))
		if (b->gram[b->slot[i] - 1].key == key)
			return b->slot[i] - 1;
	b->gram[b->grams] = (struct gram){ .key = key, .order = order };
	b->slot[i] = (uint32_t)++b->grams;
	return b->grams - 1;
}

/* Room for so many grams more; those that are there keep their numbers. */
static void
reserve(struct bleu *b, size_t more)
{
	size_t want = b->grams + more;

	if (want > b->gram_cap) {
		b->gram_cap = want * 2;
		b->gram = xrealloc(b->gram, b->gram_cap, sizeof *b->gram);
	}
	if (want * 2 <= b->slots)
		return;
	while (b->slots < want * 2)
		b->slots = b->slots ? b->slots * 2 : 1024;
	free(b->slot);
	b->slot = xcalloc(b->slots, sizeof *b->slot);
	for (size_t g = 0; g < b->grams; g++) {
		size_t i = rng_mix(b->gram[g].key) & (b->slots - 1);
		while (b->slot[i])
			i = (i + 1) & (b->slots - 1);
		b->slot[i] = (uint32_t)(g + 1);
	}
}

/* Forget the grams: slot by slot where they are few, the last one first, as
 * it stands behind those that it had to give way to. */
static void
forget(struct bleu *b)
{
	if (b->grams * 16 > b->slots) {
		memset(b->slot, 0, b->slots * sizeof *b->slot);
		b->grams = 0;
	}
	while (b->grams) {
		size_t i = rng_mix(b->gram[--b->grams].key) & (b->slots - 1);
		while (b->slot[i] != b->grams + 1)
			i = (i + 1) & (b->slots - 1);
		b->slot[i] = 0;
	}
}

/* Split text into words; their numbers go to b->id. */
static size_t
split(struct bleu *b, const struct bleu_opts *o, struct bleu_text text)
{
	size_t n = 0, at = 0, len;
	const char *token;

	tokens_start(&b->tokens, o->tokenize, o->lowercase, text.s, text.len);
	while ((token = tokens_next(&b->tokens, &at, &len))) {
		if (n == b->id_cap) {
			b->id_cap = n ? n * 2 : 256;
			b->id = xrealloc(b->id, b->id_cap, sizeof *b->id);
		}
		b->id[n++] = words_add(&b->words, token, len);
	}
	return n;
}

/* Count the n-grams of the n words in b->id: number 0 is the hypothesis, the
 * references follow. */
static void
count_grams(struct bleu *b, size_t n, size_t number)
{
	reserve(b, n * BLEU_ORDER);
	for (size_t i = 0; i < n; i++) {
		size_t before = 0;
		for (size_t k = 0; k < BLEU_ORDER && i + k < n; k++) {
			size_t at = find_gram(b, before, b->id[i + k], (int)k);
			struct gram *g = &b->gram[at];
			before = at + 1;
			if (!number) {
				g->hyp++;
				continue;
			}
			g->now = g->seen == number ? g->now + 1 : 1;
			g->seen = number;
			if (g->now > g->ref)
				g->ref = g->now;
		}
	}
}

struct bleu_stats
bleu_count(struct bleu *b, const struct bleu_opts *o, struct bleu_text hyp,
	const struct bleu_text *refs, size_t n)
{
	struct bleu_stats s = { 0 };
	long len = (long)split(b, o, hyp), nearest = -1;

	forget(b);
	s.hyp_len = len;
	count_grams(b, (size_t)len, 0);
	for (size_t r = 0; r < n; r++) {
		long ref = (long)split(b, o, refs[r]), gap = labs(ref - len);
		count_grams(b, (size_t)ref, r + 1);
		/* the shorter of two that are equally close */
		if (nearest < 0 || gap < nearest ||
		    (gap == nearest && ref < s.ref_len)) {
			nearest = gap;
			s.ref_len = ref;
		}
	}
	for (size_t i = 0; i < b->grams; i++) {
		const struct gram *g = &b->gram[i];
		s.correct[g->order] += g->hyp < g->ref ? g->hyp : g->ref;
	}
	for (int k = 0; k < BLEU_ORDER; k++)
		s.total[k] = len > k ? len - k : 0;
	return s;
}

void
bleu_add(struct bleu_stats *sum, const struct bleu_stats *s)
{
	sum->hyp_len += s->hyp_len;
	sum->ref_len += s->ref_len;
	for (int k = 0; k < BLEU_ORDER; k++) {
		sum->correct[k] += s->correct[k];
		sum->total[k] += s->total[k];
	}
}

void
bleu_free(struct bleu *b)
{
	words_free(&b->words);
	tokens_free(&b->tokens);
	free(b->id);
	free(b->gram);
	free(b->slot);
	*b = (struct bleu){ 0 };
}

/* The precision in percent of one order; halved: how often exp has smoothed. */
static double
precision(double correct, double total, const struct bleu_opts *o,
	double *halved)
{
	if (correct > 0)
		return 100 * correct / total;
	if (o->smooth == SMOOTH_EXP)
		return 100 / ((*halved *= 2) * total);
	return o->smooth == SMOOTH_FLOOR ? 100 * o->smooth_value / total : 0;
}

struct bleu_score
bleu_score(const struct bleu_stats *s, const struct bleu_opts *o)
{
	struct bleu_score r = { .bp = 1 };
	double sum = 0, halved = 1;
	long any = 0;

	if (s->hyp_len < s->ref_len)
		r.bp = s->hyp_len ? exp(1 - (double)s->ref_len /
			(double)s->hyp_len) : 0;
	for (int k = 0; k < BLEU_ORDER; k++)
		any |= s->correct[k];
	if (!any)
		return r;
	for (int k = 0; k < BLEU_ORDER; k++) {
		double add = o->smooth == SMOOTH_ADD_K && k ? o->smooth_value :
			0, total = (double)s->total[k] + add;
		if (!(total > 0))
			break;
		r.precision[k] = precision((double)s->correct[k] + add, total,
			o, &halved);
	}
	for (int k = 0; k < BLEU_ORDER; k++)
		sum += log(r.precision[k]);   /* -inf makes the score 0 */
	r.score = r.bp * exp(sum / BLEU_ORDER);
	return r;
}

void
bleu_verbose(struct buf *b, const struct bleu_stats *s,
	const struct bleu_score *r)
{
	for (int k = 0; k < BLEU_ORDER; k++)
		buf_printf(b, "%s%.1f", k ? "/" : "", r->precision[k]);
	buf_printf(b, " (BP = %.3f ratio = %.3f hyp_len = %ld ref_len = %ld)",
		r->bp, s->ref_len ? (double)s->hyp_len / (double)s->ref_len : 0,
		s->hyp_len, s->ref_len);
}

void
bleu_smooth_text(struct buf *b, const struct bleu_opts *o)
{
	buf_str(b, bleu_smooths[o->smooth]);
	if (o->smooth == SMOOTH_FLOOR || o->smooth == SMOOTH_ADD_K)
		buf_printf(b, "[%.2f]", o->smooth_value);
}
