/* How a training ends before its time: what has been saved is named. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/command.h"
#include "base/sig.h"
#include "trainer.h"

/* What a training can be gone on with, or at least its weights used. */
static void
last_good(const struct trainer *t, struct buf *b)
{
	long epoch = t->s.epoch;

	if (t->last_saved >= 0) {
		buf_printf(b, "%s, of update %ld", t->checkpoint,
			t->last_saved);
		return;
	}
	/* the epoch that has just ended may not have been written */
	for (char *name; t->s.first_kept && epoch >= t->s.first_kept; epoch--) {
		name = epoch_name(t->o->output, epoch);
		int there = !access(name, F_OK);
		if (there)
			buf_printf(b, "weights of epoch %ld, %s", epoch, name);
		free(name);
		if (there)
			return;
	}
	buf_str(b, "none saved");
}

_Noreturn void
trainer_diverged(const struct trainer *t, const char *what, long update,
	long batch)
{
	const struct state *s = &t->s;
	int ended = !batch && !s->batch;
	struct buf last = { 0 };

	last_good(t, &last);
	die("%s not finite at update %ld, epoch %ld, batch %ld; last good "
		"state: %s", what, update, s->epoch + !ended, batch ? batch :
		ended ? (long)t->plan.batches : s->batch, last.data);
}

void
trainer_unheard(void *arg, int sig, int give_up)
{
	const struct trainer *t = arg;
	struct buf last = { 0 };

	if (give_up)
		sig_die(sig);
	last_good(t, &last);
	warn("rank %d: %s in update %ld, and no word from the other ranks: one "
		"may have ended; last good state: %s", t->peers.rank,
		strsignal(sig), t->s.update + 1, last.data);
	buf_free(&last);
}

void
trainer_check(const struct trainer *t)
{
	const struct params *p = &t->w->params;

	if (!isfinite(nn_sum_squares(&t->pass.num, p->count, p->w)))
		trainer_diverged(t, "the weights are", t->s.update, 0);
}

void
trainer_interrupted(struct trainer *t)
{
	int sig = t->peers.n > 1 ? t->stop : sig_pending();
	struct buf command = { 0 }, journal = { 0 };

	if (!sig)
		return;
	progress_end(&t->progress);
	trainer_check(t);
	if (t->peers.rank) {
		trainer_save(t);
		peers_share(&t->peers, &sig, sizeof sig);
		sig_die(sig);
	}
	if (!t->checkpoint) {
		warn("stopped after %ld updates; nothing is saved, as the "
			"output is no file", t->s.update);
		sig_die(sig);
	}
	trainer_save(t);
	if (t->peers.n > 1)
		buf_printf(&command, "mpirun -n %d", t->peers.n);
	command_print(&command);
	if (!t->o->resume) {
		buf_printf(&journal, "%s.journal", t->o->output);
		command_word(&command, "--resume");
		command_word(&command, journal.data);
	}
	warn("stopped after %ld updates; saved %s; to go on, give the same "
		"pairs to: %s", t->s.update, t->checkpoint, command.data);
	/* the first that dies ends all */
	peers_share(&t->peers, &sig, sizeof sig);
	sig_die(sig);
}
