/* backward.h - what the two halves of a pass share; not for other rooms. */
#ifndef BACKWARD_H
#define BACKWARD_H

#include "pass.h"

enum drop_site {
	DROP_EMBED, DROP_PROBS, DROP_ATTENDED, DROP_HIDDEN, DROP_FFN,
	DROP_SITES
};

/* stack: 0 encoder, 1 decoder, 2 cross-attention. share: sampled/super width,
 * which scales all dropout but that of probabilities and hidden units. */
struct drop pass_drop(const struct regular *, enum drop_site, int stack,
	int layer, double share);
double pass_share(const struct view *, int stack);
struct attention pass_self(const struct batch *, int stack, int heads, int q,
	float *qkv, struct drop);
struct attention pass_cross(const struct batch *, const struct decoder_layer *,
	int q, float *qs, float *kv, struct drop);
void pass_linear(const struct num *, const struct linear *, int t,
	const float *x, float *y);
void pass_hidden(const struct num *, const struct linear *fc1, int t,
	const float *x, struct drop, float *h);
void pass_embed(struct pass *, const struct view *, const struct batch *,
	const struct regular *, int stack, float *x);

/* From p->dx, the gradient at the decoder's output, to all gradients. */
void pass_backward(struct pass *, const struct view *, const struct batch *,
	const struct regular *, struct view *grad);

#endif
