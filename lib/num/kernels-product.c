/* Small products. */
#include "kernels-isa.h"
#include "vec.h"

/* mr rows and nv vectors of columns of a product; mr and nv are constants
 * after inlining. */
IN void
block(int mr, int nv, int k, const float *a, size_t ars, size_t acs,
	const float *b, size_t ldb, float *c, size_t ldc, int left,
	enum store add)
{
	vf acc[8][4];

	for (int i = 0; i < mr; i++)
		for (int j = 0; j < nv; j++)
			acc[i][j] = add ? get(c + (size_t)i * ldc + j * W,
				left - j * W) : (vf){ 0 };
	for (int p = 0; p < k; p++) {
		vf bv[4];
		for (int j = 0; j < nv; j++)
			bv[j] = load(b + (size_t)p * ldb + j * W);
		for (int i = 0; i < mr; i++) {
			vf av = all(a[(size_t)i * ars + (size_t)p * acs]);
			for (int j = 0; j < nv; j++)
				acc[i][j] = muladd(av, bv[j], acc[i][j]);
		}
	}
	for (int i = 0; i < mr; i++)
		for (int j = 0; j < nv; j++)
			put(c + (size_t)i * ldc + j * W, acc[i][j],
				left - j * W);
}

IN void
block_rows(int nv, int m, int k, const float *a, size_t ars, size_t acs,
	const float *b, size_t ldb, float *c, size_t ldc, int left,
	enum store add)
{
	int i = 0;

#define ROWS(n) block(n, nv, k, a + (size_t)i * ars, ars, acs, b, ldb, \
	c + (size_t)i * ldc, ldc, left, add)
	for (; i + 6 <= m; i += 6)
		ROWS(6);
	switch (m - i) {
	case 5: ROWS(5); break;
	case 4: ROWS(4); break;
	case 3: ROWS(3); break;
	case 2: ROWS(2); break;
	case 1: ROWS(1); break;
	}
#undef ROWS
}

void
PASTE(product, ISA)(int m, int n, int k, const float *a, size_t ars,
	size_t acs, const float *b, size_t ldb, float *c, size_t ldc,
	enum store add)
{
	for (int j = 0; j < n; j += 2 * W) {
		if (n - j > W)
			block_rows(2, m, k, a, ars, acs, b + j, ldb, c + j,
				ldc, n - j, add);
		else
			block_rows(1, m, k, a, ars, acs, b + j, ldb, c + j,
				ldc, n - j, add);
	}
}
