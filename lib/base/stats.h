/* stats.h - order statistics and measures of agreement. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

void stats_sort(double *x, size_t n);                 /* ascending */
double stats_quantile(const double *sorted, size_t n, double p); /* linear */
double stats_median(const double *sorted, size_t n);
double stats_mean(const double *x, size_t n);
/* The 97.5% quantile of Student's t with f >= 1 degrees of freedom, within
 * 2%. */
double stats_t975(double f);

double stats_rmse(const double *truth, const double *guess, size_t n);
double stats_mape(const double *truth, const double *guess, size_t n); /* % */
double stats_r2(const double *truth, const double *guess, size_t n);
double stats_tau(const double *a, const double *b, size_t n); /* Kendall b */

#endif
