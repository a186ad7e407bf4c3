/* trainer.h - the state of a training; not for other rooms. */
#ifndef TRAINER_H
#define TRAINER_H

#include "rec/progress.h"
#include "train_rec.h"

struct trainer {
	const struct train_opts *o;
	struct weights *w;
	struct pairs pairs;
	const char *pairs_name;   /* where they are from */
	struct plan plan;
	struct validation valid;
	struct pass pass;
	enum pass_keep keep;
	struct arena arena;
	float *positions[STACKS];
	int *ints;
	float *grad, *m, *v;       /* blocks like the weights' */
	int64_t *steps;            /* Adam's, per tensor */
	char *used;
	struct journal journal;
	struct progress progress;
	char *checkpoint;          /* OUTPUT.checkpoint; NULL: output no file */
	char *config;              /* what must not change on resuming */
	char *kernels;             /* in use: with others last digits differ */
	long last_saved;           /* update of the last checkpoint, -1 none */
	double saved_at;           /* its time, or that of the start */

	/* what a checkpoint holds beside the blocks */
	struct state {
		long update, epoch, batch;   /* batch: next one of the epoch */
		long lines;                  /* log records written */
		long bad_validations;
		double best;                 /* validation loss */
		double loss, nll, gnorm;     /* sums since the last log */
		long tokens, updates;
		double seconds, core_seconds;  /* of all runs of it */
	} s;
	double logged_at;          /* seconds, for tokens/s */
	long logged_tokens;
	double start, start_cpu;   /* where s.seconds, .core_seconds were 0 */
};

/* The SubTransformer that an update takes; of a model of its own, it. */
void train_arch(struct arch *, const struct weights *w, long seed,
	long update);
/* One update: from batch s.batch on, up to update_freq batches. Returns the
 * learning rate. */
double trainer_update(struct trainer *);
/* Until it is over. 0, or -1 with a reason where the pairs make no epoch. */
int trainer_loop(struct trainer *, struct why *);
/* The batches of the epoch to go on with; -1 with a reason. */
int trainer_plan(struct trainer *, struct why *);
/* The largest, the smallest and a random SubTransformer, or the only one. */
void trainer_validate(struct trainer *);
extern const struct journal_kind log_journal;
/* The log record "train": means since the last one. */
void trainer_log_means(struct trainer *, double lr);
/* Write the log record {"event":event,members}. */
void trainer_log(struct trainer *, const char *event, const char *members);
/* Die: what ("the loss is") is not finite. batch: of the epoch, from 1; 0: the
 * last one. */
_Noreturn void trainer_diverged(const struct trainer *, const char *what,
	long update, long batch);
/* Die if the weights are not finite: no file shall hold what training cannot
 * go on from. */
void trainer_check(const struct trainer *);
/* Where a signal is pending: save, say how to go on, die of it. */
void trainer_interrupted(struct trainer *);
/* What must be the same when a training is resumed; caller frees. To be called
 * before the weights change. */
char *checkpoint_config(const struct trainer *);
void checkpoint_save(struct trainer *);
/* 1 if there was one, 0 if not; dies if it is of another training or holds
 * what no training has. */
int checkpoint_load(struct trainer *);
/* Dies if the epoch's plan has no batch where a checkpoint goes on. */
void checkpoint_fits(const struct trainer *);

#endif
