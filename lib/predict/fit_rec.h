/* fit_rec.h - what a predictor is fitted to, and how well it did.
 *
 * What cannot be read in an option is wrong usage. */
#ifndef FIT_REC_H
#define FIT_REC_H

#include "assess.h"
#include "samples_rec.h"

struct split {
	size_t train, valid, test;
};
/* "8:1:1" of n, rounded as HAT does: the test part gets what is left. */
struct split split_parse(const char *text, size_t n);
/* The rows of so many architectures, which are shuffled. */
struct split split_rows(const struct split *archs, const struct samples *);

/* Dies if a part of the architectures, or a fold where there are any, is too
 * small. */
void fit_check_parts(const struct split *archs, const char *text,
	const struct samples *, size_t folds);

/* The interval of a predictor that has none, from rows that it has not seen. */
void fit_interval(struct predictor *, const double *x, const double *y,
	size_t n);

/* What the target is, for the file and the report. */
struct target {
	char path[256], unit[8], field[160];
};
/* "total", "encoder", "decoder" or a dotted path. */
struct target target_parse(const char *name);

/* The file's account of itself; caller owns. from: or NULL. */
json_t *fit_describe(const struct predictor *, const struct samples *,
	const struct target *, const char *method, double mape, uint64_t seed,
	const char *from);

/* Another device's predictor for --from, which must fit the records unless
 * force. Dies where it does not. */
void fit_load_from(struct predictor *, const char *path,
	const struct samples *, const struct target *, int force);

/* The report's members: scores; "folds", of cross-validation; "curve",
 * "noise_floor" and "promise", with a sentence on stderr that says whether
 * more samples would help. The plan has a tick. */
void fit_score(struct buf *, const struct score *);
void fit_cross(struct buf *, const struct samples *, size_t folds,
	const struct predictor_plan *);
void fit_examine(struct buf *, const struct samples *, size_t test_archs,
	const struct predictor_plan *);

#endif
