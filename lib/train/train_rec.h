/* train_rec.h - the training loop that train-super and train-sub share.
 *
 * They differ only in which slice a step takes: a random SubTransformer of
 * the space, or all of the weights. Option names are fairseq's. */
#ifndef TRAIN_REC_H
#define TRAIN_REC_H

#include "arch_rec.h"
#include "eval_rec.h"
#include "isa_rec.h"
#include "journal.h"

struct train_opts {
	long max_update, max_epoch, max_tokens, max_sentences, update_freq;
	long warmup_updates, patience;
	long log_interval, validate_interval, save_interval;
	long keep_last_epochs, valid_sentences;
	long seed, threads;
	double lr, min_lr, warmup_init_lr;
	double dropout, attention_dropout, activation_dropout;
	double label_smoothing, clip_norm, weight_decay;
	double beta1, beta2, eps;
	const char *schedule;                  /* inverse_sqrt, cosine */
	const char *dtype;                     /* of products: fp32, bf16 */
	const char *isa;                       /* of kernels; NULL: the best */
	const char *output, *resume, *valid, *src_dict, *tgt_dict;
	int share, checkpoint_activations, quiet;
	int inherits;                          /* starts from other weights */
	struct task_opts *vocab;
};

#define TRAIN_OPTS { .max_update = 40000, .max_epoch = LONG_MAX, \
	.max_tokens = 4096, .update_freq = 1, .warmup_updates = 4000, \
	.log_interval = 100, .save_interval = 1000, .seed = 1, .threads = 0, \
	.lr = 5e-4, .warmup_init_lr = 1e-7, .dropout = 0.3, \
	.label_smoothing = 0.1, .weight_decay = 1e-4, .beta1 = 0.9, \
	.beta2 = 0.98, .eps = 1e-8, .schedule = "inverse_sqrt", \
	.dtype = "fp32" }

#define OPT_TRAIN(t) \
	OPT_OUTPUT('o', "output", &(t)->output, \
		"weights to write; -: stdout, the log on stderr"), \
	OPT_JOURNAL(&(t)->resume, \
		"journal of the log; go on from FILE and the checkpoint " \
		"OUTPUT.checkpoint"), \
	OPT_TEXT(0, "valid", &(t)->valid, "FILE", "validation pairs"), \
	OPT_TEXT(0, "src-dict", &(t)->src_dict, "FILE", \
		"source dictionary, stored in the weights"), \
	OPT_TEXT(0, "tgt-dict", &(t)->tgt_dict, "FILE", \
		"target dictionary [that of the source]"), \
	OPT_FLAG(0, "share-all-embeddings", &(t)->share, \
		"one table for source, target and output"), \
	OPT_LONG(0, "max-update", &(t)->max_update, 1, LONG_MAX, "updates"), \
	OPT_LONG(0, "max-epoch", &(t)->max_epoch, 1, LONG_MAX, "epochs"), \
	OPT_LONG(0, "max-tokens", &(t)->max_tokens, 1, 1 << 24, \
		"longest side x sentences of a batch"), \
	OPT_LONG(0, "max-sentences", &(t)->max_sentences, 0, 1 << 24, \
		"sentences of a batch, 0: any number"), \
	OPT_LONG(0, "update-freq", &(t)->update_freq, 1, 1 << 20, \
		"batches an update"), \
	OPT_REAL(0, "lr", &(t)->lr, 0, 1e3, "highest learning rate"), \
	OPT_REAL(0, "min-lr", &(t)->min_lr, 0, 1e3, \
		"learning rate at the end of cosine"), \
	OPT_CHOICE(0, "lr-scheduler", &(t)->schedule, "inverse_sqrt|cosine", \
		"learning rate after the warm-up"), \
	OPT_LONG(0, "warmup-updates", &(t)->warmup_updates, 0, LONG_MAX, \
		"updates of linear warm-up"), \
	OPT_REAL(0, "warmup-init-lr", &(t)->warmup_init_lr, 0, 1e3, \
		"learning rate of the first update"), \
	OPT_REAL(0, "dropout", &(t)->dropout, 0, 0.99, \
		"dropout at the super width"), \
	OPT_REAL(0, "attention-dropout", &(t)->attention_dropout, 0, 0.99, \
		"dropout of attention probabilities"), \
	OPT_REAL(0, "activation-dropout", &(t)->activation_dropout, 0, 0.99, \
		"dropout inside the FFN, at the super width"), \
	OPT_REAL(0, "label-smoothing", &(t)->label_smoothing, 0, 0.99, \
		"label smoothing"), \
	OPT_REAL(0, "clip-norm", &(t)->clip_norm, 0, HUGE_VAL, \
		"largest gradient norm, 0: any"), \
	OPT_REAL(0, "weight-decay", &(t)->weight_decay, 0, 1e3, \
		"decoupled weight decay"), \
	OPT_REAL(0, "adam-beta1", &(t)->beta1, 0, 0.999999, "Adam's beta 1"), \
	OPT_REAL(0, "adam-beta2", &(t)->beta2, 0, 0.999999, "Adam's beta 2"), \
	OPT_REAL(0, "adam-eps", &(t)->eps, 0, 1, "Adam's epsilon"), \
	OPT_LONG(0, "log-interval", &(t)->log_interval, 1, LONG_MAX, \
		"updates between log records"), \
	OPT_LONG(0, "validate-interval-updates", &(t)->validate_interval, 0, \
		LONG_MAX, "updates between validations, 0: each epoch"), \
	OPT_LONG(0, "valid-sentences", &(t)->valid_sentences, 0, LONG_MAX, \
		"validate on so many pairs, 0: all"), \
	OPT_LONG(0, "patience", &(t)->patience, 0, LONG_MAX, \
		"stop after so many validations without a better one, 0: never"), \
	OPT_LONG(0, "save-interval-updates", &(t)->save_interval, 1, \
		LONG_MAX, "updates between checkpoints (with --resume)"), \
	OPT_LONG(0, "keep-last-epochs", &(t)->keep_last_epochs, 0, 1000, \
		"keep the weights of so many epochs, to average"), \
	OPT_CHOICE(0, "dtype", &(t)->dtype, "fp32|bf16", \
		"products of matrices; bf16: what they multiply is rounded, " \
		"sums and weights are not"), \
	OPT_FLAG(0, "checkpoint-activations", &(t)->checkpoint_activations, \
		"form activations again in the backward pass: less memory, " \
		"more time, the same weights"), \
	OPT_VOCAB((t)->vocab), \
	OPT_SEED(&(t)->seed), \
	OPT_THREADS(&(t)->threads), \
	OPT_ISA(&(t)->isa), \
	OPT_QUIET(&(t)->quiet)

/* Dictionaries and task from the options into w; dies where they disagree
 * with each other or with own: the task of the file from. */
void train_task(const struct train_opts *, struct weights *,
	const struct task *own, const char *from, int encoder_embed,
	int decoder_embed);
/* The SubTransformer that an update takes; of a model of its own, it. */
void train_arch(struct arch *, const struct weights *w, long seed,
	long update);
/* Train w, which is laid out, and initialised here where it has no weights
 * yet, so that none are made before it is known that there is memory for all
 * of the training; on stdin's pairs, write --output. Log records go to
 * stdout. */
void train_run(const struct train_opts *, struct weights *w);

#endif
