/* Control groups of a made-up machine: where they are and what they say. */
#include <math.h>
#include <string.h>
#include <unistd.h>
#include "base/cgroup.h"
#include "base/die.h"
#include "made_up.h"
#include "tap.h"

/* Of the own group and all around it; INFINITY if there is none. */
static double
smallest(const char *controller, const char *file)
{
	double least = INFINITY, v;
	struct cgroup g;

	for (int more = !cgroup_find(&g, root, controller); more;
	    more = cgroup_up(&g))
		if (!cgroup_number(&g, file, 0, &v) && v < least)
			least = v;
	return least;
}

static int
ends(const struct cgroup *g, const char *tail)
{
	size_t n = strlen(tail), len = strlen(g->path);

	return len >= n && !strcmp(g->path + len - n, tail);
}

static void
version_1(void)
{
	struct cgroup g;
	double v;

	put("proc/self/cgroup", "5:cpu,cpuacct:/\n4:memory:/a/b\n0::/\n");
	put("proc/self/mountinfo",
		"30 20 0:1 / /proc rw - proc proc rw\n"
		"31 23 0:2 / /cg/cpu rw shared:7 - cgroup cgroup rw,cpu,cpuacct\n"
		"32 23 0:3 / /cg/my\\040memory rw - cgroup cgroup rw,memory\n");
	put("cg/my memory/memory.limit_in_bytes", "9223372036854771712\n");
	put("cg/my memory/a/memory.limit_in_bytes", "1000000\n");
	put("cg/my memory/a/b/memory.limit_in_bytes", "2000000\n");
	put("cg/my memory/a/b/memory.stat", "cache 7\nrss 900\nrss_huge 0\n");
	OK(!cgroup_find(&g, root, "memory") && ends(&g, "/cg/my memory/a/b"),
		"the group of a controller");
	OK(!cgroup_number(&g, "memory.limit_in_bytes", 0, &v) && v == 2e6,
		"a number");
	OK(!cgroup_field(&g, "memory.stat", "rss", &v) && v == 900 &&
		cgroup_field(&g, "memory.stat", "swap", &v), "a field");
	OK(cgroup_up(&g) && ends(&g, "/a") && cgroup_up(&g) &&
		ends(&g, "/cg/my memory") && !cgroup_up(&g),
		"up to the mount and no farther");
	OK(smallest("memory", "memory.limit_in_bytes") == 1e6,
		"the smallest on the way up");
	OK(isinf(smallest("memory", "memory.nothing")),
		"a file that no group has");
	OK(!cgroup_find(&g, root, "cpuacct") && ends(&g, "/cg/cpu"),
		"one of several controllers of a hierarchy");
	OK(cgroup_find(&g, root, "acct") < 0 && cgroup_find(&g, root, "mem") <
		0, "names are whole words");
	OK(cgroup_find(&g, root, NULL) < 0, "no version 2 is mounted");
}

static void
version_2(void)
{
	struct cgroup g;
	double v;

	put("proc/self/cgroup", "0::/user.slice/app\n");
	put("proc/self/mountinfo", "31 23 0:2 / /two rw,nosuid shared:4 "
		"master:2 - cgroup2 cgroup2 rw,nsdelegate\n");
	put("two/user.slice/memory.max", "max\n");
	put("two/user.slice/app/memory.max", "5000\n");
	put("two/user.slice/cpu.max", "150000 100000\n");
	OK(!cgroup_find(&g, root, NULL) && ends(&g, "/two/user.slice/app"),
		"version 2");
	OK(smallest(NULL, "memory.max") == 5000,
		"\"max\" is no number");
	OK(cgroup_number(&g, "cpu.max", 1, &v) < 0 && cgroup_up(&g) &&
		!cgroup_number(&g, "cpu.max", 1, &v) && v == 1e5 &&
		cgroup_number(&g, "cpu.max", 2, &v) < 0, "the second number");
	OK(cgroup_find(&g, root, "memory") < 0, "no version 1 is there");
}

static void
containers(void)
{
	struct cgroup g;

	put("proc/self/cgroup", "4:memory:/docker/1f/job\n");
	put("proc/self/mountinfo", "32 23 0:3 /docker/1f /cg/memory ro - "
		"cgroup cgroup rw,memory\n");
	OK(!cgroup_find(&g, root, "memory") && ends(&g, "/cg/memory/job"),
		"the mount shows a part of the hierarchy");
	put("proc/self/mountinfo", "32 23 0:3 /docker/1 /cg/memory ro - "
		"cgroup cgroup rw,memory\n");
	OK(!cgroup_find(&g, root, "memory") && ends(&g, "/cg/memory"),
		"another part: what it shows");
	put("proc/self/cgroup", "0::/../../other\n");
	put("proc/self/mountinfo", "31 23 0:2 /../.. /two rw - cgroup2 x rw\n");
	OK(!cgroup_find(&g, root, NULL) && ends(&g, "/two"),
		"a group outside of the namespace");
	put("proc/self/cgroup", "0::/gone (deleted)\n");
	put("proc/self/mountinfo", "31 23 0:2 / /two rw - cgroup2 x rw\n");
	put("two/memory.max", "77\n");
	OK(smallest(NULL, "memory.max") == 77,
		"a group that was removed");
	const char *broken[] = { "", "\n", "x", "0::", "::", "0", "0:::/" };
	int found = 0;
	put("proc/self/mountinfo", "31 23\n - \n31 23 0:2 / /two rw - \n"
		"31 23 0:2 / /two rw - cgroup2\n");
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		put("proc/self/cgroup", broken[i]);
		found += !cgroup_find(&g, root, "memory");
	}
	OK(!found, "what is no list of groups");
}

int
main(void)
{
	root_make();
	version_1();
	version_2();
	containers();
	struct cgroup g;
	root_remove();
	OK(cgroup_find(&g, root, NULL) < 0, "a machine without");
	OK(cgroup_find(&g, "", NULL) || !access(g.path, F_OK),
		"this machine's, if it has any");
	return FINISH();
}
