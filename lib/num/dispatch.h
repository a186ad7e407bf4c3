/* dispatch.h - which tables of kernels this CPU can run. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "kernels.h"

/* The best table for this CPU. */
const struct kernels *kernels_best(void);
/* The tables that it can run, the best first; NULL: there are no more. */
const struct kernels *kernels_nth(int i);
/* The one of that name; NULL: this CPU cannot run it, or it is none. */
const struct kernels *kernels_named(const char *name);

#endif
