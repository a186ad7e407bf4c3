/* The loop of a training: updates, epochs, validations, checkpoints. */
#include <stdio.h>
#include "trainer.h"

/* One update, and what is shown of it. */
static void
update(struct trainer *t)
{
	char note[80];
	double lr = trainer_update(t);
	int due = t->s.update % t->o->log_interval == 0;

	if (due) {
		snprintf(note, sizeof note, "loss %.3f", t->s.loss /
			(double)t->s.tokens);
		trainer_log_means(t, lr);
	}
	progress_show(&t->progress, (double)t->s.update, due ? note : NULL);
}

int
trainer_plan(struct trainer *t, struct why *why)
{
	return plan_make(&t->plan, &t->pairs, t->o->max_tokens,
		t->o->max_sentences, (uint64_t)t->o->seed, t->s.epoch, why);
}

static int
is_over(const struct trainer *t)
{
	return t->s.update >= t->o->max_update ||
		t->s.epoch >= t->o->max_epoch ||
		(t->o->patience && t->s.bad_validations >= t->o->patience);
}

/* The last epoch whose weights are kept: one that has ended, or where the
 * training is over one that is cut short. */
static long
last_epoch(const struct trainer *t)
{
	return t->s.epoch + (is_over(t) && t->s.batch);
}

void
trainer_prune(struct trainer *t)
{
	long last = last_epoch(t), from = last - t->o->keep_last_epochs + 1;
	long first = t->s.first_kept;

	if (first && first <= last && t->o->keep_last_epochs && !t->peers.rank)
		epochs_prune(&t->epochs, t->o->output, from > first ? from :
			first, last);
}

static void
keep_epoch(struct trainer *t)
{
	if (!t->o->keep_last_epochs) {
		t->s.first_kept = 0;
		return;
	}
	if (!t->peers.rank) {
		trainer_check(t);
		epochs_save(&t->epochs, t->w, t->o->output, last_epoch(t));
	}
	if (!t->s.first_kept)
		t->s.first_kept = last_epoch(t);
	trainer_prune(t);
}

/* A checkpoint is due. When it is written changes no weights. */
static int
to_save(const struct trainer *t)
{
	const struct train_opts *o = t->o;

	return o->resume && (t->s.update % o->save_interval == 0 ||
		is_over(t) || t->to_save);
}

void
trainer_save(struct trainer *t)
{
	if (!t->peers.rank)
		checkpoint_save(t);
	together_state(t);
	t->saved_at = seconds_now();
}

int
trainer_loop(struct trainer *t, struct why *why)
{
	long every = t->o->validate_interval;

	while (!is_over(t)) {
		update(t);
		int ended = t->s.batch == t->plan.batches;
		if (ended) {
			t->s.epoch++;
			t->s.batch = 0;
			keep_epoch(t);
		}
		if ((every ? t->s.update % every == 0 : ended) || is_over(t))
			trainer_validate(t);
		if (!ended && is_over(t))
			keep_epoch(t);
		if (ended && !is_over(t) && trainer_plan(t, why))
			return -1;
		if (to_save(t)) {
			trainer_check(t);
			trainer_save(t);
		}
		trainer_interrupted(t);
	}
	return 0;
}
