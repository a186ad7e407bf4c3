/* trainer.h - the state of a training; not for other rooms. */
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

#endif
