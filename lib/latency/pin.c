#include <stdlib.h>
#include <string.h>
#include "pin.h"

static int
bad_list(const char *text, struct why *why)
{
	return why_set(why, "want a list of CPUs such as 0,2-3, not \"%s\"",
		text);
}

int
cpus_parse(cpu_set_t *set, const char *text, struct why *why)
{
	const char *p = text;
	char *end;

	CPU_ZERO(set);
	do {
		long from, to;
		if (*p < '0' || *p > '9')
			return bad_list(text, why);
		from = to = strtol(p, &end, 10);
		if (*end == '-') {
			if (end[1] < '0' || end[1] > '9')
				return bad_list(text, why);
			to = strtol(end + 1, &end, 10);
		}
		if (from > to || to >= CPU_SETSIZE)
			return bad_list(text, why);
		for (; from <= to; from++)
			CPU_SET(from, set);
		p = end + 1;
	} while (*end == ',');
	return *end ? bad_list(text, why) : CPU_COUNT(set);
}

int
cpus_take(const cpu_set_t *set, struct why *why)
{
	struct buf may = { 0 };
	cpu_set_t now;

	cpus_text(&may);
	int taken = !sched_setaffinity(0, sizeof *set, set) &&
		!sched_getaffinity(0, sizeof now, &now) && CPU_EQUAL(&now, set);
	/* CPUs that are not there are silently left out */
	if (!taken)
		why_set(why, "not all of these CPUs can be used, only %s",
			may.data ? may.data : "others");
	buf_free(&may);
	return taken ? 0 : -1;
}

void
cpus_text(struct buf *b)
{
	cpu_set_t set;
	const char *comma = "";

	if (sched_getaffinity(0, sizeof set, &set))
		return;
	for (int i = 0, to; i < CPU_SETSIZE; i = to + 1) {
		to = i;
		if (!CPU_ISSET(i, &set))
			continue;
		while (to + 1 < CPU_SETSIZE && CPU_ISSET(to + 1, &set))
			to++;
		buf_printf(b, to > i ? "%s%d-%d" : "%s%d", comma, i, to);
		comma = ",";
	}
}

int
cpus_nth(const cpu_set_t *set, int n)
{
	int i = 0;

	for (n %= CPU_COUNT(set); ; i++)
		if (CPU_ISSET(i, set) && !n--)
			return i;
}
