/* progress.h - a line on stderr that says how far the work is.
 *
 * Shown only where stderr is a terminal and stdout is none, so that it does not
 * stand among the records, and --quiet is not given. Where it is not shown,
 * work that takes minutes tells once, after its first steps, how many are left.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

struct progress {
	const char *unit;    /* what is counted */
	double total;        /* 0: unknown */
	double start, shown; /* seconds of the monotonic clock */
	int on;
	double from;         /* done before the start */
	int untold;          /* the estimate is still to be told */
};

void progress_start(struct progress *, const char *unit, double total,
	int quiet);
/* So much was done before, by a run that this one goes on from: the rate is
 * that of what follows. */
void progress_from(struct progress *, double done);
/* done of total; note: a short text behind the bar, or NULL. */
void progress_show(struct progress *, double done, const char *note);
void progress_end(struct progress *);

double seconds_now(void);   /* monotonic */
double seconds_cpu(void);   /* of this process, all threads */

#endif
