/* pass.h - one pass of a SubTransformer over a packed batch: forward with the
 * loss, and backward into gradients.
 *
 * Post-norm encoder-decoder as HAT's (ACL 2020, section 3 and fairseq's
 * transformer): see README for where it differs. Everything lies in an arena
 * of the caller's; nothing is allocated in a pass. */
#ifndef PASS_H
#define PASS_H

#include "nn.h"
#include "pairs.h"
#include "params.h"

/* What happens in training only; all zero for evaluation. dropout is that of
 * the super width and scaled by sampled/super width, as in HAT. */
struct regular {
	double dropout, attention_dropout, activation_dropout;
	uint64_t seed, step;    /* name the random masks */
};

/* What layers leave for the backward pass: nothing, as there will be none;
 * the sums before the norms and what attention made; or all products, too,
 * which backward must form again otherwise. */
enum pass_keep { KEEP_NOTHING, KEEP_SUMS, KEEP_ALL };

/* What one layer makes. Ts, Tt: tokens; Q: qkv_dim. */
struct layer_pass {
	float *qkv, *q, *kv, *h;         /* [T,3Q], [T,Q], [S Ts,2Q], [T,F] */
	float *ctx, *lse, *ctx2, *lse2;  /* [T,Q], [T,H] */
	float *r1, *r2, *r3;             /* [T,D] sums before the norms */
	float *stats1, *stats2, *stats3; /* [T,2] */
};

struct pass {
	struct num num;
	const float *src_positions, *tgt_positions;   /* super widths */
	int ld_src_positions, ld_tgt_positions;
	struct layer_pass encoder[LAYERS_MAX], decoder[LAYERS_MAX];
	float *x, *y;                    /* [T, width], scratch */
	float *memory;                   /* [3, Ts, e] last encoder outputs */
	float *out;                      /* [Tt, d] decoder output */
	float *attention, *xent, *parts; /* scratch */
	enum pass_keep keep;
	/* backward: */
	float *dx, *dz, *dqkv, *dctx, *dh, *dkv, *dmemory;
};

/* Lay a pass of a SubTransformer and these sizes out in the arena (base NULL:
 * only count). */
void pass_layout(struct pass *, struct arena *, const struct view *,
	int src_tokens, int tgt_tokens, int max_src, int max_tgt,
	enum pass_keep);

/* Sum of losses over the batch's target tokens, in nats. grad: NULL, or the
 * view of the gradients, which the gradient of the sum is added to. */
struct xent pass_run(struct pass *, const struct view *, const struct batch *,
	double smooth, const struct regular *, struct view *grad);

#endif
