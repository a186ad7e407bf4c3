/* stack.h - room on the stack for what the library calls. */
#ifndef STACK_H
#define STACK_H

enum { STACK_BYTES = 8 << 20 };   /* of each thread, as by default */

void stack_grow(void);    /* up to that, as far as ulimit -s may be raised */
void stack_check(void);   /* dies where it is too small to work with */

#endif
