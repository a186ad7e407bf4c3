/* cgroup.h - the control groups that this process is in.
 *
 * A limit holds for a group and all below it, so the limits of a process are
 * those of its own group and of every group around it that can be seen: in a
 * container the outermost is often the container's own. root: the folder that
 * stands for "/"; "" but in tests. */
#ifndef CGROUP_H
#define CGROUP_H

#include <limits.h>
#include <stddef.h>

struct cgroup {
	char path[PATH_MAX];     /* its folder */
	size_t top;              /* length of the outermost's */
};

/* The process' own group of a version 1 controller ("memory", "cpu"), or of
 * version 2 with NULL. -1: there is none. */
int cgroup_find(struct cgroup *, const char *root, const char *controller);
/* On to the group around it; 0 if there is none. */
int cgroup_up(struct cgroup *);
/* The nth number, from 0, of a file of the group; -1 where there is none:
 * no such file, or "max". */
int cgroup_number(const struct cgroup *, const char *file, int nth,
	double *value);
/* The number behind a key that begins a line, as in memory.stat. */
int cgroup_field(const struct cgroup *, const char *file, const char *key,
	double *value);

#endif
