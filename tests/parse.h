/* parse.h - spaces of tests from their JSON. */
#ifndef TESTS_PARSE_H
#define TESTS_PARSE_H

#include "arch/space.h"
#include "tap.h"

static inline struct space
parse(const char *s)
{
	struct space space;
	struct why why = { "" };
	json_t *j = json_loads(s, 0, NULL);
	int bad = space_from_json(&space, j, &why);

	OK(!bad, "a space is read %s", why.text);
	json_decref(j);
	return space;
}

#endif
