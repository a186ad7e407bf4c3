/* Pairs from a stream of records: dies with "prog: FILE:LINE: reason". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "pairs.h"
#include "rec/rec.h"

int *
ids_read(const struct in *in, const struct rec *r, const char *key, int vocab,
	int *n)
{
	const json_t *a = json_object_get(r->json, key), *v;
	size_t i;

	if (!json_is_array(a)) {
		char want[60];
		snprintf(want, sizeof want, "want an array of ids in \"%s\"",
			key);
		if (!a)
			rec_fail(in, r, want);
		in_fail(in, "%s", want);
	}
	*n = (int)json_array_size(a);
	if (!*n)
		in_fail(in, "\"%s\" is empty", key);
	int *ids = xmalloc(sizeof *ids * (size_t)(*n + 1));
	json_array_foreach(a, i, v) {
		double x = json_number_value(v);
		if (!json_is_number(v) || x != floor(x) || x < 0 ||
		    x >= (vocab ? vocab : 1 << 30))
			in_fail(in, "%s[%zu]: want an id in [0, %d)%s", key, i,
				vocab ? vocab : 1 << 30, vocab ? ", the "
				"dictionary's size" : "");
		ids[i] = (int)x;
	}
	if (ids[*n - 1] != ID_EOS)
		ids[(*n)++] = ID_EOS;
	return ids;
}

/* A whole number of a list, for messages the k-th of token i. */
static int
soft_number(const struct in *in, const json_t *list, size_t i, size_t k)
{
	const json_t *v = json_array_get(list, k);
	double x = json_number_value(v);

	if (!json_is_number(v) || x != floor(x) || fabs(x) > 1 << 30)
		in_fail(in, "soft[%zu][%zu]: want a whole number", i, k);
	return (int)x;
}

/* The record's "soft", if it has any, as that of the last pair. */
static void
soft_read(struct pairs *p, const struct in *in, const struct rec *r, int vocab)
{
	const json_t *a = json_object_get(r->json, "soft"), *list;
	int ids[SOFT_WORDS_MAX], parts[SOFT_WORDS_MAX];
	size_t tokens = (size_t)pairs_tgt_len(p, p->n - 1), i;
	struct why why;

	if (!a)
		return;
	if (!json_is_array(a) || json_array_size(a) != tokens)
		in_fail(in, "want an array of %zu lists in \"soft\", one for "
			"each token of \"tgt\" and for </s>", tokens);
	soft_begin(&p->soft, p->n - 1, p->tgt_at[p->n - 1]);
	json_array_foreach(a, i, list) {
		size_t n = json_array_size(list) / 2;
		if (!json_is_array(list) || json_array_size(list) % 2 ||
		    n > SOFT_WORDS_MAX)
			in_fail(in, "soft[%zu]: want a list [id, parts, id, "
				"parts, ..] of at most %d words", i,
				SOFT_WORDS_MAX);
		for (size_t k = 0; k < n; k++) {
			ids[k] = soft_number(in, list, i, 2 * k);
			parts[k] = soft_number(in, list, i, 2 * k + 1);
		}
		if (soft_add(&p->soft, ids, parts, (int)n, vocab, &why))
			in_fail(in, "soft[%zu]: %s", i, why.text);
	}
}

void
pair_read(struct pairs *p, const struct in *in, const struct rec *r,
	int src_vocab, int tgt_vocab, long max_tokens)
{
	int ns, nt;
	int *src = ids_read(in, r, "src", src_vocab, &ns);
	int *tgt = ids_read(in, r, "tgt", tgt_vocab, &nt);
	struct why why;

	int longest = ns > nt ? ns : nt;
	if (max_tokens && longest > max_tokens)
		in_fail(in, "%d tokens, more than --max-tokens %ld", longest,
			max_tokens);
	if (pairs_add(p, src, ns, tgt, nt, src_vocab, tgt_vocab, &why))
		in_fail(in, "%s", why.text);
	free(src);
	free(tgt);
}

void
pairs_read(struct pairs *p, struct in *in, int src_vocab, int tgt_vocab,
	long max_tokens, long limit, int soft)
{
	struct rec r = { 0 };

	while ((!limit || p->n < limit) && rec_get(in, &r)) {
		pair_read(p, in, &r, src_vocab, tgt_vocab, max_tokens);
		if (soft)
			soft_read(p, in, &r, tgt_vocab);
	}
	rec_free(&r);
}
