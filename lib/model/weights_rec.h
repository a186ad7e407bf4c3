/* weights_rec.h - models in files: safetensors that describe themselves.
 *
 * __metadata__ holds "arch" (the shape stored), "task", and of a supernet its
 * "space", as JSON texts, and "label_smoothing"; the dictionaries are the U8
 * tensors "src_dict" and "tgt_dict" (dict.txt's bytes), what cut the text for
 * them "spm" (a SentencePiece model). Matrices may be in codebooks, see
 * coded_rec.h. The functions here die with a reason that
 * names the file. */
#ifndef WEIGHTS_REC_H
#define WEIGHTS_REC_H

#include "arch/space.h"
#include "params.h"
#include "rec/tensors.h"

struct blob {
	char *bytes;    /* owned; NULL: none */
	size_t len;
};

/* Of weights that do not say what they were trained with. */
#define SMOOTHING_DEFAULT 0.1

struct weights {
	struct params params;
	double label_smoothing;         /* of the training, in [0, 1) */
	struct space space;             /* of a supernet */
	int is_super;
	struct blob src_dict, tgt_dict, spm;
	struct tensors file;            /* while it is open */
	int in_file;                    /* params.w points into it */
};

/* Codebooks are made floats of, or kept where they are: then what is coded has
 * no floats, or, to be trained, has both. */
enum weights_as { FLOATS, CODES, BOTH };
void weights_load_as(struct weights *, const char *path, enum weights_as);
void weights_load(struct weights *, const char *path);   /* as floats */
/* The same in two steps: all but the weights; then a view of those of a
 * SubTransformer, which must fit, in memory that is borrowed from the file
 * where it can be, so that it is to be read only and once, by packed_take. Both
 * ways numbers are finite. */
void weights_open(struct weights *, const char *path);
void weights_lend(struct weights *, const struct arch *, struct view *);
void weights_free(struct weights *);
/* Write the model; as a file, whole or not at all. */
struct out;
void weights_write(const struct weights *, struct out *);
void weights_save(const struct weights *, const char *path);
/* The SubTransformer's slice as a model of its own (arch must fit). */
void weights_slice(struct weights *to, const struct weights *from,
	const struct arch *);
/* Are all n of them numbers that one can compute with? */
int weights_finite(const float *, size_t n);
/* A file's bytes. */
enum content { TEXT, NO_TEXT };
struct blob blob_load(const char *path, enum content);
struct blob blob_copy(const struct blob *);

#endif
