#include <errno.h>
#include <math.h>
#include <sched.h>
#include "cgroup.h"
#include "cpus.h"

int
cpus_allowed(void)
{
	int n = 0;

	/* the kernel's mask may be longer than cpu_set_t */
	for (int bits = CPU_SETSIZE; !n && bits <= 1 << 20; bits *= 2) {
		cpu_set_t *set = CPU_ALLOC((size_t)bits);
		if (!set)
			break;
		if (!sched_getaffinity(0, CPU_ALLOC_SIZE((size_t)bits), set))
			n = CPU_COUNT_S(CPU_ALLOC_SIZE((size_t)bits), set);
		else if (errno != EINVAL)
			bits = 1 << 20;
		CPU_FREE(set);
	}
	return n > 0 ? n : 1;
}

/* Of a group: quota over period, where both are there and mean something. */
static double
group_quota(const struct cgroup *g, int version)
{
	double quota, period;

	if (version == 2 ? cgroup_number(g, "cpu.max", 0, &quota) ||
	    cgroup_number(g, "cpu.max", 1, &period) :
	    cgroup_number(g, "cpu.cfs_quota_us", 0, &quota) ||
	    cgroup_number(g, "cpu.cfs_period_us", 0, &period))
		return INFINITY;
	return quota > 0 && period > 0 ? quota / period : INFINITY;
}

double
cpus_quota(const char *root)
{
	double least = INFINITY;
	struct cgroup g;

	for (int version = 1; version <= 2; version++)
		for (int more = !cgroup_find(&g, root, version == 1 ? "cpu" :
		    NULL); more; more = cgroup_up(&g))
			least = fmin(least, group_quota(&g, version));
	return least;
}

int
cpus_threads(long wanted)
{
	int n = cpus_allowed();

	if (wanted)
		return wanted < n ? (int)wanted : n;
	return (int)fmax(1, fmin(n, ceil(cpus_quota(""))));
}
