#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "sig.h"

enum { PARTS_MAX = 16 };

static const char *volatile parts[PARTS_MAX];
static volatile sig_atomic_t deferred, pending;

void
sig_unlink_parts(void)
{
	for (int i = 0; i < PARTS_MAX; i++)
		if (parts[i]) {
			unlink(parts[i]);
			parts[i] = NULL;
		}
}

_Noreturn void
sig_die(int sig)
{
	sigset_t one;

	sig_unlink_parts();
	signal(sig, SIG_DFL);
	sigemptyset(&one);
	sigaddset(&one, sig);
	sigprocmask(SIG_UNBLOCK, &one, NULL);
	raise(sig);
	_exit(128 + sig);
}

static void
on_signal(int sig)
{
	if (deferred && !pending) {
		pending = sig;
		return;
	}
	sig_die(sig);
}

void
sig_init(void)
{
	/* restart: a write to stdout that is cut short loses what it buffers */
	struct sigaction act = { .sa_handler = on_signal,
		.sa_flags = SA_RESTART };
	const int sigs[] = { SIGINT, SIGTERM, SIGHUP };

	sigemptyset(&act.sa_mask);
	for (size_t i = 0; i < sizeof sigs / sizeof *sigs; i++) {
		struct sigaction old;
		/* a shell starts background jobs with SIGINT ignored */
		if (!sigaction(sigs[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(sigs[i], &act, NULL);
	}
}

void
sig_defer(void)
{
	deferred = 1;
}

int
sig_pending(void)
{
	return pending;
}

int
sig_part_add(const char *path)
{
	for (int i = 0; i < PARTS_MAX; i++)
		if (!parts[i]) {
			parts[i] = path;
			return i;
		}
	return -1;
}

void
sig_part_done(int handle)
{
	if (handle >= 0)
		parts[handle] = NULL;
}
