/* stats.h - order statistics and errors of guesses. */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

void stats_sort(double *x, size_t n);                 /* ascending */
/* For qsort: of what begins with a double, by that. */
int stats_compare(const void *, const void *);
double stats_quantile(const double *sorted, size_t n, double p); /* linear */
double stats_median(const double *x, size_t n);       /* in any order */
/* The sizes of errors become weights: 1 up to their median, as in least
 * squares, falling beyond it (Huber). */
void stats_huber(double *x, size_t n);
double stats_mean(const double *x, size_t n);
/* The 97.5% quantile of Student's t with f >= 1 degrees of freedom, within
 * 2%. */
double stats_t975(double f);

double stats_rmse(const double *truth, const double *guess, size_t n);
double stats_mape(const double *truth, const double *guess, size_t n); /* % */
double stats_r2(const double *truth, const double *guess, size_t n);

#endif
