/* die.h - the last words of a filter.
 *
 * Messages go to stderr as "prog: reason", one line.  Exit status 1 is bad
 * data or failed I/O, 2 wrong usage. */
#ifndef DIE_H
#define DIE_H

#include <stddef.h>
#include <stdio.h>

#define PRINTF(f, a) __attribute__((format(printf, f, a)))

_Noreturn void die(const char *fmt, ...) PRINTF(1, 2);       /* exit 1 */
_Noreturn void die_usage(const char *fmt, ...) PRINTF(1, 2); /* exit 2 */
void warn(const char *fmt, ...) PRINTF(1, 2);
/* Text as a terminal may have it, whatever a file's name or a record holds:
 * control characters and what is no UTF-8 as \n, \x1b, .. */
void put_shown(FILE *, const char *text);

/* The reason why a library function failed: a buffer of the caller's that is
 * filled once. why_set returns -1, so that "return why_set(...)" reads well. */
struct why { char text[256]; };
int why_set(struct why *, const char *fmt, ...) PRINTF(2, 3);

#endif
