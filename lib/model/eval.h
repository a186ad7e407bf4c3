/* eval.h - STUB, to be replaced: how good a SubTransformer is with the weights
 * that it inherits from a supernet. */
#ifndef EVAL_H
#define EVAL_H

#include "arch.h"
#include "task.h"

struct eval;   /* a supernet's weights and a validation set */
/* nats per target token */
struct eval_result { double loss, nll; long tokens; };

/* Dies on bad files. sentences: only the first ones, 0: all. */
struct eval *eval_open(const char *weights, const char *pairs, long max_tokens,
	long sentences, int threads);
/* From the weights' metadata; NULL if they are of a sub. */
const struct space *eval_space(const struct eval *);
const struct task *eval_task(const struct eval *);
int eval_arch(struct eval *, const struct arch *, struct eval_result *,
	struct why *);
void eval_close(struct eval *);

#endif
