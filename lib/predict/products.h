/* products.h - latency as a sum of kinds of work, none of which takes less
 * than no time.
 *
 * A kind of work is a product of features, such as decoder layers x width x
 * FFN: the sums over layers come out exactly, because the features are
 * averages. The weights are at least 0 and minimise the relative error, in
 * absolute value beyond its median: a machine that was slow for a while
 * measured some rows a quarter too high, and squares would follow those. */
#ifndef PRODUCTS_H
#define PRODUCTS_H

#include <stddef.h>
#include "arch/features.h"

/* The first do without convolutions. */
enum { PRODUCTS_HAT = 19, PRODUCTS = 29 };

/* How often each feature is a factor of each product. */
extern const unsigned char products_powers[PRODUCTS][FEATURES];

double products_sum(const double weight[PRODUCTS],
	const double features[FEATURES]);

/* Fit weight to n rows of x [n x FEATURES] and positive y, any unit. other: the
 * weights of another device [PRODUCTS], which these are then held to but for
 * a common factor, or NULL. */
void products_fit(double weight[PRODUCTS], const double *x,
	const double *y, size_t n, const double *other);

#endif
