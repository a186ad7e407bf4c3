/* tap.h - TAP from unit tests. */
#ifndef TAP_H
#define TAP_H

#include <math.h>
#include <stdio.h>

static int tap_n, tap_bad, tap_last;

#define OK(cond, ...) \
	(tap_n++, tap_last = !!(cond), tap_bad += !tap_last, \
	 printf("%sok %d - ", tap_last ? "" : "not ", tap_n), \
	 printf(__VA_ARGS__), putchar('\n'))
/* |a - b| <= tol x (1 + |b|) */
#define NEAR(a, b, tol, ...) do { \
	double tap_a = (a), tap_b = (b); \
	int tap_good = fabs(tap_a - tap_b) <= (tol) * (1 + fabs(tap_b)); \
	OK(tap_good, __VA_ARGS__); \
	if (!tap_good) \
		printf("# %s:%d: %.9g, want %.9g\n", __FILE__, __LINE__, \
			tap_a, tap_b); \
} while (0)
#define FINISH() (printf("1..%d\n", tap_n), tap_bad > 0)

#endif
