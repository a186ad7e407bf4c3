/* coded_rec.h - matrices in codebooks, in files of weights.
 *
 * Instead of the F32 tensor NAME there are "NAME.indices", U8 of [rows, bytes]
 * packed as num/codebook.h says, and "NAME.codebook", F32 of [2^bits], or of
 * [rows, 2^bits]: a codebook a row. The metadata "codebooks" say the matrices'
 * shapes to other readers. The functions here die with a reason that names the
 * file. */
#ifndef CODED_REC_H
#define CODED_REC_H

#include "params.h"
#include "rec/tensors.h"

/* Look for the codebooks of tensors without floats of their own; they point
 * into the file. */
void coded_find(struct params *, const struct tensors *);
/* The tensors of a file: those of floats, codebooks, then indices; 2 n at most,
 * their names borrowed. How many they are. */
size_t coded_tensors(const struct params *, struct tensor *to);
void coded_tensors_free(const struct params *, struct tensor *);
/* The metadata; NULL: there are no codebooks. Caller owns. */
json_t *coded_meta(const struct params *);

#endif
