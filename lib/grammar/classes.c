#include <string.h>
#include "classes.h"
#include "lexicon.h"

int
classes_meet(const struct classes *a, const struct classes *b)
{
	return (a->bits[0] & b->bits[0]) || (a->bits[1] & b->bits[1]);
}

int
lexicon_class_number(const struct lexicon *x, const char *name)
{
	for (size_t i = 0; i < x->n_classes; i++)
		if (!strcmp(x->class_name[i], name))
			return (int)i;
	return -1;
}

void
classes_add(struct classes *c, int i)
{
	c->bits[i / 64] |= UINT64_C(1) << i % 64;
}

struct classes
lexicon_class(const struct lexicon *x, const char *name)
{
	struct classes c = { { 0 } };
	int i = lexicon_class_number(x, name);

	if (i >= 0)
		classes_add(&c, i);
	return c;
}
