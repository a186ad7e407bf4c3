/* workload.h - what is translated when a model is timed.
 *
 * A repetition is a few batches of sentences of given lengths: one batch of
 * equal sentences, or batches as a file of sentence pairs gives them. Words
 * are drawn: they do not matter. */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdint.h>
#include "decode/decoder.h"
#include "text/pairs.h"

struct workload {
	int beam, batch, threads;   /* set by the caller, and all to k */
	const struct device *device;
	enum dtype dtype;        /* of the weights as they are packed .. */
	const char *numbers;     /* .. and on the device */
	int codebooks;           /* bits of those of the weights, 0: none */
	const struct kernels *k;
	int batches;
	int *at;                 /* [batches + 1] its sentences */
	int *src, *tgt;          /* [sentences] lengths, </s> counted */
	double src_len, tgt_len; /* their means */
	long pairs;              /* that they stand for; 0: no file */
	uint64_t digest;         /* of all lengths */
};

/* One batch of sentences of these lengths. */
void workload_uniform(struct workload *, int src_len, int tgt_len);
/* Pairs sorted by source length, as translate does, and cut into batches; of
 * these, sorted by steps, so many at even distances. -1: there are none. */
int workload_pairs(struct workload *, const struct pairs *, int batches);
void workload_free(struct workload *);
/* Of batch b: decoder steps, and sentences still unfinished in a step. */
int workload_steps(const struct workload *, int b);
int workload_alive(const struct workload *, int b, int step);

#endif
