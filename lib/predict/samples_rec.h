/* samples_rec.h - measured architectures from a stream of records, to fit to.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef SAMPLES_REC_H
#define SAMPLES_REC_H

#include "features_rec.h"
#include "groups.h"

/* Members that must be the same in all records. The first SAME_WORK say what
 * is timed, the others on which machine: host, or HAT's data set. */
enum { SAME_WORK = 2, SAME = 4 };
extern const char *const samples_same[SAME];

/* What one that says it at all must say the same; value "": none does. */
struct said {
	char value[32];
	struct why at;             /* "FILE:LINE" of the first that does */
	int mixed;                 /* by force */
};

struct samples {
	double *x;                 /* [n x FEATURES] */
	double *y, *reference;     /* reference 0: none */
	long *line;                /* of the input */
	size_t n, cap;
	struct groups groups;      /* of x, once they are shuffled: row[i] is
	                              where row i was before */
	size_t unsettled;          /* records that were left out: what other
	                              load disturbed is not to be learned */
	size_t convolved;          /* records with convolutions, of which HAT
	                              has no feature */
	const char *name;          /* of the input, borrowed */
	struct why first;          /* "FILE:LINE" of the first record */
	json_t *same[SAME];        /* of the first record, or NULL */
	char *text[SAME];          /* its bytes; NULL once they differ */
	struct said reference_id, qkv_dim;
	double noise;              /* sum over the rows: expected size of the
	                              measurement's error, as a share of it */
	size_t noise_rows;         /* so many tell */
	int noise_spread;          /* from single runs' deviation, not from
	                              the median's interval */
};

/* All records of a stream that are not "unsettled", at least so many. path:
 * the target's dotted path.
 * drift: read reference_ms, too. force: mix what samples_same
 * keeps apart. */
void samples_read(struct samples *, struct in *, const char *path, int drift,
	int force, size_t least);
void samples_free(struct samples *);
/* Divide the machine's drift out: each row by its reference over the median
 * one, to the power that makes a sum of products fit the first n rows best.
 * What slows the reference (the largest architecture) down, such as others'
 * memory traffic, need not slow a small one as much. Returns the power, 0 to
 * 1; 0 where there is no reference, too. */
double samples_correct(struct samples *, size_t n);
/* Architectures in a random order, the rows of each together. */
void samples_shuffle(struct samples *, struct rng);
/* What a perfect predictor's MAPE would be, %, as far as the measurements' own
 * intervals tell; NAN where they don't. */
double samples_floor(const struct samples *);

#endif
