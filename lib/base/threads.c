#include "cpus.h"
#include "die.h"
#include "mem.h"
#include "stack.h"
#include "team.h"
#include "threads.h"

/* Address space that glibc's malloc reserves for a thread that calls it. */
enum { HEAP_BYTES = 64 << 20 };

static int
fit(const struct thread_room *r, int n)
{
	return mem_reservable(2 * ((double)r->once +
		n * ((double)r->each + STACK_BYTES + HEAP_BYTES)));
}

static void
tell(int n, int cpus, const char *why)
{
	warn("%d thread%s, not one for each of %d CPUs: %s", n,
		n > 1 ? "s" : "", cpus, why);
}

int
threads_get(long wanted, struct thread_room room, int quiet)
{
	int cpus = cpus_threads(wanted), n = cpus, most;

	if (wanted)
		return n;
	while (n > 1 && !fit(&room, n))
		n--;
	most = team_most(n);
	if (!quiet && most < n)
		tell(most, cpus, "no more can be started (ulimit -u, or the "
			"container's limit of processes)");
	else if (!quiet && n < cpus)
		tell(n, cpus, "more would take over half of the address space "
			"that is left (ulimit -v, ulimit -d); --threads N "
			"takes N");
	return most;
}
