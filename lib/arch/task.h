/* task.h - what a model is for: its vocabularies and the supernet's widths.
 *
 * The super widths matter to a SubTransformer too: positions and the scale of
 * dropout follow them. A value of 0 is not known. */
#ifndef TASK_H
#define TASK_H

#include <jansson.h>
#include "base/die.h"
#include "base/mem.h"
#include "stack.h"

struct task {
	int src_vocab, tgt_vocab;
	int share_all_embeddings;          /* 0, 1; -1 not known */
	int super_encoder_embed_dim, super_decoder_embed_dim;
};

enum { VOCAB_DEFAULT = 32768, VOCAB_MAX = 1 << 24 };

struct task task_unknown(void);
int task_width(const struct task *, enum stack);   /* the supernet's */
/* j: the object behind "task", NULL for none. 0, or -1 with a reason. */
int task_from_json(struct task *, const json_t *j, struct why *);
/* Is there a model of what is known, of these widths (0: any)? 0, or -1 with
 * a reason. */
int task_check(const struct task *, int encoder_embed, int decoder_embed,
	struct why *);
/* Take from b what a does not know. */
void task_fill(struct task *a, const struct task *b);
/* The same for a and b of two files: -1 with a reason where both know a value
 * and disagree, unless option, which comes before files, has it. */
int task_join(struct task *a, const struct task *b, const struct task *option,
	struct why *);
/* The defaults for what is still not known: 32,768 words, shared if both
 * sides have the same number and nothing else was said, the given widths. */
int task_complete(struct task *, int encoder_embed, int decoder_embed,
	struct why *);
/* Do both know a value and disagree? -1 with the reason, else 0. */
int task_agree(const struct task *a, const struct task *b, struct why *);
void task_print(struct buf *, const struct task *);   /* {"src_vocab":..} */

#endif
