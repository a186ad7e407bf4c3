/* ranks.h - what mpirun says to the processes that it starts. */
#ifndef RANKS_H
#define RANKS_H

/* Was this process started by mpirun, or by another launcher of PMIx? */
int ranks_launched(void);
/* This program divides its work among ranks. To be called before opt_parse,
 * which warns where one that does not was started several times. */
void ranks_divide(void);
void ranks_warn(void);   /* by the first of them */

#endif
