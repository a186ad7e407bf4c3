/* fit_rec.h - what a predictor is fitted to, and how well it did.
 *
 * What cannot be read in an option is wrong usage. */
#ifndef FIT_REC_H
#define FIT_REC_H

#include "predictor.h"
#include "samples_rec.h"

struct split {
	size_t train, valid, test;
};
/* "8:1:1" of n, rounded as HAT does: the test part gets what is left. */
struct split split_parse(const char *text, size_t n);

/* What the target is, for the file and the report. */
struct target {
	char path[256], unit[8], field[160];
};
/* "total", "encoder", "decoder" or a dotted path. */
struct target target_parse(const char *name);

/* The file's account of itself; caller owns. */
json_t *fit_describe(const struct samples *, const struct target *,
	const char *method, double mape, const struct predictor_plan *);
/* The report's members on rows [from, from + n). Returns the MAPE. */
double fit_judge(struct buf *, const struct predictor *,
	const struct samples *, size_t from, size_t n);

#endif
