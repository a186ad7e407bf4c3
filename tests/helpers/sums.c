/* sums TIMES FLOATS - started by mpirun: seconds that a sum of so many floats takes
 * as a training forms it, the median of so many. */
#include <stdio.h>
#include <stdlib.h>
#include "base/mem.h"
#include "base/stats.h"
#include "rec/progress.h"
#include "train/peers.h"

/* All begin together. */
static double
seconds_of_sum(struct peers *p, float *x, size_t n, char *all)
{
	peers_gather(p, "", 1, all);
	double begin = seconds_now();
	peers_sum(p, x, n, 0);
	peers_wait(p);
	return seconds_now() - begin;
}

int
main(int argc, char **argv)
{
	struct peers p = { 0 };
	struct why why;
	size_t times = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
	size_t n = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

	if (!times || !n)
		die("sums TIMES FLOATS");
	if (peers_join(&p, &why))
		die("%s", why.text);
	float *x = xcalloc(n, sizeof *x);
	double *took = xcalloc(times, sizeof *took);
	char *all = xcalloc((size_t)p.n, 1);
	for (size_t i = 0; i < times; i++)
		took[i] = seconds_of_sum(&p, x, n, all);
	if (!p.rank)
		printf("%.6f\n", stats_median(took, times));
	peers_leave(&p);
	free(x);
	free(took);
	free(all);
	return 0;
}
