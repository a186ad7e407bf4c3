/* predictor.h - latency of an architecture from its features.
 *
 * Two methods. "products": a robust sum of kinds of work (products.h) and, if
 * cross-validation finds it worth while, a small ensemble of perceptrons for
 * the logarithm of what remains. "hat": the perceptron of HAT (Wang et al.,
 * ACL 2020, section 3.2), fitted to the features over constants. */
#ifndef PREDICTOR_H
#define PREDICTOR_H

#include <jansson.h>
#include "arch/task.h"
#include "mlp.h"
#include "products.h"

enum { MEMBERS = 5 };
#define INTERVAL_LEVEL 0.9

struct predictor {
	int features;              /* that it sees: FEATURES, or only HAT's */
	double unit;               /* of the target, for "hat"; else 1 */
	double mean[FEATURES];     /* the perceptrons see */
	double scale[FEATURES];    /* (feature - mean) / scale */
	int has_products;
	double weight[PRODUCTS];
	double share;              /* of the perceptrons' logarithm */
	double lo, hi;             /* bounds of that logarithm */
	double interval[2];        /* what INTERVAL_LEVEL of the measurements
	                              lie between, as factors of the
	                              prediction; 0, 0: not known */
	double least[FEATURES];    /* of the rows that it was fitted to; */
	double most[FEATURES];     /* most[0] 0: not known */
	int qkv_dim;               /* of all those rows; 0: not known */
	int members;
	struct mlp member[MEMBERS];
	json_t *meta;              /* object of strings: what the file says of
	                              itself, or NULL */
};

struct predictor_plan {
	int hat;
	const struct predictor *from;        /* another device's, or NULL: the
	                                        work of its products is known,
	                                        few rows tell what it costs */
	long hidden, layers, steps, batch;   /* 0: the method's own */
	double lr;
	uint64_t seed;
	int threads;
	void (*tick)(void *data, double share);   /* of the work, or NULL */
	void *data;
};

/* Fit to n rows of x [n x FEATURES]; y positive, in any unit. Scales and all
 * choices come from these rows alone. */
void predictor_fit(struct predictor *, const double *x,
	const double *y, size_t n, const struct predictor_plan *);
void predictor_free(struct predictor *);
/* Set the interval from n ratios of measurement to prediction, which are
 * sorted, of rows that the fit has not seen. "hat" has none without. */
void predictor_interval(struct predictor *, double *ratio, size_t n);

/* Floats that predicting needs; 64-byte aligned, one buffer a thread. */
size_t predictor_scratch(const struct predictor *);
/* In the target's unit: milliseconds unless the metadata says otherwise. */
double predictor_features(const struct predictor *,
	const double features[FEATURES], float *scratch);
double predictor_arch(const struct predictor *, const struct arch *,
	float *scratch);

/* What the perceptrons see of n rows, mlp_padded(FEATURES) each; caller
 * frees. */
float *predictor_rows(const struct predictor *, const double *x, size_t n);
/* The factor that a logarithm of the perceptrons stands for. */
double predictor_remainder(const struct predictor *, double share,
	double log);

/* Between the features of small and big, in order, are there any that lie far
 * from all rows that the predictor was fitted to, by over half of the range of
 * those? Or is qkv_dim (0: not known), of which no feature tells, another? Then
 * -1 with a reason; 0 too where it is not known of the rows. */
int predictor_reaches(const struct predictor *, int qkv_dim,
	const double small[FEATURES], const double big[FEATURES], struct why *);

/* What the predictor was fitted for, as text, or NULL where it is not known:
 * "target", "unit", "field" (the member that predict-lat adds), "method",
 * "mape"; as JSON: "task", "workload", "host". */
const char *predictor_meta(const struct predictor *, const char *key);

/* The same as JSON, or NULL; caller owns. Dies where it is broken. */
json_t *predictor_meta_json(const struct predictor *, const char *key,
	const char *path);
/* The task that it was fitted for, as far as known. */
struct task predictor_task(const struct predictor *, const char *path);

/* The file, a safetensors file (HAT's names for the layers). These die with a
 * reason that names it; path is borrowed. Returns 0. */
int predictor_load(struct predictor *, const char *path);
struct out;
void predictor_save(const struct predictor *, struct out *);

#endif
