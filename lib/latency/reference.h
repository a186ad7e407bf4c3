/* reference.h - timing one architecture after another while the machine
 * drifts.
 *
 * A reference is timed now and then; what it took shows the drift. Nothing
 * here prints or exits. */
#ifndef REFERENCE_H
#define REFERENCE_H

#include "measure.h"

/* The architecture that shows how the machine drifts. */
struct reference {
	long every;              /* records between timings at most; 0: none */
	long spacing;            /* now: fewer while the machine is unsteady */
	int known, made;         /* is there an arch, a subject? */
	int of_space;            /* arch is a space's largest */
	struct arch arch;
	struct task task;
	struct subject s;
	double ms, at;           /* the last timing; at 0: none yet */
	int unsettled;           /* that timing */
};

/* The caller sets w, stop, params, cpus, the block's dtype and seed, and
 * ref.every; the rest is zero. bench_free. */
struct bench {
	struct workload w;
	struct stop_rule stop;
	const struct params *params;   /* borrowed; NULL: random weights */
	const cpu_set_t *cpus;         /* borrowed; NULL: threads may go */
	struct random_block block;     /* of those */
	struct timings samples;
	struct core_cycles core;
	struct reference ref;
	int failed;                    /* the device; nothing is timed then */
	struct why why;
};

/* Before the first record: the reference is this one, whatever comes. */
void reference_fix(struct reference *, const struct arch *);
/* The task that it has beside records of task t: its widths may be larger. */
struct task reference_task(const struct reference *, const struct task *t);
/* Is there one of this task? */
int reference_is_of(const struct reference *, const struct task *);
/* Take arch as the reference, of this task. */
void reference_set(struct reference *, const struct arch *,
	const struct task *);
/* What it took at a time between its timing before (ms, at) and its last. */
double reference_at(const struct reference *, double ms, double at,
	double when);

/* What measuring takes of memory, in bytes: of each subject, and floats of the
 * block that they share. */
struct bench_need {
	double bytes;
	size_t floats;
	double own;                    /* of the device, if it has its own */
};
struct bench_need bench_need(const struct bench *, const struct arch *,
	const struct task *);
/* Is there too little memory left for both, beside what the bench holds? -1
 * with a reason, or 0. */
int bench_lacks(const struct bench *, const struct bench_need *record,
	const struct bench_need *reference, struct why *);
/* Time the reference, which stays as it was if the device fails. 1 where it
 * moved since it was timed before, so far that
 * what was timed between cannot be trusted; adapts the spacing. */
int bench_reference(struct bench *);
/* Time an architecture; the reference first, if it never was. task: complete
 * (see task_complete); arch fits the weights. */
void bench_measure(struct bench *, const struct arch *, const struct task *,
	struct latency *);
void bench_free(struct bench *);

#endif
