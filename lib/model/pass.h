/* pass.h - one pass of a SubTransformer over a packed batch: forward with the
 * loss, and backward into gradients.
 *
 * Post-norm encoder-decoder as HAT's (ACL 2020, section 3 and fairseq's
 * transformer): see README for where it differs. Everything lies in an arena
 * of the caller's; nothing is allocated in a pass. */
#ifndef PASS_H
#define PASS_H

#include "block.h"
#include "num/xent.h"
#include "text/pairs.h"

/* What happens in training only; all zero for evaluation. All but the dropout
 * of attention is that of the super width and scaled by sampled/super width,
 * as in HAT. */
struct dropout_rates {
	double dropout, attention_dropout, activation_dropout;
	uint64_t seed, step;    /* name the random masks .. */
	int sub;                /* of this SubTransformer of the step */
};

/* What blocks leave for the backward pass: nothing, as there will be none;
 * what it can't do without; or all products, too, which it must form again
 * otherwise. */
enum pass_keep { KEEP_NOTHING, KEEP_SUMS, KEEP_ALL };

/* Ts, Tt: tokens of the source, of the target; T the larger; e, d: widths. */
struct pass {
	struct num num;
	const float *positions[STACKS];  /* [.., super width] */
	int ld_positions[STACKS];
	struct block_pass block[STACKS][LAYERS_MAX * LAYER_BLOCKS];
	float *x;                        /* [T, width], scratch */
	float *memory;                   /* [MEMORIES, Ts, e], see memory_of */
	float *out;                      /* [Tt, d] decoder output */
	float *attention, *xent, *parts; /* scratch */
	float *each;                     /* [Tt] the loss of each token, filled
	                                  * in, forward alone; or NULL */
	enum pass_keep keep;
	/* backward: */
	float *dx, *dz;                  /* [T, width] */
	float *back;                     /* scratch of a block */
	float *dmemory;                  /* [MEMORIES, Ts, e] */
	/* NULL, or told when the loss is known and the backward pass begins. */
	void (*loss_done)(void *arg);
	/* NULL, or told as soon as the gradients of a layer are complete, from
	 * the decoder's last to the encoder's first; then the tables are. */
	void (*layer_done)(void *arg, enum stack, int layer);
	void *arg;
};

/* Lay a pass of a SubTransformer and these sizes out in the arena (base NULL:
 * only count). */
void pass_layout(struct pass *, struct arena *, const struct view *,
	int src_tokens, int tgt_tokens, int max_src, int max_tgt,
	enum pass_keep);

/* Sum of losses over the batch's target tokens, in nats. teacher: NULL, or
 * what is to be learnt of one beside the targets. grad: NULL, or the view of
 * the gradients, which the gradient of the sum is added to. */
struct xent pass_run(struct pass *, const struct view *, const struct batch *,
	double smooth, const struct teacher *, const struct dropout_rates *,
	struct view *grad);
/* Forward alone and without dropout: to the output layer, whose input is p->out
 * then. */
struct outputs pass_outputs(struct pass *, const struct view *,
	const struct batch *);

enum drop_site {
	DROP_EMBED, DROP_PROBS, DROP_ATTENDED, DROP_HIDDEN, DROP_FFN,
	DROP_SITES
};
/* Random masks of one pass: those of three numbers, see block_drop. */
enum { DROP_PLACES = 3 * LAYERS_MAX * DROP_SITES };

#endif
