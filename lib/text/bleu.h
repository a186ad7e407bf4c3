/* bleu.h - BLEU of a corpus (Papineni et al., ACL 2002), with the numbers of
 * sacreBLEU (Post, WMT 2018).
 *
 * Sentences are reduced to counts, which add up; the score comes from the
 * sums. Nothing here prints or exits. */
#ifndef BLEU_H
#define BLEU_H

#include <stddef.h>
#include "mem.h"
#include "tokenize.h"
#include "words.h"

enum { BLEU_ORDER = 4 };   /* longest n-gram */

enum bleu_smooth { SMOOTH_NONE, SMOOTH_FLOOR, SMOOTH_ADD_K, SMOOTH_EXP };

struct bleu_opts {
	enum tokenizer tokenize;
	enum bleu_smooth smooth;
	double smooth_value;      /* of floor and add-k */
	int lowercase;
};

extern const char *const bleu_tokenizers[];   /* names by enum */
extern const char *const bleu_smooths[];
double bleu_smooth_default(enum bleu_smooth);

/* What is known of one sentence, or of a corpus: the sum. */
struct bleu_stats {
	long hyp_len, ref_len;    /* tokens; of the closest reference */
	long correct[BLEU_ORDER], total[BLEU_ORDER];
};

struct bleu_text {
	const char *s;
	size_t len;
};

struct gram {
	uint64_t key;             /* the n-gram without its last word; the word */
	long hyp, ref;            /* how often; in the reference with the most */
	long now;                 /* in reference number seen */
	size_t seen;
	int order;
};

/* Memory for counting. Zero-initialise, bleu_free. */
struct bleu {
	struct words words;       /* all tokens so far */
	struct tokens tokens;
	int *id;                  /* [id_cap] of one text */
	size_t id_cap;
	struct gram *gram;        /* [grams] of one sentence */
	uint32_t *slot;           /* [slots] number of a gram + 1, or 0 */
	size_t grams, gram_cap, slots;
};

/* Count a hypothesis against n > 0 references. */
struct bleu_stats bleu_count(struct bleu *, const struct bleu_opts *,
	struct bleu_text hyp, const struct bleu_text *refs, size_t n);
void bleu_add(struct bleu_stats *sum, const struct bleu_stats *);
void bleu_free(struct bleu *);

struct bleu_score {
	double score, bp;               /* 0..100, 0..1 */
	double precision[BLEU_ORDER];   /* 0..100 */
};
struct bleu_score bleu_score(const struct bleu_stats *,
	const struct bleu_opts *);

/* "66.7/50.0/.. (BP = .. ratio = .. hyp_len = .. ref_len = ..)" */
void bleu_verbose(struct buf *, const struct bleu_stats *,
	const struct bleu_score *);
/* "exp", "floor[0.10]": what the signature says of smoothing. */
void bleu_smooth_text(struct buf *, const struct bleu_opts *);

#endif
