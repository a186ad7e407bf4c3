/* score_rec.h - the BLEU of a stream of records or lines.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef SCORE_REC_H
#define SCORE_REC_H

#include "bleu.h"
#include "in.h"

/* The caller sets the first two, the rest is zero. score_free. */
struct scorer {
	struct bleu_opts opts;
	const char *remove_bpe;   /* borrowed; as text_remove_bpe */
	struct bleu counter;
	struct bleu_stats sum;
	struct buf *text;         /* [cap] the hypothesis, the references */
	struct bleu_text *view;   /* [cap] the same */
	size_t cap, n;            /* n: texts of this sentence */
	size_t refs;              /* of the first sentence */
	int varies;               /* not all sentences have so many */
	long sentences;
};

/* All records {"hyp":"text","ref":"text" or ["text",..]}. */
void score_records(struct scorer *, struct in *);
/* All lines against those of n files of references. */
void score_lines(struct scorer *, struct in *, const char *const *paths,
	size_t n);
/* Print one record with sacreBLEU's keys; text: its line of text;
 * score_only: the number. Something was scored. */
void score_put(const struct scorer *, int decimals, int text, int score_only);
void score_free(struct scorer *);

#endif
