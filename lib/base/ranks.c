#include <stdlib.h>
#include <string.h>
#include "die.h"
#include "ranks.h"

int
ranks_launched(void)
{
	return getenv("OMPI_COMM_WORLD_SIZE") || getenv("PMIX_RANK");
}

static int divided;

void
ranks_divide(void)
{
	divided = 1;
}

void
ranks_warn(void)
{
	const char *n = getenv("OMPI_COMM_WORLD_SIZE");
	const char *rank = getenv("OMPI_COMM_WORLD_RANK");

	if (!divided && n && rank && atoi(n) > 1 && !strcmp(rank, "0"))
		warn("started %d times by mpirun: each does all of the work, "
			"and only the first is given stdin; only train-super "
			"and train-sub divide their work", atoi(n));
}
