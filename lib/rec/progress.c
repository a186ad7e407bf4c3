#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "progress.h"

enum { BAR = 24 };

double
seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double
seconds_cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void
progress_start(struct progress *p, const char *unit, double total, int quiet)
{
	*p = (struct progress){ unit, total, seconds_now(), 0,
		!quiet && isatty(2) };
}

void
progress_show(struct progress *p, double done, const char *note)
{
	double now = seconds_now(), took = now - p->start;

	if (!p->on || now - p->shown < 0.2)
		return;
	p->shown = now;
	fputs("\r\033[K", stderr);
	if (p->total > 0) {
		int full = (int)(BAR * done / p->total);
		fputc('[', stderr);
		for (int i = 0; i < BAR; i++)
			fputc(i < full ? '#' : '.', stderr);
		fprintf(stderr, "] %.0f/%.0f %s", done, p->total, p->unit);
	} else
		fprintf(stderr, "%.0f %s", done, p->unit);
	if (took > 0 && done > 0) {
		fprintf(stderr, "  %.3g/s", done / took);
		if (p->total > 0) {
			int left = (int)(took * (p->total - done) / done);
			fprintf(stderr, "  %d:%02d left", left / 60, left % 60);
		}
	}
	if (note)
		fprintf(stderr, "  %s", note);
	fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->on && p->shown > 0)
		fputs("\r\033[K", stderr);
	p->on = 0;
}
