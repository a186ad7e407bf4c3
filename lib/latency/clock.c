#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include "clock.h"
#include "pin.h"
#include "rec/rec.h"

#ifndef VERSION
#define VERSION "0"
#endif
#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

double
clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

/* The rest of the file's first line that begins with key, behind a colon if
 * key is not empty; "" if there is none. */
static void
file_value(const char *path, const char *key, char *value, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n = strlen(key);
	char line[512];

	*value = 0;
	while (f && fgets(line, sizeof line, f)) {
		char *v = line;
		if (strncmp(line, key, n))
			continue;
		if (n && !(v = strchr(line, ':')))
			continue;
		v += n ? 1 + strspn(v + 1, " \t") : 0;
		snprintf(value, size, "%.*s", (int)strcspn(v, "\n"), v);
		break;
	}
	if (f)
		fclose(f);
}

static void
cpu_name(char *name, size_t size)
{
	file_value("/proc/cpuinfo", "model name", name, size);
	if (!*name)
		file_value("/proc/cpuinfo", "Model", name, size);
	if (!*name)
		file_value("/proc/device-tree/model", "", name, size);
	if (!*name)
		snprintf(name, size, "unknown");
}

void
host_members(struct buf *b, const char *kernels, int threads)
{
	static const char build[] = VERSION ", " COMPILER;
	char text[256];
	struct buf cpus = { 0 };
	struct utsname u;

	cpu_name(text, sizeof text);
	member_string(b, "cpu", text);
	member_int(b, "cores", sysconf(_SC_NPROCESSORS_ONLN));
	if (uname(&u))
		strcpy(u.machine, "unknown"), strcpy(u.release, "unknown");
	member_string(b, "arch", u.machine);
	member_string(b, "kernel", u.release);
	file_value("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor",
		"", text, sizeof text);
	if (!*text)
		strcpy(text, "unknown");
	member_string(b, "governor", text);
	snprintf(text, sizeof text, "milliner %s", kernels);
	member_string(b, "blas", text);
	member_string(b, "build", build);
	member_int(b, "threads", threads);
	cpus_text(&cpus);
	member_text(b, "cpus", cpus.data ? cpus.data : "", cpus.len);
	buf_free(&cpus);
}
