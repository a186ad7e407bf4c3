/* clock.h - time, and the machine that it was taken on. */
#ifndef CLOCK_H
#define CLOCK_H

#include "base/mem.h"

double clock_ms(void);       /* monotonic */

/* "cpu":..,"cores":..,"arch","kernel","governor","blas","build","threads",
 * "cpus" (that this process may use) as the members of an object. kernels:
 * those in use. */
void host_members(struct buf *, const char *kernels, int threads);

#endif
