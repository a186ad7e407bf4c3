#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "base/die.h"
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
	int on = !quiet && isatty(2) && !isatty(1);

	*p = (struct progress){ unit, total, seconds_now(), 0, on, 0,
		!quiet && !on };
}

void
progress_from(struct progress *p, double done)
{
	p->start = seconds_now();
	p->from = done;
}

/* Told when a hundredth of the time has gone, 10 seconds at most. */
static void
tell(struct progress *p, double done, double took)
{
	double rate = (done - p->from) / took;
	double left = (p->total - done) / rate;

	if (done - p->from < 3 || took < fmin(left / 100, 10))
		return;
	p->untold = 0;
	if (left >= 60)
		warn("%.0f of %.0f %s: %.0f minute%s left at this rate, "
			"%.3g/s", done, p->total, p->unit, left / 60,
			left < 90 ? "" : "s", rate);
}

void
progress_show(struct progress *p, double done, const char *note)
{
	double now = seconds_now(), took = now - p->start;

	if (p->total > 0 && p->untold && took > 0)
		tell(p, done, took);
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
	if (took > 0 && done > p->from) {
		double rate = (done - p->from) / took;
		fprintf(stderr, "  %.3g/s", rate);
		if (p->total > 0) {
			double left = floor((p->total - done) / rate);
			fprintf(stderr, "  %.0f:%02.0f left", floor(left / 60),
				fmod(left, 60));
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
