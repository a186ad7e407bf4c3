/* hog CPU MIB - load the memory from a CPU until killed; says "ready". */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
main(int argc, char **argv)
{
	size_t n = (size_t)(argc > 2 ? atol(argv[2]) : 64) << 20;
	char *from = malloc(n), *to = malloc(n);
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(argc > 1 ? atoi(argv[1]) : 0, &set);
	if (!from || !to || sched_setaffinity(0, sizeof set, &set)) {
		perror("hog");
		return 1;
	}
	memset(from, 1, n);
	memset(to, 2, n);
	puts("ready");
	fflush(stdout);
	for (;; from[to[n / 2] & 63]++)
		memcpy(to, from, n);
}
