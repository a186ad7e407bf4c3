/* trainer.h - the state of a training, and what the files of this room do with
 * it; not for other rooms. */
#ifndef TRAINER_H
#define TRAINER_H

#include "books.h"
#include "peers.h"
#include "rec/progress.h"
#include "train_rec.h"

/* What each rank tells the others of an update. */
struct told {
	struct xent sum;
	double cpu;
	long tokens;
	int sig, to_save;
};

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
	struct teacher soft;       /* how the pairs' soft targets count */
	struct teacher largest;    /* --inplace-distill; weight 0: none */
	float *largest_out;        /* [max_tokens, width], its decoder's */
	float *grad, *m, *v;       /* blocks like the weights' */
	int64_t *steps;            /* Adam's, per tensor */
	struct books books;        /* what is trained of coded matrices */
	char *used, *uses;         /* by an update, by a SubTransformer */
	struct journal journal;
	struct epochs {
		long *at;
		size_t n;
	} epochs;                  /* whose weights lie beside the output */
	struct progress progress;
	char *checkpoint;          /* OUTPUT.checkpoint; NULL: output no file */
	char *config;              /* what must not change on resuming */
	char *kernels;             /* in use: with others last digits differ */
	long last_saved;           /* update of the last checkpoint, -1 none */
	double saved_at;           /* its time, or that of the start */

	struct peers peers;        /* who train this together */
	char *summed;              /* [tensors] of this update, by all */
	struct told *told;         /* [ranks] of this update */
	int stop;                  /* signal at which all stop, 0: none */
	int to_save;               /* rank 0's clock says so */
	double others_cpu;         /* core-seconds of the other ranks */
	/* seconds since the last log */
	double forward, backward, adam, mark;   /* mark: when the last ended */

	/* what a checkpoint holds beside the blocks */
	struct state {
		long update, epoch, batch;   /* batch: next one of the epoch */
		long lines;                  /* log records written */
		long bad_validations;
		long first_kept;             /* epoch since which each one's
		                              * weights were kept, 0: none */
		double best;                 /* validation loss */
		double loss, nll, gnorm;     /* sums since the last log */
		double taught;
		long tokens, updates;   /* tokens: of each SubTransformer */
		double seconds, core_seconds;  /* of all runs of it */
	} s;
	double logged_at;          /* seconds, for tokens/s */
	long logged_tokens;
	double start, start_cpu;   /* where s.seconds, .core_seconds were 0 */
};

/* What it works with, but the weights, once pairs, peers, pass.num and
 * arena.size are known; longest: tokens of a sentence. trainer_free, which
 * frees those, too. */
void trainer_alloc(struct trainer *, int longest);
void trainer_free(struct trainer *);
/* Of what the largest SubTransformer puts out, and its logits. */
size_t trainer_teaching_bytes(const struct trainer *);

/* --- the loop --- */

/* Until it is over. 0, or -1 with a reason where the pairs make no epoch. */
int trainer_loop(struct trainer *, struct why *);
/* Remove the weights of all epochs but the last ones, if of this training there
 * are some. */
void trainer_prune(struct trainer *);
/* A checkpoint, by rank 0; the others wait for it. */
void trainer_save(struct trainer *);
/* The batches of the epoch to go on with; -1 with a reason. */
int trainer_plan(struct trainer *, struct why *);

/* --- one update --- */

/* The SubTransformers that an update takes, in a sandwich the largest and the
 * smallest first; of a model of its own, it. Returns how many. */
int train_archs(struct arch[SUBS_MAX], const struct weights *,
	const struct train_opts *, long update);
/* One update: from batch s.batch on, up to update_freq batches. Returns the
 * learning rate. */
double trainer_update(struct trainer *);

/* --- learning rates, as fairseq's --- */

/* The rate of the update after `done` updates. */
double schedule_lr(const struct train_opts *, long done);

/* --- validation --- */

/* The largest, the smallest and a random SubTransformer, or the only one. */
void trainer_validate(struct trainer *);

/* --- several ranks --- */

/* Each runs its batches, the sums of all gradients are everybody's. Alone,
 * nothing is summed. */

/* Of the epoch's batches: this rank's [from, to) and the first of the next
 * update. */
struct my_batches {
	long from, to, end;
};
struct my_batches together_begin(struct trainer *);
/* The batch that follows is this rank's last one of the update: gradients are
 * summed from now on, each layer's when it is complete. */
void together_last(struct trainer *);
/* Gradients, losses and tokens are those of all ranks; whether to stop or to
 * save is agreed. */
void together_end(struct trainer *, const struct arch *, struct xent *,
	long *tokens);

/* Of a validation each has run its part: all have all. */
void together_validate(struct trainer *);

/* Rank 0's pairs become everybody's. */
void together_pairs(struct trainer *, struct pairs *);
/* Do all train the same, with the same kernels? Dies if not. */
void together_check(struct trainer *);
/* Rank 0's weights, Adam's sums and state become everybody's. */
void together_resume(struct trainer *);
/* Rank 0 has validated or saved: its state is everybody's. */
void together_state(struct trainer *);

/* --- records, to stdout and the journal --- */

extern const struct journal_kind log_journal;
/* Dies unless the journal is of this training, as its first line or, where it
 * is of an older version and has none, the checkpoint says. */
void log_check(struct trainer *);
/* Print what was logged up to the checkpoint, if there is one, and forget the
 * rest. A new journal has its first line then. */
void log_replay(struct trainer *);
/* The log record "train": means since the last one. */
void trainer_log_means(struct trainer *, double lr);
/* Write the log record {"event":event,members}. */
void trainer_log(struct trainer *, const char *event, const char *members);

/* --- what must not change --- */

/* What must be the same when a training is resumed, and of all ranks, in JSON;
 * caller frees. To be called before the weights change. */
char *config_text(const struct trainer *);
/* Append in what another differs: --lr 0.1 there, 0.2 here; .. An option that
 * it does not name had its default. */
void config_tell(struct buf *, const json_t *there, const char *here);

/* --- what it needs to go on, in a file --- */

void checkpoint_save(struct trainer *);   /* by rank 0 */
/* 1 if there was one, 0 if not; dies if it is of another training or holds
 * what no training has. */
int checkpoint_load(struct trainer *);
/* Dies if the epoch's plan has no batch where a checkpoint goes on. */
void checkpoint_fits(const struct trainer *);

/* --- the weights of the last epochs, beside the output --- */

/* For M.safetensors M.epoch1.safetensors and so on. They die with a reason. */
/* The file of an epoch; caller frees. */
char *epoch_name(const char *output, long epoch);
/* Is the file one that epochs_prune may remove? */
int epoch_is(const char *path, const void *output);
/* The epochs whose files are there, of whatever training. Dies where one is no
 * weights of a training. */
void epochs_find(struct epochs *, const char *output);
void epochs_save(struct epochs *, const struct weights *, const char *output,
	long epoch);
/* Remove the files of all these epochs but from .. to. */
void epochs_prune(struct epochs *, const char *output, long from, long to);

/* --- how it ends before its time --- */

/* Die: what ("the loss is") is not finite. batch: of the epoch, from 1; 0: the
 * last one. */
_Noreturn void trainer_diverged(const struct trainer *, const char *what,
	long update, long batch);
/* Die if the weights are not finite: no file shall hold what training cannot
 * go on from. */
void trainer_check(const struct trainer *);
/* See struct peers: of a trainer. */
void trainer_unheard(void *trainer, int sig, int give_up);
/* Where a signal is pending: save, say how to go on, die of it. */
void trainer_interrupted(struct trainer *);

#endif
