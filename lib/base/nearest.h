/* nearest.h - "did you mean": the name that a word is most like.
 *
 * struct nearest n = nearest_to("--treads"); nearest_try(&n, name, len) for
 * each name; then n.len > 0 if one is near. Nothing here prints. */
#ifndef NEAREST_H
#define NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word;
	size_t word_len;
	int distance;      /* of the best, or one more than is near */
	const char *name;  /* borrowed, len bytes; len 0: none */
	size_t len;
};

struct nearest nearest_to(const char *word, size_t len);
/* Is name nearer than those before? */
int nearest_try(struct nearest *, const char *name, size_t len);
/* "; did you mean WORD?" into text, or "". Returns text. */
const char *nearest_hint(const struct nearest *, char *text, size_t size);

#endif
