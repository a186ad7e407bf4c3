/* clock.h - time, what disturbed it, and the machine that it was taken on. */
#ifndef CLOCK_H
#define CLOCK_H

#include "mem.h"

double clock_ms(void);       /* monotonic */
/* Involuntary context switches of this process so far: all its threads. */
long clock_switches(void);

/* "cpu":..,"cores":..,"arch","kernel","governor","blas","build" as the
 * members of an object. kernels: those in use. */
void host_members(struct buf *, const char *kernels);

#endif
