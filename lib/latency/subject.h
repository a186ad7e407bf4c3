/* subject.h - what is timed: a SubTransformer ready to translate. */
#ifndef SUBJECT_H
#define SUBJECT_H

#include "decode/beam.h"
#include "pin.h"
#include "workload.h"

/* A model ready to be timed. */
struct subject {
	const struct workload *w;
	struct packed_model model;
	struct decoder *decoder;
	struct beam beam;
	int *src, *at;           /* words; [sentences + batches] offsets */
	float *scale;            /* owned; bytes from a random block */
	int32_t *shift;
};

/* Random weights for shapes: one block that all subjects of a run share, so
 * that nothing has to be made or packed for each. It only grows. */
struct random_block {
	float *w;
	size_t floats;
	void *panels;            /* of dtype; fp32: w */
	enum dtype dtype;
	uint64_t seed;
	float *ones;             /* gains of the norms */
	int8_t tables[2 * TABLE_BYTES];   /* kmeans4 */
};
void random_block_free(struct random_block *);

/* Room for so many floats. If it must grow, subjects made from it must be
 * freed before and made again. */
void random_block_grow(struct random_block *, size_t floats);
/* Floats that a block must have for a subject. */
size_t subject_floats(const struct arch *, const struct task *, enum dtype);
/* Bytes of a block of so many. */
double block_bytes(size_t floats, enum dtype);
/* Bytes that a subject takes beside its weights, those of its weights where
 * they are packed for it alone, and those of a device that has its own. */
double subject_bytes(const struct arch *, const struct task *,
	const struct workload *, size_t *weights, double *own);
/* A SubTransformer with weights from the block, which has room for it; task
 * must be complete. The workload is borrowed. Where the device cannot, the
 * decoder has failed. */
void subject_random(struct subject *, const struct random_block *,
	const struct arch *, const struct task *, const struct workload *);
/* .. with the view's own. */
void subject_view(struct subject *, const struct view *, uint64_t seed,
	const struct workload *);
void subject_free(struct subject *);
/* Tie each thread to a CPU of its own, of those that the process has. */
void subject_pin(struct subject *, const cpu_set_t *);
/* Encode batch b; then beam_step until it says 0. */
void subject_encode(struct subject *, int b);

#endif
