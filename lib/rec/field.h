/* field.h - a number in a record, by its dotted path: "latency_ms.ci95.0". */
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

#endif
