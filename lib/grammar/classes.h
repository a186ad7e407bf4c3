/* classes.h - classes of nouns (person, food): what goes with what. */
#ifndef CLASSES_H
#define CLASSES_H

#include <stdint.h>

/* A set of noun classes. */
struct classes { uint64_t bits[2]; };
int classes_meet(const struct classes *, const struct classes *);
void classes_add(struct classes *, int number);

struct lexicon;
/* The number of the class of that name, or -1. */
int lexicon_class_number(const struct lexicon *, const char *name);
/* The class of that name, empty if there is none. */
struct classes lexicon_class(const struct lexicon *, const char *name);

#endif
