/* How much memory is left: on made-up machines, and under real limits. */
#include <math.h>
#include <sys/resource.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/memleft.h"
#include "made_up.h"
#include "tap.h"

static int
left(double bytes, const char *by)
{
	struct mem_left l = mem_left(root);

	if (l.bytes == bytes && strstr(l.by, by))
		return 1;
	printf("# %.0f: %s\n", l.bytes, l.by);
	return 0;
}

static void
groups(void)
{
	put("proc/meminfo", "MemTotal: 4000000 kB\nMemFree: 5 kB\n"
		"MemAvailable:    3000000 kB\nSwapFree: 9000000 kB\n");
	OK(left(3000000 * 1024.0, "machine"), "what is available");
	put("proc/self/cgroup", "4:memory:/a/b\n0::/c\n");
	put("proc/self/mountinfo", "32 23 0:3 / /cg rw - cgroup x rw,memory\n"
		"33 23 0:4 / /two rw - cgroup2 x rw\n");
	OK(left(3000000 * 1024.0, "machine"), "groups without limits");
	put("cg/a/memory.limit_in_bytes", "1000000000\n");
	put("cg/a/memory.usage_in_bytes", "400000000\n");
	OK(left(6e8, "group"), "a limit of version 1, less what is used");
	put("cg/a/memory.stat", "total_inactive_file 100000000\n"
		"total_active_file 50000000\n");
	OK(left(7.5e8, "group"), "but not by pages of files");
	put("cg/a/b/memory.memsw.limit_in_bytes", "500000000\n");
	put("cg/a/b/memory.memsw.usage_in_bytes", "100000000\n");
	OK(left(4e8, "group"), "memory and swap together, of a group inside");
	put("two/c/memory.max", "max\n");
	put("two/c/memory.high", "300000000\n");
	put("two/c/memory.current", "100000000\n");
	put("two/c/memory.stat", "anon 7\ninactive_file 20000000\n");
	OK(left(2.2e8, "group"), "version 2's high");
	put("two/c/memory.max", "110000000\n");
	OK(left(3e7, "group"), "version 2's max");
	put("two/c/memory.current", "910000000\n");
	OK(left(0, "group"), "never less than nothing");
}

static void
ulimits(void)
{
	/* limits above what this process has mapped, a sanitizer's shadow too */
	const double page = (double)sysconf(_SC_PAGESIZE), most = 1e10;
	struct rlimit was, now;

	root_remove();
	mkdir(root, 0777);
	put("proc/meminfo", "MemAvailable: 900000000000000 kB\n");
	put("proc/self/statm", "1000 2 3 4 5 600 0\n");
	getrlimit(RLIMIT_AS, &was);
	now = was;
	now.rlim_cur = (rlim_t)(2 * most * page);
	setrlimit(RLIMIT_AS, &now);
	OK(left((2 * most - 1000) * page, "-v"), "ulimit -v, less what is mapped");
	setrlimit(RLIMIT_DATA, &now);
	OK(left((2 * most - 1000) * page, "-v"), "and what is data");
	now.rlim_cur = (rlim_t)(most * page);
	setrlimit(RLIMIT_DATA, &now);
	OK(left((most - 600) * page, "-d"), "ulimit -d");
	setrlimit(RLIMIT_DATA, &was);
	setrlimit(RLIMIT_AS, &was);
}

static void
here(void)
{
	struct mem_left l = mem_left("");
	struct arena a = { 0 };
	struct why why;

	OK(l.bytes > 1e6 && isfinite(l.bytes), "this machine has some");
	OK(!mem_lacks(4096, &why) && mem_lacks(1e18, &why) < 0 &&
		strstr(why.text, "needs 1000000000.0 GB of memory, "),
		"and not everything");
	arena_get(&a, 1000, 10);
	arena_get(&a, (size_t)1 << 60, 64);
	arena_get(&a, 1000, 10);
	OK(a.used > (size_t)1 << 61 && a.peak == a.used,
		"sizes that overflow count as too much");
}

int
main(void)
{
	root_make();
	groups();
	ulimits();
	here();
	root_remove();
	return FINISH();
}
