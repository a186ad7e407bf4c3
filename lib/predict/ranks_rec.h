/* ranks_rec.h - a table of architectures whose truth is known, from records.
 *
 * Dies with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef RANKS_REC_H
#define RANKS_REC_H

#include "arch/arch_set.h"
#include "base/opt.h"
#include "features_rec.h"

/* "FIELD" or "-FIELD": more, or less, is better; several with commas: those
 * behind decide where the ones before are equal. */
enum { KEYS_MAX = 8 };
struct ordering {
	const char *text;               /* as it was given, borrowed */
	const char *name[KEYS_MAX];     /* into text */
	size_t len[KEYS_MAX];
	int sign[KEYS_MAX];
	size_t keys;
};
/* Wrong usage where the text is none. option: its name. */
struct ordering ordering_parse(const char *option, const char *text);

/* Things, each an architecture; several records of one are several trainings
 * of it. */
struct rank_table {
	size_t n, cap, keys;    /* keys: of all orderings together */
	struct arch_set archs;  /* [n] */
	double *truth;          /* [n] mean of its records */
	double *squares;        /* [n] sum of squares around it */
	size_t *records;        /* [n] */
	double **key;           /* [keys][n], of its first record */
	double *group;          /* [n] */
	double *x;              /* [n x FEATURES]; 0 without features */
};
/* within: the field whose values are groups, or NULL. features: read them. */
void rank_table_read(struct rank_table *, struct in *,
	const struct ordering *truth, const struct ordering *by, size_t n_by,
	const char *within, int features);
/* The deviation of one training from others of the same architecture; NAN
 * where each has one. */
double rank_table_deviation(const struct rank_table *);
void rank_table_free(struct rank_table *);

#endif
