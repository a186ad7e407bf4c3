#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "clock.h"
#include "watch.h"

enum { SPIN = 20000, SPINS = 3 };

void
moment_now(struct moment *m)
{
	struct timespec t;
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	m->switches = u.ru_nivcsw;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	m->cpu_ms = 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
	m->ms = clock_ms();
}

int
moment_disturbed(const struct moment *from, const struct moment *to,
	int threads)
{
	double ms = to->ms - from->ms, cpu = to->cpu_ms - from->cpu_ms;

	/* what this thread lost is known; one that waits for another that
	 * was stopped seems busy. The clocks are read one after the other. */
	return (threads > 1 && to->switches != from->switches) ||
		ms - cpu > 0.002 * ms + 0.01;
}

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

/* Multiplications that must wait for each other: a number of cycles. */
static double
spin_speed(void)
{
	double best = INFINITY;

	for (int i = 0; i < SPINS; i++) {
		double from = clock_ms();
		uint64_t x = (uint64_t)from | 1;
		for (int k = 0; k < SPIN; k++)
			x *= x;
		/* 1 whatever x was, which the compiler cannot know */
		double ms = (clock_ms() - from) / (double)(x & 1);
		best = ms < best ? ms : best;
	}
	return SPIN / best;
}

void
pulse_take(struct pulse *p)
{
	p->cpu = sched_getcpu();
	p->speed = frequency(p->cpu);
	if (!(p->speed > 0))
		p->speed = spin_speed();
	p->stolen_ms = stolen_ms(p->cpu);
	p->ms = clock_ms();
}

int
pulse_stolen(const struct pulse *from, const struct pulse *to,
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
