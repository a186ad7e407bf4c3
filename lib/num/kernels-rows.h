/* kernels-rows.h - what kernels of rows share. */
#ifndef KERNELS_ROWS_H
#define KERNELS_ROWS_H

#include <math.h>
#include "vec.h"

IN float
row_max(int n, const float *s)
{
	vf low = all(-INFINITY), m = low;
	int j = 0;

	for (; j + W <= n; j += W)
		m = vmax(m, load(s + j));
	for (; j < n; j += W)
		m = vmax(m, only(get(s + j, n - j), n - j, low));
	return max_of(m);
}

#endif
