/* watch.h - was a timing disturbed by something that is not the model?
 *
 * Per sample: more wall than CPU time passed, since somebody else ran: another
 * process or, where the kernel accounts it, another guest, or since we were
 * stopped, or throttled by a quota. Of several threads: the time that any of
 * them was ready and waited for a CPU (schedstat; where the kernel does not
 * say, any involuntary context switch), and time in which none ran. Where
 * another device works, only that time on a CPU's queue: to wait for it is no
 * disturbance. Per repetition: time stolen by the hypervisor (/proc/stat), and
 * the clock frequency (cpufreq, else how long a fixed chain of operations
 * takes).
 *
 * Only counted: somebody, perhaps another guest, computing on the other
 * hyperthread of the main thread's core, which then does fewer operations a
 * cycle for us. It can last for minutes, so nothing is gained by waiting. */
#ifndef WATCH_H
#define WATCH_H

struct instant {
	double ms;               /* monotonic */
	double cpu_ms;           /* of this thread; of several: of all */
};

/* Cycles that some work takes which depends on the core alone; 0 at first. */
struct core_cycles {
	double fewest;           /* so far, by two samples in a row */
	double before;           /* the last */
};
/* One more: does it take so many that the core must be shared? */
int core_shared(struct core_cycles *, double cycles);

/* The threads of this process, by their files in /proc. */
struct watch {
	int threads;             /* of the team */
	int apart;               /* another device works while we wait */
	int *fd, n;              /* [n] schedstat of each; of one thread none */
	int queues;              /* do they say how long a thread waited? */
	struct core_cycles *core;   /* borrowed */
};
void watch_open(struct watch *, int threads, int apart, struct core_cycles *);
void watch_close(struct watch *);

/* Between two samples. Taking one takes some 4 us, and 1 a thread. */
struct stamp {
	struct instant end, start;   /* of that before, of the next */
	long switches;           /* involuntary, of all threads of the team */
	double waited_ms;        /* for a CPU, all threads together */
	int queues;              /* of the watch */
	int shared;              /* is the other hyperthread busy? */
	int apart;               /* of the watch */
};
void stamp_now(struct stamp *, const struct watch *);
/* How long what lies between took; of that, while others had our CPU. */
double stamp_ms(const struct stamp *from, const struct stamp *to);
double stamp_lost_ms(const struct stamp *from, const struct stamp *to);
/* Was what lies between disturbed? threads: of the process. */
int stamp_disturbed(const struct stamp *from, const struct stamp *to,
	int threads);

/* Between two repetitions. Taking one takes some 100 us. */
struct cpu_state {
	double ms;
	double stolen_ms;        /* so far, of the CPU that we run on */
	double speed;            /* in a unit of its own; higher is faster */
	int cpu;
};
void cpu_state_now(struct cpu_state *);
/* lost_ms: what stamps have seen of the time between. */
int cpu_state_stolen(const struct cpu_state *from, const struct cpu_state *to,
	double lost_ms);
/* Do two speeds differ by more than they do by chance? */
int speed_differs(double speed, double usual);

#endif
