/* genome.h - what evolution works on: a choice for every gene of every layer
 * that the space can have, whether the layer is in use or not, so that parents
 * of different depths can be crossed (HAT, ACL 2020, section 3.3).
 *
 * A plain value: copy it with =. */
#ifndef GENOME_H
#define GENOME_H

#include "arch/arch.h"

struct genome {
	int gene[GENES][LAYERS_MAX];   /* 0 past the space's deepest stack */
};

/* Uniform; what it expresses is distributed as arch_sample draws. */
void genome_sample(struct genome *, const struct space *, struct rng *);
void genome_smallest(struct genome *, const struct space *);
/* Each gene of the parent drawn anew, uniformly, with this probability. */
void genome_mutate(struct genome *, const struct genome *parent,
	const struct space *, double prob, struct rng *);
/* Each gene from one of the parents, both as likely. */
void genome_cross(struct genome *, const struct genome *, const struct genome *,
	const struct space *, struct rng *);
/* What it expresses. Attention to more layers than the encoder has becomes
 * attention to as many as the space then allows. */
void genome_arch(struct arch *, const struct genome *, const struct space *);

#endif
