/* ranks.h - what mpirun says to the processes that it starts. */
#ifndef RANKS_H
#define RANKS_H

/* Was this process started by mpirun, or by another launcher of PMIx? */
int ranks_launched(void);
/* Of a program that does not divide its work: a warning by the first of several
 * that were started. */
void ranks_warn(void);

#endif
