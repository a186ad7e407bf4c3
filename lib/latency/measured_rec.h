/* measured_rec.h - measured architectures as records of a stream.
 *
 * Records are measured in an order drawn by a seed, so that what the machine
 * does in the meantime is not mistaken for something about the architectures,
 * or as they come. A record waits until the reference is timed again; then it
 * is printed with what the reference took in its moment, and added to the
 * journal.
 *
 * One that was disturbed too much, or whose reference was, is marked
 * "unsettled" and kept out of the journal: going on measures it again. Dies
 * with "prog: FILE:LINE: reason", as the functions of rec.h. */
#ifndef MEASURED_REC_H
#define MEASURED_REC_H

#include "answers_rec.h"
#include "rec/progress.h"
#include "reference.h"

struct measured {
	struct bench bench;
	int in_order;            /* measure a record when it comes */
	uint64_t seed;           /* else of the order */
	struct job *job;         /* [jobs] records that were read */
	size_t jobs, cap;
	struct kind *kind;       /* [kinds] pairs of vocabularies */
	size_t kinds;
	struct held *held;       /* [n] records that wait */
	long n;
	struct bench_need fits;  /* the last record that needed more */
	double done;             /* records printed, for the progress */
	double shared;           /* sum of latencies' shares */
	long measured;           /* of so many */
	long unsettled;          /* of those */
	double lost;             /* sum of latencies' shares */
	double throttles;        /* of the CPU quota, before the first record */
	struct progress *progress;
	struct answers answers;
	struct buf host;         /* JSON */
};

/* bench, in_order, seed and progress are set, the rest zero. journal: a path,
 * or NULL. */
void measured_open(struct measured *, const char *journal);
/* A record of the stream: print what the journal has of it, measure it, or
 * keep it. Dies where there is too little memory to measure it. */
void measured_add(struct measured *, const struct in *, const struct rec *,
	const struct arch *, const struct task *);
/* Measure what was kept, print what waits. Dies where the journal answers
 * records that did not come; name: of the stream. After a signal only what
 * was measured is printed. */
void measured_run(struct measured *, const char *name);
/* The share of samples taken while our core was shared; 0 of none. */
double measured_shared(const struct measured *);
/* A sentence about records that did not settle, and why. */
void measured_complain(const struct measured *);
void measured_close(struct measured *);

#endif
