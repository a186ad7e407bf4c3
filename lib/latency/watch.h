/* watch.h - was a timing disturbed by something that is not the model?
 *
 * Per sample: more wall than CPU time passed, since somebody else ran: another
 * process or, where the kernel accounts it, another guest; or another thread of
 * ours lost its CPU (involuntary context switches). Per repetition: time stolen by
 * the hypervisor (/proc/stat), and the clock frequency (cpufreq, else how long
 * a fixed chain of operations takes). */
#ifndef WATCH_H
#define WATCH_H

/* Between two samples. */
struct moment {
	double ms;               /* monotonic */
	double cpu_ms;           /* of this thread */
	long switches;           /* involuntary, of all threads of the team */
};
void moment_now(struct moment *);
/* Was what lies between disturbed? threads: of the process. */
int moment_disturbed(const struct moment *from, const struct moment *to,
	int threads);

/* Between two repetitions. Taking one takes some 100 us. */
struct pulse {
	double ms;
	double stolen_ms;        /* so far, of the CPU that we run on */
	double speed;            /* in a unit of its own; higher is faster */
	int cpu;
};
void pulse_take(struct pulse *);
/* lost_ms: what moments have seen of the time between. */
int pulse_stolen(const struct pulse *from, const struct pulse *to,
	double lost_ms);
/* Do two speeds differ by more than they do by chance? */
int speed_differs(double speed, double usual);

#endif
