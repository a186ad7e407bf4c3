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

void
pairs_read(struct pairs *p, struct in *in, int src_vocab, int tgt_vocab,
	long limit)
{
	struct rec r = { 0 };
	struct why why;

	while ((!limit || p->n < limit) && rec_get(in, &r)) {
		int ns, nt;
		int *src = ids_read(in, &r, "src", src_vocab, &ns);
		int *tgt = ids_read(in, &r, "tgt", tgt_vocab, &nt);
		if (pairs_add(p, src, ns, tgt, nt, src_vocab, tgt_vocab, &why))
			in_fail(in, "%s", why.text);
		free(src);
		free(tgt);
	}
	rec_free(&r);
}
