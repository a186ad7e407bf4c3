/* positions WIDTH ROWS - the table of positions, a row a line, from that of
 * the first token on. */
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "model/params.h"
#include "num/nn.h"
#include "text/pairs.h"

int
main(int argc, char **argv)
{
	int width = argc > 2 ? atoi(argv[1]) : 0;
	int rows = argc > 2 ? atoi(argv[2]) + POSITION_FIRST : 0;

	if (width < 1 || rows < 1)
		return 2;
	float *t = xaligned((size_t)width * (size_t)rows * sizeof *t +
		NUM_SLACK);
	positions_fill(t, 0, rows, width);
	for (int i = POSITION_FIRST * width; i < rows * width; i++)
		printf("%.9g%c", (double)t[i], (i + 1) % width ? ' ' : '\n');
	free(t);
	return 0;
}
