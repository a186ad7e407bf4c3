#include <stdlib.h>
#include "arch_set.h"
#include "base/mem.h"

/* Where the arch is or would go: open addressing, at most half full. */
static size_t
slot_of(const struct arch_set *s, const struct arch *a)
{
	size_t i = arch_hash(a) % s->slots;

	while (s->slot[i] && !arch_equal(&s->at[s->slot[i] - 1], a))
		i = (i + 1) % s->slots;
	return i;
}

size_t
arch_set_find(const struct arch_set *s, const struct arch *a)
{
	size_t i = s->n ? s->slot[slot_of(s, a)] : 0;

	return i ? i - 1 : s->n;
}

size_t
arch_set_add(struct arch_set *s, const struct arch *a)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 256;
		s->at = xrealloc(s->at, s->cap, sizeof *s->at);
		free(s->slot);
		s->slots = 2 * s->cap;
		s->slot = xcalloc(s->slots, sizeof *s->slot);
		for (size_t i = 0; i < s->n; i++)
			s->slot[slot_of(s, &s->at[i])] = i + 1;
	}
	s->at[s->n] = *a;
	s->slot[slot_of(s, a)] = s->n + 1;
	return s->n++;
}

void
arch_set_free(struct arch_set *s)
{
	free(s->at);
	free(s->slot);
	*s = (struct arch_set){ 0 };
}
