#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "coprocess.h"
#include "die.h"
#include "sig.h"

enum { CHUNK = 1 << 16 };

static _Noreturn void
fail(const struct coprocess *c, const char *what)
{
	die("%s: %s: %s", c->what, what, strerror(errno));
}

/* In the child: only what is safe between fork and exec. */
static _Noreturn void
become(const char *command, const int in[2], const int out[2], pid_t parent)
{
	sigset_t none;

	setsid();
	sig_reset();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent && dup2(in[0], 0) == 0 && dup2(out[1], 1) == 1)
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

void
coprocess_start(struct coprocess *c, const char *what, const char *command)
{
	int in[2], out[2];
	pid_t parent = getpid();

	*c = (struct coprocess){ .what = what, .command = command };
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		fail(c, "no pipe");
	/* ignored, as some who start us leave it, nobody learns how it ended */
	signal(SIGCHLD, SIG_DFL);
	pid_t pid = fork();
	if (pid < 0)
		fail(c, "no process");
	if (!pid)
		become(command, in, out, parent);
	c->pid = pid;
	close(in[0]);
	close(out[1]);
	c->to = in[1];
	c->from = out[0];
	fcntl(c->to, F_SETFL, O_NONBLOCK);
	c->handle = sig_session_add(pid);
}

void
coprocess_put(struct coprocess *c, const char *line, size_t len)
{
	if (c->sent > c->out.len / 2) {
		buf_drop(&c->out, c->sent);
		c->sent = 0;
	}
	buf_add(&c->out, line, len);
}

static void
close_to(struct coprocess *c)
{
	if (c->to >= 0)
		close(c->to);
	c->to = -1;
}

/* SIGPIPE would end us. What it does not read any more is dropped: that it has
 * ended is seen where it writes. */
static void
send_some(struct coprocess *c)
{
	static const struct timespec now;
	sigset_t pipes, old;

	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipes, &old);
	ssize_t n = write(c->to, c->out.data + c->sent, c->out.len - c->sent);
	if (n < 0 && errno == EPIPE) {
		sigtimedwait(&pipes, NULL, &now);
		n = (ssize_t)(c->out.len - c->sent);
		close_to(c);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (n > 0)
		c->sent += (size_t)n;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		fail(c, "writing to it");
}

/* 0 at the end of what it writes. */
static int
receive_some(struct coprocess *c)
{
	char chunk[CHUNK];
	ssize_t n = read(c->from, chunk, sizeof chunk);

	if (n < 0 && errno != EINTR)
		fail(c, "reading from it");
	if (n > 0)
		buf_add(&c->in, chunk, (size_t)n);
	return n != 0;
}

/* Wait until it takes or writes something; 0 at the end. */
static int
move_some(struct coprocess *c)
{
	int more = c->to >= 0 && c->sent < c->out.len;
	struct pollfd fd[2] = { { c->from, POLLIN, 0 },
		{ c->to, POLLOUT, 0 } };

	if (poll(fd, more ? 2 : 1, -1) < 0) {
		if (errno != EINTR)
			fail(c, "waiting for it");
		return 1;
	}
	if (more && fd[1].revents)
		send_some(c);
	return !fd[0].revents || receive_some(c);
}

void
coprocess_finish(struct coprocess *c)
{
	while (c->to >= 0 && c->sent < c->out.len && move_some(c))
		;
	close_to(c);
}

/* A last line without a newline is a line, too. */
char *
coprocess_line(struct coprocess *c, size_t *len)
{
	size_t seen = c->at;
	int open = 1;
	char *nl;

	if (c->at > c->in.len / 2) {   /* what was returned, and more */
		buf_drop(&c->in, c->at);
		c->at = seen = 0;
	}
	while (!(nl = c->in.len > seen ? memchr(c->in.data + seen, '\n',
	    c->in.len - seen) : NULL) && open) {
		seen = c->in.len;
		open = move_some(c);
	}
	if (!nl && c->at == c->in.len)
		return NULL;
	char *line = c->in.data + c->at;
	*len = nl ? (size_t)(nl - line) : c->in.len - c->at;
	line[*len] = 0;
	c->at += *len + (nl != NULL);
	return line;
}

static void
tell(int status, struct buf *how)
{
	if (WIFSIGNALED(status))
		buf_printf(how, "was killed by signal %d (%s)",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		buf_printf(how, "ended with exit status %d%s",
			WEXITSTATUS(status), WEXITSTATUS(status) == 127 ?
			" (no such command)" : "");
}

int
coprocess_end(struct coprocess *c, struct buf *how)
{
	int status = 0;

	if (!c->pid)
		return 0;
	close_to(c);
	while (move_some(c))
		;
	close(c->from);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR)
		;
	sig_session_done(c->handle);
	buf_free(&c->out);
	buf_free(&c->in);
	c->pid = 0;
	if (!status)
		return 0;
	tell(status, how);
	return 1;
}
