/* stack.h - the two stacks of layers. */
#ifndef STACK_H
#define STACK_H

enum stack { ENCODER, DECODER, STACKS };
extern const char *const stack_names[STACKS];   /* "encoder", "decoder" */

#endif
