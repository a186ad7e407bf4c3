/* measured_rec.h - measured architectures as records of a stream.
 *
 * A record waits until the reference is timed again; then it is printed with
 * what the reference took in its moment, and added to the journal. Dies with
 * "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef MEASURED_REC_H
#define MEASURED_REC_H

#include "journal.h"
#include "rec.h"
#include "reference.h"

struct measured {
	struct bench bench;
	struct held *held;       /* [n] records that wait */
	long n, records;         /* records: all that came */
	struct journal journal;
	struct buf host;         /* JSON */
};

/* bench is set, the rest zero. journal: a path, or NULL. */
void measured_open(struct measured *, const char *journal);
/* Measure and print a record, or print what the journal has of it. */
void measured_add(struct measured *, const struct in *, const struct rec *,
	const struct arch *, const struct task *);
/* Print what waits: again: after the reference is timed again, else (in a
 * hurry) beside its last timing. */
void measured_release(struct measured *, int again);
/* Dies where the journal has more records than came. */
void measured_end(struct measured *, const struct in *);
void measured_close(struct measured *);

#endif
