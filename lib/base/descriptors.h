/* descriptors.h - stdin, stdout and stderr as a caller may have left them, and
 * writing that waits.
 *
 * Who shares a pipe or a terminal with us may have made it non-blocking. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stddef.h>

/* The next file to be opened would become one that was closed, and messages
 * its content. To be called before any is opened: what is closed is then
 * taken, stdin and stdout by what can be neither read nor written. What is
 * printed waits for a non-blocking stdout from then on. */
void descriptors_secure(void);
/* All n bytes: 0, or -1 with errno. */
int write_all(int fd, const void *bytes, size_t n);

#endif
