/* german_clause.h - German clauses. */
#ifndef GERMAN_CLAUSE_H
#define GERMAN_CLAUSE_H

#include "clause.h"
#include "sentence.h"

/* A sentence's main clause, with what hangs on it. */
void german_clause(struct sentence *, const struct clause *);
/* The relative clause of the noun that was said last. */
void german_relative(struct sentence *, const struct clause *);

#endif
