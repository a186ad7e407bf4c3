/* validate.h - the validation of a training. */
#ifndef VALIDATE_H
#define VALIDATE_H

#include "trainer.h"

/* The largest, the smallest and a random SubTransformer, or the only one. */
void trainer_validate(struct trainer *);

#endif
