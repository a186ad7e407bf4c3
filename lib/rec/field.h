/* field.h - a field of a record; a number by its dotted path, such as
 * "latency_ms.ci95.0". */
#ifndef FIELD_H
#define FIELD_H

#include <jansson.h>
#include "base/die.h"

/* 0 and *v, or -1 with a reason, which names the field that was meant. */
int field_number(const json_t *, const char *path, size_t len, double *v,
	struct why *);
/* The same where null is a number, too: NaN. */
int field_value(const json_t *, const char *path, size_t len, double *v,
	struct why *);
/* Is the member true? Not where it is missing; -1 where it is neither true nor
 * false. */
int field_flag(const json_t *, const char *name, struct why *);

/* The name of a member in which two objects differ, or NULL. */
const char *field_differing(const json_t *, const json_t *);

#endif
