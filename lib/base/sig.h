/* sig.h - dying well of SIGINT, SIGTERM, SIGHUP and the like.
 *
 * The part files of outputs that are being written are registered here, so
 * that a signal or die() removes them, and sessions of commands that run beside
 * this program, so that they are told to end.  By default the signal then takes
 * effect at once.  A program that has something to save calls sig_defer():
 * the first signal is then only noted in sig_pending(), and the program saves
 * and calls sig_die().  A second signal kills at once.  SIGPIPE is among the
 * signals then: writes to a reader that is gone fail while it is pending.
 *
 * This file holds the only mutable state of the library that outlives a call,
 * but for a warning that is given once (rec/lock): a signal handler has no
 * other way to reach it. */
#ifndef SIG_H
#define SIG_H

#include <signal.h>

void sig_init(void);              /* install the handlers */
void sig_reset(void);             /* in a child: all as the system has them */
void sig_defer(void);             /* note the first signal, do not die of it */
int sig_pending(void);            /* the signal noted, or 0 */
/* Let the signals wait, of this thread and of those that it starts: they are
 * the first thread's, which waits for input. *old is for pthread_sigmask. */
void sig_hold(sigset_t *old);
/* Wait for something to be read from fd; 0 where a deferred signal comes
 * first. */
int sig_wait_input(int fd);
_Noreturn void sig_die(int sig);  /* remove part files, die of sig */

/* Path is borrowed until sig_part_done.  Returns a handle, -1 when full. */
int sig_part_add(const char *path);
int sig_part_is(const char *path);   /* was it added, and is not done? */
void sig_part_done(int handle);
/* A session's leader, see setsid(2): all of it gets SIGTERM when we die. */
int sig_session_add(int pid);
void sig_session_done(int handle);
/* What die() does: remove part files, end sessions. */
void sig_clean_up(void);

#endif
