/* english_clause.h - English clauses. */
#ifndef ENGLISH_CLAUSE_H
#define ENGLISH_CLAUSE_H

#include "clause.h"
#include "sentence.h"

/* A sentence's main clause, with what hangs on it. */
void english_clause(struct sentence *, const struct clause *);
/* The relative clause of the noun that was said last. */
void english_relative(struct sentence *, const struct clause *);

#endif
