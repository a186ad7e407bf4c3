/* num.h - what products, kernels and threads the operations use. */
#ifndef NUM_H
#define NUM_H

#include "base/die.h"
#include "base/mem.h"
#include "base/threads.h"
#include "kernels.h"

struct num {
	int threads;
	const struct kernels *k;
	struct blas *blas;      /* products in fp32; owned */
	uint32_t *scratch;      /* products in bf16: packed blocks; owned */
	struct team *team;      /* owned */
};
/* Products of matrices in fp32 or bf16; attention's are in fp32. Fewer threads
 * where BLAS serves no more at once. 0, and then num_free; -1 with a reason
 * where BLAS is not to be had. */
int num_open(struct num *, int threads, enum dtype products,
	const struct kernels *, struct why *);
void num_free(struct num *);
/* What num_open will take, for threads_get. */
struct thread_room num_room(enum dtype products);
/* The BLAS and its kernels in use; of fp32 only. */
const char *num_blas(const struct num *);
/* The kernels in use, and the BLAS: by others last digits differ. Caller
 * frees. */
char *num_kernels(const struct num *);
/* A reason why BLAS runs slower than this CPU could, or NULL. */
const char *num_blas_slow(const struct num *);

#endif
