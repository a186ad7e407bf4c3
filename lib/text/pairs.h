/* pairs.h - a parallel corpus of token ids, and packed batches of it.
 *
 * A batch is packed: the tokens of its sentences lie one after another, with
 * offsets; nothing is padded. */
#ifndef PAIRS_H
#define PAIRS_H

#include <stddef.h>
#include <stdint.h>
#include "base/die.h"
#include "soft.h"

enum { ID_BOS, ID_PAD, ID_EOS, ID_UNK, IDS_SPECIAL, POSITION_FIRST = 2 };

/* n sentence pairs; pair i is src[src_at[i] .. src_at[i+1]), likewise tgt.
 * Every side ends in ID_EOS. */
struct pairs {
	int n;
	int *src, *tgt;
	size_t *src_at, *tgt_at;
	size_t src_cap, tgt_cap, cap;
	struct soft soft;   /* of those that have it, where it was read */
};

struct in;
struct rec;

/* Append one pair; a missing </s> is added. Ids must lie in the vocabularies
 * (0: not checked). -1 with a reason. */
int pairs_add(struct pairs *, const int *src, int ns, const int *tgt, int nt,
	int src_vocab, int tgt_vocab, struct why *);
void pairs_free(struct pairs *);
int pairs_src_len(const struct pairs *, int i);   /* </s> counted */
int pairs_tgt_len(const struct pairs *, int i);
void pairs_longest(const struct pairs *, int *src, int *tgt);   /* >= 1 */
/* Of all ids, but of no "soft". */
unsigned long long pairs_hash(const struct pairs *);

/* Read records {"src":[..],"tgt":[..]} to the end; dies on bad ones, such as
 * have more than max_tokens on a side (0: any number). limit: only so many, 0
 * for all. soft: with their "soft", see soft.h. */
void pairs_read(struct pairs *, struct in *, int src_vocab, int tgt_vocab,
	long max_tokens, long limit, int soft);
/* The pair of one record; dies likewise. */
void pair_read(struct pairs *, const struct in *, const struct rec *,
	int src_vocab, int tgt_vocab, long max_tokens);
/* One record's ids: number of them, caller frees; dies if it is no array of
 * ids below vocab. A missing </s> is added. */
int *ids_read(const struct in *, const struct rec *, const char *key,
	int vocab, int *n);

/* How sentences are grouped: order[begin[b] .. begin[b+1]) are batch b. */
struct plan {
	int batches, cap;
	int *order, *begin;
};
/* Sentences of like length, max(source, target) x sentences <= max_tokens, at
 * most max_sentences (0: any number), trimmed to a multiple of 8 sentences.
 * Ties in length and the order of the batches are drawn anew for each epoch;
 * epoch < 0: in order of length, for validation. -1 where a pair is longer
 * than max_tokens. Call again for the next epoch. */
int plan_make(struct plan *, const struct pairs *, long max_tokens,
	long max_sentences, uint64_t seed, long epoch, struct why *);
void plan_free(struct plan *);

/* The arrays point into memory of the caller's: batch_ints, and where the
 * pairs have soft targets batch_soft_ints more. */
struct batch {
	int sentences, src_tokens, tgt_tokens, max_src, max_tgt;
	int *src, *src_pos, *src_at;          /* [src_tokens], [sentences+1] */
	int *tgt_in, *tgt_out, *tgt_pos, *tgt_at;
	/* words of target token i: soft_at[i] .. soft_at[i + 1] - 1; NULL:
	 * none in all of the pairs */
	int *soft_at, *soft_ids, *soft_parts;
};
size_t batch_ints(long max_tokens);
size_t batch_soft_ints(const struct pairs *, long max_tokens);
void batch_fill(struct batch *, const struct pairs *, const int *which, int n,
	int *memory, long max_tokens);

#endif
