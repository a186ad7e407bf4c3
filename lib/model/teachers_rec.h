/* teachers_rec.h - trained models that say what they expect at every target
 * token; several are an ensemble, whose probabilities are averaged. */
#ifndef TEACHERS_REC_H
#define TEACHERS_REC_H

#include "pass.h"
#include "weights_rec.h"

struct teachers;
/* Load n models; a supernet stands for its largest SubTransformer. src_dict:
 * the file of the dictionary that the pairs are in, or NULL; tgt_dict: of the
 * target, NULL: the same. Dies where the models or the files have other words.
 * teachers_close. */
struct teachers *teachers_open(const char *const *paths, size_t n,
	const char *src_dict, const char *tgt_dict, int threads,
	const struct kernels *);
/* The vocabularies. */
const struct task *teachers_task(const struct teachers *);
/* The likeliest words at each of the batch's target tokens, given those before
 * it: ids[T,k], p[T,k], see nn_likeliest. Dies where the weights are not
 * finite. */
void teachers_ask(struct teachers *, const struct batch *, float temperature,
	int k, int *ids, float *p);
void teachers_close(struct teachers *);

#endif
