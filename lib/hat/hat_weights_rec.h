/* hat_weights_rec.h - HAT's checkpoints as models of ours.
 *
 * A checkpoint is a safetensors file with the names and shapes of HAT's state
 * dict, whatever stands before the names, F16 or F32, as large as the
 * SuperTransformer; what a SubTransformer uses are first rows, columns and
 * layers. Dies with a reason that names file and tensor. */
#ifndef HAT_WEIGHTS_REC_H
#define HAT_WEIGHTS_REC_H

#include "model/weights_rec.h"

struct hat_model {
	const char *weights;               /* the checkpoint */
	const char *yaml;                  /* what is in it; NULL: stdin */
	const char *name;                  /* of a space, or NULL: the file's */
	const char *src_dict, *tgt_dict;   /* or NULL */
	int qkv_dim;                       /* 0: not given */
	struct task task;                  /* what was given */
};

/* The SubTransformer, or the supernet of the space, that the YAML names. */
void hat_weights_load(struct weights *, const struct hat_model *);

#endif
