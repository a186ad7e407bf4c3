/* predictor.h - STUB, to be replaced: latency from an architecture. */
#ifndef PREDICTOR_H
#define PREDICTOR_H

#include "arch.h"
#include "profile.h"

struct predictor {
	double bias, slope[FEATURES];
};

void predictor_load(struct predictor *, const char *path);   /* dies */
size_t predictor_scratch(const struct predictor *);   /* doubles */
double predictor_arch(const struct predictor *, const struct arch *,
	double *scratch);   /* ms */
void predictor_free(struct predictor *);

#endif
