/* Loaded before a program (LD_PRELOAD): a machine of so many CPUs as FEIGNED_CPUS
 * says. Threads of theirs share those that there are. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

int
sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
	const char *said = getenv("FEIGNED_CPUS");
	int n = said ? atoi(said) : 1;

	(void)pid;
	if ((size_t)n > 8 * size) {
		errno = EINVAL;
		return -1;
	}
	memset(set, 0, size);
	for (int i = 0; i < n; i++)
		CPU_SET_S((size_t)i, size, set);
	return 0;
}
