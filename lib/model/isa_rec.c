#include "die.h"
#include "isa_rec.h"
#include "mem.h"

const struct kernels *
isa_get(const char *name)
{
	const struct kernels *k = name ? kernels_named(name) : kernels_best();
	struct buf names = { 0 };

	if (k)
		return k;
	for (int i = 0; (k = kernels_nth(i)); i++)
		buf_printf(&names, "%s%s", i ? ", " : "", k->name);
	die_usage("--isa: this CPU runs %s, not \"%s\"", names.data, name);
}
