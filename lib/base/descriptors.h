/* descriptors.h - stdin, stdout and stderr that a caller may have closed. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

/* The next file to be opened would become one of them, and messages its
 * content. To be called before any is opened: what is closed is then taken,
 * stdin and stdout by what can be neither read nor written. */
void descriptors_secure(void);

#endif
