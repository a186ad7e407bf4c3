/* json.h - checked integers from JSON, and the limits that they share. */
#ifndef JSON_H
#define JSON_H

#include <jansson.h>
#include <math.h>

enum { WIDTH_MAX = 1 << 16, LAYERS_MAX = 32 };

/* 0 and *v, or -1 where j is not a whole number in [lo, hi]. */
static inline int
json_int(const json_t *j, int lo, int hi, int *v)
{
	double x = json_number_value(j);

	if (!json_is_number(j) || x != floor(x) || x < lo || x > hi)
		return -1;
	*v = (int)x;
	return 0;
}

#endif
