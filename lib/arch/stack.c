#include "stack.h"

const char *const stack_names[STACKS] = { "encoder", "decoder" };
