/* How many threads a filter takes: CPUs, and quotas of made-up machines. */
#include <math.h>
#include <sched.h>
#include "base/cpus.h"
#include "made_up.h"
#include "tap.h"

static void
groups(const char *own, const char *mounts)
{
	put("proc/self/cgroup", own);
	put("proc/self/mountinfo", mounts);
}

static void
version_1(void)
{
	groups("5:cpu,cpuacct:/a/b\n0::/\n", "31 23 0:2 / /cpu rw - cgroup "
		"cgroup rw,cpu,cpuacct\n");
	OK(isinf(cpus_quota(root)), "no quota");
	put("cpu/a/b/cpu.cfs_quota_us", "-1\n");
	put("cpu/a/b/cpu.cfs_period_us", "100000\n");
	OK(isinf(cpus_quota(root)), "version 1: a quota of -1 is none");
	put("cpu/a/b/cpu.cfs_quota_us", "150000\n");
	OK(cpus_quota(root) == 1.5, "version 1: a CPU and a half");
	put("cpu/a/cpu.cfs_quota_us", "25000\n");
	put("cpu/a/cpu.cfs_period_us", "50000\n");
	OK(cpus_quota(root) == 0.5, "a group around it has less");
	put("cpu/cpu.cfs_quota_us", "1000000\n");
	put("cpu/cpu.cfs_period_us", "100000\n");
	OK(cpus_quota(root) == 0.5, "one that has more changes nothing");
	put("cpu/a/cpu.cfs_period_us", "0\n");
	OK(cpus_quota(root) == 1.5, "a period of 0 is no quota");
	groups("5:cpu,cpuacct:/docker/x\n", "31 23 0:2 /docker/x /cpu ro - "
		"cgroup cgroup rw,cpu,cpuacct\n");
	OK(cpus_quota(root) == 10, "a container, whose group is the mount");
}

static void
version_2(void)
{
	groups("0::/s/t\n", "31 23 0:2 / /two rw - cgroup2 cgroup2 rw\n");
	OK(isinf(cpus_quota(root)), "no quota");
	put("two/s/t/cpu.max", "max 100000\n");
	OK(isinf(cpus_quota(root)), "version 2: \"max\" is none");
	put("two/s/t/cpu.max", "200000 100000\n");
	OK(cpus_quota(root) == 2, "version 2: two CPUs");
	put("two/s/cpu.max", "110000 100000\n");
	OK(cpus_quota(root) == 1.1, "a group around it has less");
	put("two/s/cpu.max", "nonsense\n");
	OK(cpus_quota(root) == 2, "what is no quota");
	groups("4:cpu:/v\n0::/s/t\n",
		"31 23 0:2 / /two rw - cgroup2 cgroup2 rw\n"
		"32 23 0:3 / /one rw - cgroup cgroup rw,cpu\n");
	put("one/v/cpu.cfs_quota_us", "300000\n");
	put("one/v/cpu.cfs_period_us", "100000\n");
	OK(cpus_quota(root) == 2, "both versions: the least");
}

static void
threads(void)
{
	int n = cpus_allowed();
	cpu_set_t all, one;

	OK(n >= 1, "%d CPUs", n);
	OK(cpus_threads(0) >= 1 && cpus_threads(0) <= n,
		"at least one thread, at most one a CPU");
	OK(cpus_threads(1) == 1 && cpus_threads(n) == n &&
		cpus_threads(n + 7) == n, "as many as wanted, but for CPUs");
	CPU_ZERO(&one);
	if (sched_getaffinity(0, sizeof all, &all))
		return;    /* more CPUs than that */
	for (int i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
		if (CPU_ISSET(i, &all))
			CPU_SET(i, &one);
	OK(!sched_setaffinity(0, sizeof one, &one) && cpus_allowed() == 1 &&
		cpus_threads(0) == 1 && cpus_threads(5) == 1,
		"one CPU of the mask");
}

int
main(void)
{
	root_make();
	version_1();
	version_2();
	groups("", "");
	OK(isinf(cpus_quota(root)), "no control groups");
	root_remove();
	OK(isinf(cpus_quota(root)), "no /proc");
	threads();
	return FINISH();
}
