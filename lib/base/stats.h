/* stats.h - order statistics and measures of agreement. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

void stats_sort(double *x, size_t n);                 /* ascending */
double stats_quantile(const double *sorted, size_t n, double p); /* linear */
double stats_median(const double *sorted, size_t n);
double stats_mean(const double *x, size_t n);
/* Distribution-free 95% confidence interval of the median from order
 * statistics (binomial, normal approximation); the range for n < 6. */
void stats_median_ci95(const double *sorted, size_t n, double ci[2]);
/* The 97.5% quantile of Student's t with f >= 1 degrees of freedom, within
 * 2%. */
double stats_t975(double f);

double stats_rmse(const double *truth, const double *guess, size_t n);
double stats_mape(const double *truth, const double *guess, size_t n); /* % */
double stats_r2(const double *truth, const double *guess, size_t n);
double stats_tau(const double *a, const double *b, size_t n); /* Kendall b */

#endif
