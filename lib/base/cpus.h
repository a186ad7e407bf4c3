/* cpus.h - how many CPUs this process may use. */
#ifndef CPUS_H
#define CPUS_H

int cpus_allowed(void);          /* those of its affinity mask */
/* CPUs' worth of time that the control groups give, the least of them all;
 * INFINITY: no quota. root: "" but in tests, see cgroup.h. */
double cpus_quota(const char *root);
/* The number of threads for --threads, limits apart (see threads.h): no more
 * than there are CPUs; for 0 as many as CPUs and quota, rounded up, allow. */
int cpus_threads(long wanted);

#endif
