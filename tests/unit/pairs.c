/* Pairs and batches of them. */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"
#include "text/pairs.h"

enum { N = 500, LONGEST = 23, MAX_TOKENS = 200, VOCAB = 50 };

static void
refuses(const char *what, int ns, const int *src, int nt, const int *tgt,
	const char *reason)
{
	struct pairs p = { 0 };
	struct why why = { "" };

	int r = pairs_add(&p, src, ns, tgt, nt, VOCAB, VOCAB - 1, &why);
	OK(r == -1 && !p.n && !strcmp(why.text, reason), "%s", what);
	if (strcmp(why.text, reason))
		printf("# got: %s\n", why.text);
	pairs_free(&p);
}

static void
test_add(void)
{
	struct pairs p = { 0 };
	struct why why;
	const int ids[] = { 7, 49, ID_EOS }, bad[] = { 7, -1 };

	refuses("an empty source", 0, ids, 1, ids, "src is empty");
	refuses("an empty target", 1, ids, 0, ids, "tgt is empty");
	refuses("an id below 0", 2, bad, 1, ids,
		"src[1]: id -1 is outside the vocabulary of 50");
	refuses("an id of the other vocabulary", 2, ids, 2, ids,
		"tgt[1]: id 49 is outside the vocabulary of 49");
	OK(!pairs_add(&p, ids, 3, ids, 1, VOCAB, VOCAB, &why) &&
		!pairs_add(&p, ids, 2, ids + 2, 1, VOCAB, VOCAB, &why) &&
		p.n == 2, "two are added");
	OK(pairs_add(&p, ids, 1, bad, 2, VOCAB, VOCAB, &why) == -1 &&
		p.n == 2, "a bad one leaves them be");
	OK(!pairs_add(&p, ids + 1, 1, bad, 1, 0, 0, &why), "and a good one "
		"goes on");
	static const int src[] = { 7, 49, 2, 7, 49, 2, 49, 2 };
	static const int tgt[] = { 7, 2, 2, 7, 2 };
	OK(p.src_at[3] == 8 && !memcmp(p.src, src, sizeof src),
		"sources, each with one </s>");
	OK(p.tgt_at[3] == 5 && !memcmp(p.tgt, tgt, sizeof tgt),
		"targets, each with one </s>");
	OK(pairs_src_len(&p, 0) == 3 && pairs_src_len(&p, 2) == 2 &&
		pairs_tgt_len(&p, 1) == 1, "lengths count </s>");
	pairs_free(&p);
}

/* Pairs whose first token on either side says which they are. */
static struct pairs
make_pairs(void)
{
	struct pairs p = { 0 };
	struct rng r = rng_seed(5);
	struct why why;
	int ids[2][LONGEST];

	for (int i = 0; i < N; i++) {
		int n[2];
		for (int side = 0; side < 2; side++) {
			n[side] = 1 + (int)rng_below(&r, LONGEST - 1);
			for (int k = 0; k < n[side]; k++)
				ids[side][k] = k ? 4 + k : 1000 + i;
		}
		pairs_add(&p, ids[0], n[0], ids[1], n[1], 0, 0, &why);
	}
	return p;
}

static int
length(const struct pairs *p, int i)
{
	int src = pairs_src_len(p, i), tgt = pairs_tgt_len(p, i);

	return src > tgt ? src : tgt;
}

/* Would sentence i still fit into batch b? */
static int
fits(const struct pairs *p, const struct plan *plan, int b, int i)
{
	int longest = length(p, i), n = 1;

	for (int at = plan->begin[b]; at < plan->begin[b + 1]; at++, n++)
		if (length(p, plan->order[at]) > longest)
			longest = length(p, plan->order[at]);
	return longest * n <= MAX_TOKENS;
}

static void
check_plan(const struct pairs *p, const struct plan *plan, long sentences,
	const char *what)
{
	int *seen = xcalloc(N, sizeof *seen), once = 1, small = 1, eights = 0;
	int odd = 0;

	for (int b = 0; b < plan->batches; b++) {
		int n = plan->begin[b + 1] - plan->begin[b], longest = 0;
		for (int at = plan->begin[b]; at < plan->begin[b + 1]; at++) {
			int i = plan->order[at];
			seen[i]++;
			if (length(p, i) > longest)
				longest = length(p, i);
		}
		small &= n > 0 && longest * n <= MAX_TOKENS &&
			(!sentences || n <= sentences);
		eights += n >= 8 && n % 8 == 0;
		odd += n > 8 && n % 8;
	}
	for (int i = 0; i < N; i++)
		once &= seen[i] == 1;
	OK(plan->begin[0] == 0 && plan->begin[plan->batches] == N && once,
		"%s: each pair once", what);
	OK(small, "%s: no batch is too large", what);
	/* the longest of all may be any number */
	OK(odd <= 1 && eights > 10,
		"%s: large ones are multiples of 8", what);
	free(seen);
}

static int
same_plan(const struct plan *a, const struct plan *b)
{
	return a->batches == b->batches &&
		!memcmp(a->order, b->order, N * sizeof *a->order) &&
		!memcmp(a->begin, b->begin, (size_t)a->batches *
			sizeof *a->begin);
}

static void
test_plan(const struct pairs *p)
{
	struct plan a = { 0 }, b = { 0 };
	struct why why;

	OK(!plan_make(&a, p, MAX_TOKENS, 0, 1, 0, &why), "a plan");
	check_plan(p, &a, 0, "plan");
	plan_make(&b, p, MAX_TOKENS, 0, 1, 0, &why);
	OK(same_plan(&a, &b), "the same again");
	plan_make(&b, p, MAX_TOKENS, 0, 1, 1, &why);
	check_plan(p, &b, 0, "another epoch");
	OK(!same_plan(&a, &b), "is another order");
	plan_make(&b, p, MAX_TOKENS, 0, 1, 0, &why);
	OK(same_plan(&a, &b), "which a plan reused forgets");
	plan_make(&b, p, MAX_TOKENS, 0, 2, 0, &why);
	OK(!same_plan(&a, &b), "another seed is another order");
	plan_make(&b, p, MAX_TOKENS, 12, 1, 0, &why);
	check_plan(p, &b, 8, "at most 12, so 8 sentences");

	plan_make(&a, p, MAX_TOKENS, 0, 1, -1, &why);
	check_plan(p, &a, 0, "for validation");
	int sorted = 1, full = 1;
	for (int at = 1; at < N; at++)
		sorted &= pairs_tgt_len(p, a.order[at - 1]) <=
			pairs_tgt_len(p, a.order[at]);
	OK(sorted, "for validation: in order of length");
	/* what was trimmed to a multiple of 8 had at most 7 more */
	for (int k = 0; k + 1 < a.batches; k++) {
		int n = a.begin[k + 1] - a.begin[k];
		int last = a.begin[k + 1] + (n < 8 ? 0 : 7);
		full &= last >= N || !fits(p, &a, k, a.order[last]) || n >= 8;
		full &= n >= 8 || !fits(p, &a, k, a.order[a.begin[k + 1]]);
	}
	OK(full, "no batch is smaller than need be");
	plan_make(&b, p, MAX_TOKENS, 0, 9, -1, &why);
	OK(same_plan(&a, &b), "for validation: no seed");

	OK(plan_make(&a, p, LONGEST - 1, 0, 1, 0, &why) == -1 &&
		strstr(why.text, "has 23 tokens, more than --max-tokens 22"),
		"a pair longer than a batch: %s", why.text);
	OK(!plan_make(&a, p, LONGEST, 0, 1, 0, &why), "one that just fits");
	plan_free(&a);
	plan_free(&b);
}

static void
test_batch(const struct pairs *p)
{
	enum { ROOM = 7 * 60 + 2 };
	static const int which[] = { 3, 499, 0 };
	int memory[ROOM + 1], tokens[2] = { 0, 0 }, longest[2] = { 0, 0 };
	struct batch b;

	OK(batch_ints(60) == ROOM, "room for a batch");
	memory[ROOM] = 12345;
	batch_fill(&b, p, which, 2, memory, 60);
	batch_fill(&b, p, which, 3, memory, 60);
	int src = 1, tgt = 1, in = 1;
	for (int s = 0; s < 3; s++) {
		int i = which[s], ns = pairs_src_len(p, i);
		int nt = pairs_tgt_len(p, i);
		src &= b.src_at[s] == tokens[0];
		tgt &= b.tgt_at[s] == tokens[1];
		for (int k = 0; k < ns; k++) {
			int at = tokens[0] + k;
			src &= b.src[at] == p->src[p->src_at[i] + (size_t)k] &&
				b.src_pos[at] == 2 + k;
		}
		for (int k = 0; k < nt; k++) {
			int at = tokens[1] + k;
			tgt &= b.tgt_out[at] ==
				p->tgt[p->tgt_at[i] + (size_t)k] &&
				b.tgt_pos[at] == 2 + k;
			in &= b.tgt_in[at] == (k ? b.tgt_out[at - 1] : 2);
		}
		tokens[0] += ns;
		tokens[1] += nt;
		longest[0] = ns > longest[0] ? ns : longest[0];
		longest[1] = nt > longest[1] ? nt : longest[1];
	}
	OK(src && b.src_at[3] == tokens[0], "sources, packed");
	OK(tgt && b.tgt_at[3] == tokens[1], "targets, packed");
	OK(in, "inputs: </s>, then the target but its last token");
	OK(b.sentences == 3 && b.src_tokens == tokens[0] &&
		b.tgt_tokens == tokens[1] && b.max_src == longest[0] &&
		b.max_tgt == longest[1], "sizes");
	OK(memory[ROOM] == 12345, "nothing is written behind");
}

static void
refuses_soft(const char *what, int n, const int *ids, const int *parts,
	const char *reason)
{
	struct soft s = { 0 };
	struct why why = { "" };

	soft_begin(&s, 0, 0);
	OK(soft_add(&s, ids, parts, n, VOCAB, &why) == -1 && !s.n &&
		!strcmp(why.text, reason), "%s", what);
	if (strcmp(why.text, reason))
		printf("# got: %s\n", why.text);
	soft_free(&s);
}

static void
test_soft_bad(void)
{
	static const int ids[] = { 7, 8, 7 }, high[] = { 50 }, low[] = { -1 };
	static const int parts[] = { 6000, 4000, 1 }, none[] = { 0 };
	static const int over[] = { 9000, 1002 }, up[] = { 9000, 1001 };
	int many[SOFT_WORDS_MAX + 1], ones[SOFT_WORDS_MAX + 1];
	struct soft s = { 0 };
	struct why why;

	for (int i = 0; i <= SOFT_WORDS_MAX; i++) {
		many[i] = i;
		ones[i] = 1;
	}
	refuses_soft("a word too many", SOFT_WORDS_MAX + 1, many, ones,
		"101 words, want at most 100");
	refuses_soft("a word above", 1, high, parts,
		"id 50 is outside the vocabulary of 50");
	refuses_soft("a word below", 1, low, parts,
		"id -1 is outside the vocabulary of 50");
	refuses_soft("no part", 1, ids, none,
		"word 7 has 0 parts, want 1 to 10000");
	refuses_soft("a word twice", 3, ids, parts, "word 7 stands there twice");
	refuses_soft("more than all", 2, ids, over,
		"the parts sum up to 10002, more than 10000");
	soft_begin(&s, 0, 0);
	OK(!soft_add(&s, ids, up, 2, VOCAB, &why) &&
		!soft_add(&s, many, ones, SOFT_WORDS_MAX, 0, &why) &&
		s.most == SOFT_WORDS_MAX, "what is rounded up, and the most");
	soft_free(&s);
}

/* Pairs 1, 3 and 6 of 500 have soft targets: token t of pair i has words
 * 10 i + t + k, k < t % 4, with k + 1 parts. */
static void
test_soft_batch(struct pairs *p)
{
	static const int with[] = { 1, 3, 6 }, which[] = { 3, 499, 0, 6, 1, 4 };
	struct why why;
	struct batch b;
	int wrong = 0;

	for (int w = 0; w < 3; w++) {
		int i = with[w];
		soft_begin(&p->soft, i, p->tgt_at[i]);
		for (int t = 0; t < pairs_tgt_len(p, i); t++) {
			int ids[4], parts[4];
			for (int k = 0; k < t % 4; k++) {
				ids[k] = 10 * i + t + k;
				parts[k] = k + 1;
			}
			soft_add(&p->soft, ids, parts, t % 4, 0, &why);
		}
	}
	size_t room = batch_ints(MAX_TOKENS) + batch_soft_ints(p, MAX_TOKENS);
	int *memory = xcalloc(room + 1, sizeof *memory);
	OK(room == 7 * MAX_TOKENS + 2 + MAX_TOKENS + 1 + 6 * MAX_TOKENS,
		"room for soft targets");
	memory[room] = 12345;
	batch_fill(&b, p, which, 6, memory, MAX_TOKENS);
	OK(b.soft_at[0] == 0 && p->soft.pairs == 3, "three pairs have some");
	for (int s = 0; s < 6; s++) {
		int i = which[s], has = i == 1 || i == 3 || i == 6;
		for (int t = 0; t < pairs_tgt_len(p, i); t++) {
			int at = b.tgt_at[s] + t, from = b.soft_at[at];
			int n = b.soft_at[at + 1] - from;
			wrong += n != (has ? t % 4 : 0);
			for (int k = 0; k < n; k++)
				wrong += b.soft_ids[from + k] != 10 * i + t +
					k || b.soft_parts[from + k] != k + 1;
		}
	}
	OK(!wrong, "each token has its own words");
	OK(memory[room] == 12345, "nothing is written behind them");
	free(memory);
}

int
main(void)
{
	struct pairs p = make_pairs();

	test_add();
	test_plan(&p);
	test_batch(&p);
	test_soft_bad();
	test_soft_batch(&p);
	pairs_free(&p);
	return FINISH();
}
