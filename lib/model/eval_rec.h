/* eval_rec.h - the validation loss of SubTransformers with inherited
 * weights. */
#ifndef EVAL_REC_H
#define EVAL_REC_H

#include "pass_room.h"
#include "weights_rec.h"

struct eval_result {
	double loss, nll;    /* nats per target token; loss label-smoothed */
	long tokens;
	int lost;            /* a race: loss and nll are estimated */
};

struct batch_loss {
	double loss, nll;    /* summed over its tokens */
	long tokens;
};

/* A validation set and the memory to run any SubTransformer of a shape on
 * it. */
struct validation {
	struct pairs pairs;
	struct plan plan;
	struct pass pass;
	struct arena arena;
	float *positions[STACKS];
	int *ints;
	long max_tokens;
	int longest;          /* sentence */
	double smooth;
	struct batch_loss *losses;   /* [plan.batches] */
};

/* Read pairs from path; dies on bad ones, as pairs_read. max_sentences 0:
 * all. */
void validation_read(struct validation *, const char *path,
	const struct task *, long max_tokens, long max_sentences);
/* Divide the pairs into batches, smaller ones for a race. path: whence they
 * are. Of params the largest is run; fewest_heads: of any layer. Returns
 * how many bytes validation_alloc will take, which comes next. */
size_t validation_open(struct validation *, const char *path,
	const struct params *, int fewest_heads, long max_tokens, int threads,
	enum dtype products, const struct kernels *, double smooth, int race);
void validation_alloc(struct validation *, const struct task *);
void validation_close(struct validation *);
/* The losses of every parts-th batch from number part on, and the mean when all
 * are there. */
void validation_part(struct validation *, const struct params *,
	const struct arch *, int part, int parts);
struct eval_result validation_mean(const struct validation *);

/* A supernet and a validation set. */
struct eval;
/* --label-smoothing: below 0 that of the weights. */
#define OPT_SMOOTHING(t) OPT_REAL(0, "label-smoothing", t, -1, 0.99, \
	"label smoothing of the loss, -1: that of the supernet's training")
/* Dies on bad files. */
struct eval *eval_open(const char *weights, const char *pairs,
	long max_tokens, long sentences, int threads, enum dtype products,
	const struct kernels *, double smooth, int race);
const struct space *eval_space(const struct eval *);   /* NULL: a sub */
const struct task *eval_task(const struct eval *);
/* -1 with a reason where the arch does not fit the weights. own, rival
 * [eval_pairs]: losses of sentences, summed over their tokens. With own it is a
 * race: own is filled in as far as is needed to see that it is worse than the
 * rival (see race.h); tokens are then those that it saw. rival NULL: it goes to
 * the end. */
int eval_arch(struct eval *, const struct arch *, const float *rival,
	float *own, struct eval_result *, struct why *);
size_t eval_pairs(const struct eval *);
/* Members that say what a loss hangs on; with another "rounding" it differs in
 * its last digits. */
void eval_members(const struct eval *, struct buf *);
void eval_close(struct eval *);

#endif
