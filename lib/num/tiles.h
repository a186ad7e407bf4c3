/* tiles.h - the parts of a product of matrices that threads form. */
#ifndef TILES_H
#define TILES_H

#include "nn.h"

/* What is done to a tile while it is in the cache. */
struct epilogue {
	const float *bias;   /* [n], or NULL */
	int relu;            /* then drop(max(x, 0)) */
	struct drop drop;
};

/* c[m,n] in count tiles of tm x tn, columns beside each other. */
struct tiling {
	int m, n, tm, tn, columns, count;
};
/* At most largest^2 each, beginning at multiples of PANEL; so many wanted, if
 * they need not be tiny. */
struct tiling gemm_tiles(int m, int n, int largest, int wanted);
struct tile {
	int i, j, m, n;
};
struct tile gemm_tile(const struct tiling *, int which);
void gemm_finish(const struct num *, const struct epilogue *,
	const struct tile *, int n, float *c, int ldc);

#endif
