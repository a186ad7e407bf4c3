/* pin.h - CPUs that threads are tied to. */
#ifndef PIN_H
#define PIN_H

#include <sched.h>
#include "base/die.h"
#include "base/mem.h"

/* "0,2-3" and how many they are; -1 with a reason. */
int cpus_parse(cpu_set_t *, const char *text, struct why *);
/* Tie the process to them; -1 with a reason, such as a CPU that is missing. */
int cpus_take(const cpu_set_t *, struct why *);
/* The CPUs that this process may use, as such a list. */
void cpus_text(struct buf *);
/* The nth of a set, counted on from the first behind the last. */
int cpus_nth(const cpu_set_t *, int n);

#endif
