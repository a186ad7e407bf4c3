#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sig.h"

enum { PARTS_MAX = 16, SESSIONS_MAX = 4 };

static const char *volatile parts[PARTS_MAX];
static volatile pid_t sessions[SESSIONS_MAX];
static volatile sig_atomic_t deferred, pending;

void
sig_clean_up(void)
{
	for (int i = 0; i < PARTS_MAX; i++)
		if (parts[i]) {
			unlink(parts[i]);
			parts[i] = NULL;
		}
	for (int i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i])
			kill(-sessions[i], SIGTERM);
}

_Noreturn void
sig_die(int sig)
{
	sigset_t one;

	sig_clean_up();
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
	/* Ctrl-C ends the reader of stdout, too: that is no second signal */
	if (deferred && (!pending || sig == SIGPIPE)) {
		if (!pending)
			pending = sig;
		return;
	}
	sig_die(sig);
}

/* A write past ulimit -f then fails, as on a full disk. Not ignored: that
 * would be inherited. */
static void
on_limit(int sig)
{
	(void)sig;
}

/* A file that is mapped has lost bytes, to another process or a broken disk. */
static void
on_lost(int sig)
{
	static const char what[] = ": a file became shorter while it was "
		"read, or cannot be read\n";

	(void)sig;
	(void)!write(2, program_invocation_short_name,
		strlen(program_invocation_short_name));
	(void)!write(2, what, sizeof what - 1);
	sig_clean_up();
	_exit(1);
}

/* Those that end a process which does not know them; batch systems announce
 * the end of a job by SIGUSR1 or SIGUSR2. */
static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXCPU, SIGQUIT,
	SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM };
enum { ENDS = sizeof ends / sizeof *ends };

static void
catch(int sig, void (*handler)(int))
{
	/* restart: a write to stdout that is cut short loses what it buffers */
	struct sigaction act = { .sa_handler = handler,
		.sa_flags = SA_RESTART }, old;

	sigemptyset(&act.sa_mask);
	/* a shell starts background jobs with SIGINT ignored */
	if (!sigaction(sig, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(sig, &act, NULL);
}

void
sig_init(void)
{
	for (int i = 0; i < ENDS; i++)
		catch(ends[i], on_signal);
	catch(SIGXFSZ, on_limit);
	catch(SIGBUS, on_lost);
}

void
sig_reset(void)
{
	for (int i = 0; i < ENDS; i++)
		signal(ends[i], SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
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

void
sig_hold(sigset_t *old)
{
	sigset_t all;

	sigemptyset(&all);
	for (int i = 0; i < ENDS; i++)
		sigaddset(&all, ends[i]);
	pthread_sigmask(SIG_BLOCK, &all, old);
}

int
sig_wait_input(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t old;

	/* none comes between the question and the poll */
	sig_hold(&old);
	while (!pending && ppoll(&p, 1, NULL, &old) < 0 && errno == EINTR)
		;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return !pending;
}

int
sig_part_is(const char *path)
{
	for (int i = 0; i < PARTS_MAX; i++)
		if (parts[i] && !strcmp(parts[i], path))
			return 1;
	return 0;
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

int
sig_session_add(int pid)
{
	for (int i = 0; i < SESSIONS_MAX; i++)
		if (!sessions[i]) {
			sessions[i] = pid;
			return i;
		}
	return -1;
}

void
sig_session_done(int handle)
{
	if (handle >= 0)
		sessions[handle] = 0;
}
