/* score_rec.h - scores of a stream of records or lines.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef SCORE_REC_H
#define SCORE_REC_H

#include "rec/in.h"
#include "resample.h"

enum { METRICS_MAX = 3 };

struct rec;

/* What is wanted; read by all, changed by none. */
struct score_opts {
	struct metric metric[METRICS_MAX];
	size_t metrics;
	const char *remove_bpe;   /* as text_remove_bpe */
	int compound_split;       /* "a-b" is three words */
	int decimals;             /* of what is printed; -1: the default, 1 */
	int text, score_only;     /* what is printed, and no record */
	int sentence;             /* print each sentence's own scores */
	int warns;                /* of text that is in tokens already */
	long bootstrap;           /* resamples for intervals, 0: none */
	long randomise;           /* trials of randomisation, or 0 */
	uint64_t seed;
};

/* What is known of one system. opts and keep are the caller's, the rest is
 * zero at first. scorer_free. */
struct scorer {
	const struct score_opts *opts;
	int keep;                 /* rows, and which references they are of */
	struct counter counter;
	struct buf *text;         /* [cap] the hypothesis, the references */
	struct span *view;        /* [cap] the same */
	size_t cap, n;            /* n: texts of this sentence */
	size_t refs;              /* of all sentences, or (varies) the first */
	int varies;
	long sentences, in_tokens;   /* in_tokens: that end in " ." */
	double *row[METRICS_MAX]; /* of this sentence */
	double *sums[METRICS_MAX];
	struct rows rows[METRICS_MAX];
	uint64_t *refs_hash;      /* [hash_cap] of each sentence's references */
	size_t hash_cap;
};

/* A file, or (NULL) stdin: its lines against those of n files of references, or
 * without such its records {"hyp":"text","ref":"text" or ["text",..]}. */
void score_system(struct scorer *, const char *path, const char *const *refs,
	size_t n);
void scorer_free(struct scorer *);

/* Print one record with sacreBLEU's keys for each metric, or what opts want
 * instead. Something was scored. */
void score_put(const struct scorer *);
/* Print the scores of the sentence at hand: added to its record, or (NULL)
 * alone. */
void score_put_sentence(const struct scorer *, const struct rec *);

/* Compare the systems in n files with the first of them and print a record
 * of each; refs: files of references, where the systems are text. */
void score_paired(const struct score_opts *, const char *const *systems,
	size_t n, const char *const *refs, size_t files);

/* "nrefs:1|bs:1000|seed:12345|case:mixed|..|version:milliner-0.1" */
void score_signature(struct buf *, const struct score_opts *,
	const struct metric *, size_t refs, int varies);
/* x as JSON: the shortest number that reads the same; rounded first to so
 * many decimals, unless that is negative. */
void score_number(struct buf *, double x, int decimals);

#endif
