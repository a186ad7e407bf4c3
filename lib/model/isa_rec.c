#include <string.h>
#include "base/die.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "isa_rec.h"
#include "num/dispatch.h"

const struct kernels *
isa_get(const char *name)
{
	const struct kernels *k = name ? kernels_named(name) : kernels_best();
	struct buf names = { 0 };

	if (k)
		return k;
	struct nearest near = nearest_to(name, strlen(name));
	char hint[100];

	for (int i = 0; (k = kernels_nth(i)); i++) {
		buf_printf(&names, "%s%s", i ? ", " : "", k->name);
		nearest_try(&near, k->name, strlen(k->name));
	}
	die_usage("--isa: this CPU runs %s, not \"%s\"%s", names.data, name,
		nearest_hint(&near, hint, sizeof hint));
}
