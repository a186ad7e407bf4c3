/* beam.h - beam search as fairseq's.
 *
 * Each step looks at the 2 x beam best continuations of a sentence; a </s>
 * among the first beam of them finishes its hypothesis, the first beam others
 * go on. A sentence is done when beam hypotheses are finished. A hypothesis'
 * score is its log probability, </s> included, over its length^lenpen, </s>
 * counted. Greedy search is a beam of 1. <pad> is never chosen, nor <unk> where
 * no_unk; what they would have had is not given to the others. */
#ifndef BEAM_H
#define BEAM_H

#include "decoder.h"

struct beam_options {
	int beam;
	double lenpen;
	double max_len_a;       /* at most a x source length + b words .. */
	int max_len_b, min_len; /* .. and at least min_len, </s> not counted;
	                           max_len comes first, as in fairseq */
	int no_unk;
};

struct hyp {
	const int *ids;         /* n of them, the last is </s> */
	int n;
	double score;
};

struct beam {
	struct beam_options o;
	struct decoder *d;
	struct arena arena;
	int sentences;
	/* rows of this step, those of a sentence together */
	int rows, step;
	int *token, *parent, *sentence;    /* [R] */
	double *score;                     /* [R] sum of log probabilities */
	int *next_token, *next_parent, *next_sentence;
	double *next_score;
	int *past_token, *past_parent;     /* [steps, R] */
	/* sentences */
	int *done, *max_len;               /* [n] finished; words allowed */
	struct hyp *hyp;                   /* [n, beam] best first */
	int *ids;                          /* of hypotheses; room for
					    * [n, beam, steps] */
	size_t ids_used;
};

/* The decoder is borrowed; its room is the search's. */
void beam_init(struct beam *, struct decoder *, const struct beam_options *);
void beam_free(struct beam *);
/* Bytes that a search of this room takes beside its decoder. */
size_t beam_bytes(const struct room *);
/* Words that a source of so many tokens may become. */
int beam_max_len(const struct beam_options *, int src_len);
/* How much room a decoder needs for such a batch. */
struct room beam_room(const struct beam_options *, int sentences,
	int src_tokens, int max_src);

/* Translate n sentences (as decoder_encode): encode and start; one step, 0
 * when all are done; sort what was found. beam_search is all of it. */
void beam_start(struct beam *, const int *src, const int *at, int n);
int beam_step(struct beam *);
void beam_end(struct beam *);
void beam_search(struct beam *, const int *src, const int *at, int n);
/* The hypotheses of sentence s, best first; until the next start. */
const struct hyp *beam_hyps(const struct beam *, int s, int *n);

#endif
