#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "cgroup.h"
#include "memleft.h"

static void
take_least(struct mem_left *l, double bytes, const char *by)
{
	if (bytes < l->bytes)
		*l = (struct mem_left){ bytes > 0 ? bytes : 0, by };
}

/* man 5 proc: what can be had without swapping. */
static void
machine(struct mem_left *l, const char *root)
{
	char path[PATH_MAX], line[128];
	double kib = 0;

	snprintf(path, sizeof path, "%s/proc/meminfo", root);
	FILE *f = fopen(path, "re");
	while (f && fgets(line, sizeof line, f))
		if (sscanf(line, "MemAvailable: %lf", &kib) == 1)
			break;
	if (f)
		fclose(f);
	if (!(kib > 0))   /* Linux before 3.14 */
		kib = (double)sysconf(_SC_PHYS_PAGES) *
			(double)sysconf(_SC_PAGESIZE) / 1024;
	take_least(l, 1024 * kib, "the machine has");
}

/* Files that a control group's limit, usage and droppable pages stand in. */
struct account {
	const char *limit, *usage, *files[2];
};

static void
groups(struct mem_left *l, const char *root, const char *controller,
	const struct account *a, size_t n)
{
	struct cgroup g;

	for (int more = !cgroup_find(&g, root, controller); more;
	    more = cgroup_up(&g))
		for (size_t i = 0; i < n; i++) {
			double limit, used, file, files = 0;
			if (cgroup_number(&g, a[i].limit, 0, &limit) ||
			    cgroup_number(&g, a[i].usage, 0, &used))
				continue;
			for (int k = 0; k < 2; k++)
				if (!cgroup_field(&g, "memory.stat",
				    a[i].files[k], &file))
					files += file;
			take_least(l, limit - fmax(used - files, 0),
				"the control group (container) has");
		}
}

/* Pages of /proc/self/statm, in bytes. n: from 0. */
static double
mapped(const char *root, int n)
{
	char path[PATH_MAX];
	double pages = 0;

	snprintf(path, sizeof path, "%s/proc/self/statm", root);
	FILE *f = fopen(path, "re");
	for (; f && n >= 0 && fscanf(f, "%lf", &pages) == 1; n--)
		;
	if (f)
		fclose(f);
	return n < 0 ? pages * (double)sysconf(_SC_PAGESIZE) : 0;
}

static void
ulimit(struct mem_left *l, const char *root, int which, int statm,
	const char *by)
{
	struct rlimit r;

	if (!getrlimit((__rlimit_resource_t)which, &r) &&
	    r.rlim_cur != RLIM_INFINITY)
		take_least(l, (double)r.rlim_cur - mapped(root, statm), by);
}

struct mem_left
mem_left(const char *root)
{
	static const char file1[] = "total_inactive_file";
	static const char file2[] = "total_active_file";
	static const struct account v1[] = {
		{ "memory.limit_in_bytes", "memory.usage_in_bytes",
		  { file1, file2 } },
		{ "memory.memsw.limit_in_bytes", "memory.memsw.usage_in_bytes",
		  { file1, file2 } },
	}, v2[] = {
		{ "memory.max", "memory.current",
		  { "inactive_file", "active_file" } },
		{ "memory.high", "memory.current",
		  { "inactive_file", "active_file" } },
	};
	struct mem_left l = { INFINITY, "the machine has" };

	machine(&l, root);
	groups(&l, root, "memory", v1, sizeof v1 / sizeof *v1);
	groups(&l, root, NULL, v2, sizeof v2 / sizeof *v2);
	ulimit(&l, root, RLIMIT_AS, 0, "ulimit -v has");
	ulimit(&l, root, RLIMIT_DATA, 5, "ulimit -d has");
	return l;
}

/* "3.1 GB", "48 MB" */
static const char *
size_text(char text[32], double bytes)
{
	if (bytes < 1e9)
		snprintf(text, 32, "%.0f MB", bytes / 1e6);
	else
		snprintf(text, 32, "%.1f GB", bytes / 1e9);
	return text;
}

int
mem_lacks(double bytes, struct why *why)
{
	struct mem_left l = mem_left("");
	char want[32], have[32];

	if (bytes <= l.bytes)
		return 0;
	return why_set(why, "needs %s of memory, %s %s left",
		size_text(want, bytes), l.by, size_text(have, l.bytes));
}
