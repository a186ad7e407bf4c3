/* eval_rec.h - the validation loss of SubTransformers with inherited
 * weights. */
#ifndef EVAL_REC_H
#define EVAL_REC_H

#include "pass_room.h"
#include "weights_rec.h"

struct eval_result {
	double loss, nll;    /* nats per target token; loss label-smoothed */
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
};

/* Read pairs from path; dies on bad ones. shape: the largest to be run;
 * heads: the fewest of any layer. max_sentences 0: all. Returns how many
 * bytes validation_alloc will take, which comes next. */
size_t validation_open(struct validation *, const char *path,
	const struct params *, int fewest_heads, long max_tokens,
	long max_sentences, int threads, const struct kernels *,
	double smooth);
void validation_alloc(struct validation *, const struct task *);
void validation_close(struct validation *);
struct eval_result validation_run(struct validation *, const struct params *,
	const struct arch *);

/* A supernet and a validation set. */
struct eval;
/* --label-smoothing: below 0 that of the weights. */
#define OPT_SMOOTHING(t) OPT_REAL(0, "label-smoothing", t, -1, 0.99, \
	"label smoothing of the loss, -1: that of the supernet's training")
/* Dies on bad files. */
struct eval *eval_open(const char *weights, const char *pairs,
	long max_tokens, long sentences, int threads, const struct kernels *,
	double smooth);
const struct space *eval_space(const struct eval *);   /* NULL: a sub */
const struct task *eval_task(const struct eval *);
/* -1 with a reason where the arch does not fit the weights. */
int eval_arch(struct eval *, const struct arch *, struct eval_result *,
	struct why *);
void eval_close(struct eval *);

#endif
