/* What counts as a disturbance, and lists of CPUs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "latency/pin.h"
#include "latency/watch.h"
#include "tap.h"

static int
disturbed_by(double ms, double cpu_ms, double waited, long switches,
	int threads)
{
	struct stamp from = { .start = { 1e6, 5e3 }, .switches = 7 };
	struct stamp to = { .end = { 1e6 + ms, 5e3 + cpu_ms },
		.switches = 7 + switches, .waited_ms = waited };

	return stamp_disturbed(&from, &to, threads);
}

static int
disturbed(double ms, double cpu_ms, long switches, int threads)
{
	return disturbed_by(ms, cpu_ms, 0, switches, threads);
}

static int
stolen(double ms, double stolen_ms, double lost_ms, int cpu)
{
	struct cpu_state from = { 1e6, 500, 1, 3 };
	struct cpu_state to = { 1e6 + ms, 500 + stolen_ms, 1, cpu };

	return cpu_state_stolen(&from, &to, lost_ms);
}

static int
count(const char *list)
{
	cpu_set_t set;
	struct why why;

	return cpus_parse(&set, list, &why);
}

int
main(void)
{
	OK(!disturbed(10, 10, 0, 1), "all of the time on the CPU");
	OK(!disturbed(10, 9.99, 1, 1), "a switch that took nothing");
	OK(disturbed(10, 9.9, 0, 1), "a hundredth lost");
	OK(disturbed(10, 9.9, 1, 1), "lost in a switch");
	OK(!disturbed(0.1, 0.095, 0, 1), "reading the clocks takes time");
	OK(disturbed(0.1, 0.08, 0, 1), "a fifth of a short sample");
	OK(disturbed(10, 10, 1, 2),
		"another thread was switched, who knows for how long");
	struct stamp quiet = { .start = { 1e6, 5e3 } };
	struct stamp switched = { .end = { 1e6 + 10, 5e3 + 20 }, .queues = 1,
		.switches = 9, .waited_ms = 0.1 }, starved = switched;
	starved.waited_ms = 1;
	OK(!stamp_disturbed(&quiet, &switched, 2) &&
		stamp_disturbed(&quiet, &starved, 2),
		"switches that took next to nothing, and some that took a tenth");
	OK(!disturbed(10, 10.2, 0, 1), "clocks that disagree");
	OK(!disturbed_by(10, 20, 0.1, 0, 2) && disturbed_by(10, 20, 3, 0, 2),
		"another thread was ready and got no CPU");
	OK(!disturbed(10, 15, 0, 2) && disturbed(40, 20, 0, 2),
		"none of several ran");
	struct stamp before = { .start = { 1e6, 5e3 }, .apart = 1 };
	struct stamp slept = { .end = { 1e6 + 10, 5e3 }, .apart = 1,
		.switches = 3 }, late = slept;
	late.waited_ms = 1;
	OK(!stamp_disturbed(&before, &slept, 1) &&
		stamp_disturbed(&before, &late, 1),
		"waiting for a device is none, for a CPU is");

	OK(!stolen(1000, 0, 0, 3) && !stolen(1000, 10, 0, 3),
		"a tick is nothing");
	OK(stolen(1000, 100, 0, 3), "a tenth was stolen");
	OK(!stolen(1000, 100, 95, 3), "the samples have seen it");
	OK(!stolen(1000, 100, 0, 2), "of another CPU");
	OK(!speed_differs(1.04, 1) && !speed_differs(0.96, 1) &&
		speed_differs(0.7, 1) && speed_differs(1.5, 1), "clock speeds");

	struct core_cycles l = { 0 }, core = { 0 };
	double cycles[] = { 1.9, 1.8, 1, 1.7, 1, 1.01, 1.2, 1.7, 0.01, 1, 1.9 };
	int shared[] =    { 0,   0,   0, 0,   0, 0,    0,   1,   0,    0, 1 };
	for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
		OK(core_shared(&l, cycles[i]) == shared[i],
			"look %zu at the core", i);

	struct stamp a, b;
	struct cpu_state p;
	struct watch w;
	watch_open(&w, 2, 0, &core);
	stamp_now(&a, &w);
	cpu_state_now(&p);
	stamp_now(&b, &w);
	watch_close(&w);
	OK(stamp_ms(&a, &b) > 0 && b.start.ms > b.end.ms &&
		b.end.cpu_ms > a.start.cpu_ms && b.switches >= a.switches,
		"time stamps go on");
	OK(stamp_lost_ms(&a, &b) < stamp_ms(&a, &b), "not all is lost");
	OK(p.ms > a.start.ms && p.speed > 0 && p.stolen_ms >= 0 && p.cpu >= 0,
		"the state of a CPU");

	OK(count("0") == 1 && count("0,2-3") == 3 && count("7-7,1,1") == 2,
		"lists of CPUs");
	const char *bad[] = { "", "x", "1,", ",1", "3-1", "1-", "-1", "1 ",
		"1024", "0-99999999999999999999" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		OK(count(bad[i]) < 0, "no list: \"%s\"", bad[i]);
	cpu_set_t set, now;
	struct why why;
	cpus_parse(&set, "1,4-5", &why);
	OK(cpus_nth(&set, 0) == 1 && cpus_nth(&set, 2) == 5 &&
		cpus_nth(&set, 4) == 4, "one after the other");
	struct buf text = { 0 };
	cpus_text(&text);
	sched_getaffinity(0, sizeof now, &now);
	OK(cpus_parse(&set, text.data, &why) == CPU_COUNT(&now) &&
		CPU_EQUAL(&set, &now), "what we may use, as a list");
	OK(!cpus_take(&now, &why), "taking what we have");
	CPU_ZERO(&set);
	CPU_SET(1023, &set);
	OK(cpus_take(&set, &why) < 0 && strlen(why.text) > 0,
		"a CPU that is not there");
	buf_free(&text);
	return FINISH();
}
