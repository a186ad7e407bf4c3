/* stack.h - room on the stack for what the library calls. */
#ifndef STACK_H
#define STACK_H

enum { STACK_BYTES = 8 << 20 };   /* of each thread, as by default */

/* Dies where ulimit -s is too small to work with. What links this has raised
 * it, and looked, before main, whose own frame may be too large. */
void stack_check(void);

#endif
