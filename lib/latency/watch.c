#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "base/mem.h"
#include "clock.h"
#include "watch.h"

enum {
	SPIN = 20000, SPINS = 3,
	CHAIN = 1000, WIDE = 1500,     /* about 1 us each */
};
/* By how much more cycles than the fewest show that a core is shared. */
static const double SHARED = 1.25;

/* --- samples ------------------------------------------------------------- */

/* Multiplications that must wait for each other: a number of cycles. ms. */
static double
chain_ms(int n)
{
	double from = clock_ms();
	uint64_t x = (uint64_t)from | 1;

	for (int i = 0; i < n; i++)
		x *= x;
	/* 1 whatever x was, which the compiler cannot know */
	return (clock_ms() - from) / (double)(x & 1);
}

/* Additions that wait for nothing: as many a cycle as the core does. ms. */
static double
wide_ms(int n)
{
	uint64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
	double from = clock_ms();

	for (int i = 0; i < n; i++) {
		a++, b++, c++, d++, e++, f++, g++, h++;
		/* else it would be one multiplication */
		__asm__ volatile("" : "+r"(a), "+r"(b), "+r"(c), "+r"(d),
			"+r"(e), "+r"(f), "+r"(g), "+r"(h));
	}
	return clock_ms() - from;
}

int
core_shared(struct core_cycles *c, double cycles)
{
	/* a chain that was stopped makes the additions seem fast */
	double both = c->before > 0 ? fmax(cycles, c->before) : INFINITY;

	if (!(c->fewest > 0) || both < c->fewest)
		c->fewest = both;
	c->before = cycles;
	return cycles > SHARED * c->fewest;
}

/* A schedstat: ns on a CPU, ns on a CPU's queue. Zeros: none are counted. */
static void
times_of(int fd, double ns[2])
{
	char text[80];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = 0;
	if (sscanf(text, "%lf %lf", &ns[0], &ns[1]) != 2)
		ns[0] = ns[1] = 0;
}

static double
waited_ms(const struct watch *w)
{
	double ns[2], sum = 0;

	for (int i = 0; i < w->n; i++) {
		times_of(w->fd[i], ns);
		sum += ns[1];
	}
	return 1e-6 * sum;
}

void
watch_open(struct watch *w, int threads, int apart, struct core_cycles *core)
{
	DIR *d = threads > 1 || apart ? opendir("/proc/self/task") : NULL;

	*w = (struct watch){ .threads = threads, .apart = apart, .core = core };
	for (struct dirent *e; d && (e = readdir(d)); ) {
		char path[64];
		if (*e->d_name == '.')
			continue;
		snprintf(path, sizeof path, "/proc/self/task/%.20s/schedstat",
			e->d_name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		w->fd = xrealloc(w->fd, (size_t)w->n + 1, sizeof *w->fd);
		w->fd[w->n++] = fd;
		double ns[2];
		times_of(fd, ns);
		w->queues |= ns[0] > 0;
	}
	if (d)
		closedir(d);
}

void
watch_close(struct watch *w)
{
	for (int i = 0; i < w->n; i++)
		close(w->fd[i]);
	free(w->fd);
	*w = (struct watch){ 0 };
}

static void
instant_now(struct instant *i, const struct watch *w)
{
	struct timespec t;

	clock_gettime(w->threads > 1 ? CLOCK_PROCESS_CPUTIME_ID :
		CLOCK_THREAD_CPUTIME_ID, &t);
	i->cpu_ms = 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
	i->ms = clock_ms();
}

void
stamp_now(struct stamp *m, const struct watch *w)
{
	struct rusage u;

	instant_now(&m->end, w);
	/* in cycles, the clock's frequency is no matter */
	m->apart = w->apart;
	m->queues = w->queues;
	m->shared = !w->apart && core_shared(w->core, wide_ms(WIDE) /
		chain_ms(CHAIN));
	getrusage(RUSAGE_SELF, &u);
	m->switches = u.ru_nivcsw;
	m->waited_ms = waited_ms(w);
	instant_now(&m->start, w);
}

double
stamp_ms(const struct stamp *from, const struct stamp *to)
{
	return to->end.ms - from->start.ms;
}

double
stamp_lost_ms(const struct stamp *from, const struct stamp *to)
{
	double waited = to->waited_ms - from->waited_ms;

	if (to->apart)
		return waited;
	return fmax(waited, stamp_ms(from, to) -
		(to->end.cpu_ms - from->start.cpu_ms));
}

int
stamp_disturbed(const struct stamp *from, const struct stamp *to,
	int threads)
{
	double ms = stamp_ms(from, to), lost = stamp_lost_ms(from, to);

	/* the clocks are read one after the other */
	if (threads == 1 && !to->apart)
		return lost > 0.002 * ms + 0.01;
	/* waits of several threads overlap */
	if (to->apart)
		return lost > 0.05 * ms + 0.1;
	/* on all cores somebody always interrupts: only how long counts */
	if (!to->queues && to->switches != from->switches)
		return 1;
	/* a thread that sleeps until the others are done wakes in some us */
	return lost > 0.02 * ms + 0.05;
}

/* --- repetitions --------------------------------------------------------- */

/* Time stolen from a CPU so far: the eighth number of its line. */
static double
stolen_ms(int cpu)
{
	FILE *f = fopen("/proc/stat", "r");
	char line[256], name[32];
	double ticks = 0;

	int n = snprintf(name, sizeof name, "cpu%d ", cpu);
	while (f && fgets(line, sizeof line, f))
		if (!strncmp(line, name, (size_t)n)) {
			sscanf(line, "%*s %*s %*s %*s %*s %*s %*s %*s %lf",
				&ticks);
			break;
		}
	if (f)
		fclose(f);
	return 1e3 * ticks / (double)sysconf(_SC_CLK_TCK);
}

/* kHz, or 0 where the kernel does not say. */
static double
frequency(int cpu)
{
	char path[80];
	double khz = 0;

	snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cpufreq/"
		"scaling_cur_freq", cpu);
	FILE *f = fopen(path, "r");
	if (f) {
		if (fscanf(f, "%lf", &khz) != 1)
			khz = 0;
		fclose(f);
	}
	return khz;
}

static double
spin_speed(void)
{
	double best = INFINITY;

	for (int i = 0; i < SPINS; i++)
		best = fmin(best, chain_ms(SPIN));
	return SPIN / best;
}

void
cpu_state_now(struct cpu_state *p)
{
	p->cpu = sched_getcpu();
	p->speed = frequency(p->cpu);
	if (!(p->speed > 0))
		p->speed = spin_speed();
	p->stolen_ms = stolen_ms(p->cpu);
	p->ms = clock_ms();
}

int
cpu_state_stolen(const struct cpu_state *from, const struct cpu_state *to,
	double lost_ms)
{
	double ms = to->ms - from->ms;

	if (from->cpu != to->cpu)
		return 0;
	/* counted in ticks: one may be somebody else's */
	return to->stolen_ms - from->stolen_ms - lost_ms >
		0.02 * ms + 1e3 / (double)sysconf(_SC_CLK_TCK);
}

int
speed_differs(double speed, double usual)
{
	/* turbo clocks come and go in steps of some 4% */
	return fabs(speed / usual - 1) > 0.1;
}
