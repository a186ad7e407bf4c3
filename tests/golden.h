/* golden.h - reading records of golden values. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <jansson.h>
#include "base/mem.h"

static inline const json_t *
get(const json_t *j, const char *key)
{
	return json_object_get(j, key);
}

static inline struct span
view(const json_t *j)
{
	return (struct span){ json_string_value(j), json_string_length(j) };
}

#endif
