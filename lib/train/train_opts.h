/* train_opts.h - the options of a training: one row each, of which its field,
 * default, parsing, help and part in the training's identity come. */
#ifndef TRAIN_OPTS_H
#define TRAIN_OPTS_H

#include <math.h>
#include "arch/arch_rec.h"
#include "model/isa_rec.h"

/* Whether a training that goes on from a checkpoint may have another value.
 * FIXED: no; the option's name. AGREED: yes, but all ranks must have the same.
 * KNOWN: config_text sees to it itself. */
#define MAY_CHANGE   ID_FREE, NULL
#define AGREED(name) ID_AGREED, name
#define KNOWN        ID_KNOWN, NULL
#define FIXED(name)  ID_FIXED, name

/* What soft targets are learnt with where no option says otherwise; NAN in the
 * table, so that one that was given is known. */
#define DISTILL_WEIGHT      0.9
#define DISTILL_TEMPERATURE 1
#define TRAIN_TEXT_(x) #x
#define TRAIN_TEXT(x) TRAIN_TEXT_(x)

/* ROW(type, field, default, identity, option); t: pointer to the options.
 * Names are fairseq's. */
#define TRAIN_ROWS(ROW, t) \
	ROW(const char *, output, NULL, MAY_CHANGE, \
		OPT_OUTPUT('o', "output", &(t)->output, \
			"weights to write; -: stdout, the log on stderr")) \
	ROW(const char *, resume, NULL, MAY_CHANGE, \
		OPT_JOURNAL(&(t)->resume, \
			"journal of the log; go on from FILE and the " \
			"checkpoint " \
			"OUTPUT.checkpoint")) \
	ROW(const char *, valid, NULL, MAY_CHANGE, \
		OPT_TEXT(0, "valid", &(t)->valid, "FILE", "validation pairs")) \
	ROW(const char *, src_dict, NULL, KNOWN, \
		OPT_TEXT(0, "src-dict", &(t)->src_dict, "FILE", \
			"source dictionary, stored in the weights")) \
	ROW(const char *, tgt_dict, NULL, KNOWN, \
		OPT_TEXT(0, "tgt-dict", &(t)->tgt_dict, "FILE", \
			"target dictionary [that of the source]")) \
	ROW(const char *, spm, NULL, MAY_CHANGE, \
		OPT_TEXT(0, "spm", &(t)->spm, "FILE", \
			"SentencePiece model that cut the text, stored in " \
			"the weights: translate --text takes plain text " \
			"then")) \
	ROW(int, share, 0, KNOWN, \
		OPT_FLAG(0, "share-all-embeddings", &(t)->share, \
			"one table for source, target and output")) \
	ROW(long, max_update, 40000, AGREED("max-update"), \
		OPT_LONG(0, "max-update", &(t)->max_update, 1, LONG_MAX, \
			"updates")) \
	ROW(long, max_epoch, LONG_MAX, AGREED("max-epoch"), \
		OPT_LONG(0, "max-epoch", &(t)->max_epoch, 1, LONG_MAX, \
			"epochs")) \
	ROW(long, max_tokens, 4096, FIXED("max-tokens"), \
		OPT_LONG(0, "max-tokens", &(t)->max_tokens, 1, 1 << 24, \
			"longest side x sentences of a batch")) \
	ROW(long, max_sentences, 0, FIXED("max-sentences"), \
		OPT_LONG(0, "max-sentences", &(t)->max_sentences, 0, 1 << 24, \
			"sentences of a batch, 0: any number")) \
	ROW(long, update_freq, 1, FIXED("update-freq"), \
		OPT_LONG(0, "update-freq", &(t)->update_freq, 1, 1 << 20, \
			"batches an update, of each rank")) \
	ROW(double, lr, 5e-4, FIXED("lr"), \
		OPT_REAL(0, "lr", &(t)->lr, 0, 1e3, "highest learning rate")) \
	ROW(double, min_lr, 0, FIXED("min-lr"), \
		OPT_REAL(0, "min-lr", &(t)->min_lr, 0, 1e3, \
			"learning rate at the end, with cosine")) \
	ROW(const char *, schedule, "inverse_sqrt", FIXED("lr-scheduler"), \
		OPT_CHOICE(0, "lr-scheduler", &(t)->schedule, \
			"inverse_sqrt|cosine", \
			"learning rate after the warm-up")) \
	ROW(long, warmup_updates, 4000, FIXED("warmup-updates"), \
		OPT_LONG(0, "warmup-updates", &(t)->warmup_updates, 0, \
			LONG_MAX, \
			"updates of linear warm-up")) \
	ROW(double, warmup_init_lr, 1e-7, FIXED("warmup-init-lr"), \
		OPT_REAL(0, "warmup-init-lr", &(t)->warmup_init_lr, 0, 1e3, \
			"learning rate of the first update")) \
	ROW(double, dropout, 0.3, FIXED("dropout"), \
		OPT_REAL(0, "dropout", &(t)->dropout, 0, 0.99, \
			"dropout, at the supernet's width; narrower layers " \
			"get less in proportion")) \
	ROW(double, attention_dropout, 0, FIXED("attention-dropout"), \
		OPT_REAL(0, "attention-dropout", &(t)->attention_dropout, 0, \
			0.99, \
			"dropout of attention probabilities")) \
	ROW(double, activation_dropout, 0, FIXED("activation-dropout"), \
		OPT_REAL(0, "activation-dropout", &(t)->activation_dropout, 0, \
			0.99, \
			"dropout inside the FFN, likewise")) \
	ROW(double, label_smoothing, 0.1, FIXED("label-smoothing"), \
		OPT_REAL(0, "label-smoothing", &(t)->label_smoothing, 0, 0.99, \
			"label smoothing")) \
	ROW(double, distill_weight, NAN, KNOWN, \
		OPT_REAL(0, "distill-weight", &(t)->distill_weight, 0, 1, \
			"share of the loss that the pairs' \"soft\" have, " \
			"the targets have the rest [" \
			TRAIN_TEXT(DISTILL_WEIGHT) "]")) \
	ROW(double, distill_temperature, NAN, KNOWN, \
		OPT_REAL(0, "distill-temperature", \
			&(t)->distill_temperature, 0.01, 100, \
			"temperature of \"soft\": soft-label's " \
			"--temperature [" \
			TRAIN_TEXT(DISTILL_TEMPERATURE) "]")) \
	ROW(double, clip_norm, 0, FIXED("clip-norm"), \
		OPT_REAL(0, "clip-norm", &(t)->clip_norm, 0, HUGE_VAL, \
			"largest gradient norm, 0: any")) \
	ROW(double, weight_decay, 1e-4, FIXED("weight-decay"), \
		OPT_REAL(0, "weight-decay", &(t)->weight_decay, 0, 1e3, \
			"decoupled weight decay")) \
	ROW(double, beta1, 0.9, FIXED("adam-beta1"), \
		OPT_REAL(0, "adam-beta1", &(t)->beta1, 0, 0.999999, \
			"Adam's beta 1")) \
	ROW(double, beta2, 0.98, FIXED("adam-beta2"), \
		OPT_REAL(0, "adam-beta2", &(t)->beta2, 0, 0.999999, \
			"Adam's beta 2")) \
	ROW(double, eps, 1e-8, FIXED("adam-eps"), \
		OPT_REAL(0, "adam-eps", &(t)->eps, 1e-20, 1, \
			"Adam's epsilon")) \
	ROW(long, log_interval, 100, MAY_CHANGE, \
		OPT_LONG(0, "log-interval", &(t)->log_interval, 1, LONG_MAX, \
			"updates between log records")) \
	ROW(long, validate_interval, 0, AGREED("validate-interval-updates"), \
		OPT_LONG(0, "validate-interval-updates", \
			&(t)->validate_interval, 0, \
			LONG_MAX, \
			"updates between validations, 0: each epoch")) \
	ROW(long, valid_sentences, 0, MAY_CHANGE, \
		OPT_LONG(0, "valid-sentences", &(t)->valid_sentences, 0, \
			LONG_MAX, \
			"validate on so many pairs, 0: all")) \
	ROW(long, patience, 0, AGREED("patience"), \
		OPT_LONG(0, "patience", &(t)->patience, 0, LONG_MAX, \
			"stop after so many validations without a better " \
			"one, 0: never")) \
	ROW(long, save_interval, 1000, AGREED("save-interval-updates"), \
		OPT_LONG(0, "save-interval-updates", &(t)->save_interval, 1, \
			LONG_MAX, \
			"updates between checkpoints (with --resume)")) \
	ROW(double, save_seconds, 300, MAY_CHANGE, \
		OPT_REAL(0, "save-interval-seconds", &(t)->save_seconds, 0, \
			1e9, "and at the latest after so many seconds; 0: " \
			"only by updates")) \
	ROW(long, keep_last_epochs, 0, MAY_CHANGE, \
		OPT_LONG(0, "keep-last-epochs", &(t)->keep_last_epochs, 0, \
			1000, \
			"keep the weights of so many epochs, to average; one " \
			"that is cut short is the last")) \
	ROW(const char *, dtype, "fp32", FIXED("dtype"), \
		OPT_PRODUCTS(&(t)->dtype)) \
	ROW(const char *, reduce_dtype, "fp32", FIXED("reduce-dtype"), \
		OPT_CHOICE(0, "reduce-dtype", &(t)->reduce_dtype, \
			"fp32|bf16", "gradients as ranks send them (mpirun)")) \
	ROW(const char *, init, "hat", FIXED("init"), \
		OPT_CHOICE(0, "init", &(t)->init, "hat|depth-scaled", \
			"how matrices begin that begin at random: as HAT's, " \
			"Xavier's; depth-scaled: over the root of the " \
			"layer's number")) \
	ROW(int, checkpoint_activations, 0, MAY_CHANGE, \
		OPT_FLAG(0, "checkpoint-activations", \
			&(t)->checkpoint_activations, \
			"compute activations again in the backward pass: " \
			"less memory, more time, the same weights")) \
	ROW(struct task_opts, vocab, TASK_OPTS, KNOWN, \
		OPT_VOCAB(&(t)->vocab)) \
	ROW(long, seed, 1, FIXED("seed"), \
		OPT_SEED(&(t)->seed)) \
	ROW(long, threads, 0, MAY_CHANGE, \
		OPT_THREADS(&(t)->threads)) \
	ROW(const char *, isa, NULL, MAY_CHANGE, \
		OPT_ISA(&(t)->isa)) \
	ROW(int, quiet, 0, MAY_CHANGE, \
		OPT_QUIET(&(t)->quiet)) \
	ROW(struct opt_list, pairs, { 0 }, MAY_CHANGE, \
		OPT_INPUTS(&(t)->pairs, INPUTS_MAX))

/* .. of a supernet alone. */
enum { SUBS_MAX = 64 };
#define SUPER_ROWS(ROW, t) \
	ROW(long, subs, 1, FIXED("subs"), \
		OPT_LONG(0, "subs", &(t)->subs, 1, SUBS_MAX, \
			"random SubTransformers an update; their gradients " \
			"are added")) \
	ROW(long, sandwich, 0, FIXED("sandwich"), \
		OPT_LONG(0, "sandwich", &(t)->sandwich, 0, SUBS_MAX, \
			"N SubTransformers an update: the largest, the " \
			"smallest, the others random; 0: --subs random ones")) \
	ROW(const char *, sample, "uniform", FIXED("sample"), \
		OPT_CHOICE(0, "sample", &(t)->sample, "uniform|larger", \
			"how random ones are drawn: each choice uniformly; " \
			"of two so drawn the one with more parameters")) \
	ROW(int, split_batches, 0, FIXED("split-batches"), \
		OPT_FLAG(0, "split-batches", &(t)->split_batches, \
			"the SubTransformers of an update share its " \
			"--update-freq batches out, one learns from each; " \
			"else each learns from all")) \
	ROW(const char *, inplace_distill, "none", FIXED("inplace-distill"), \
		OPT_CHOICE(0, "inplace-distill", &(t)->inplace_distill, \
			"none|kl|alpha", \
			"what the others of a sandwich learn: the targets; " \
			"what the largest expects, by KL or " \
			"alpha-divergence, in the share --distill-weight, " \
			"else alone"))

#define TRAIN_FIELD(type, field, value, id, ...) type field;
#define TRAIN_DEFAULT(type, field, value, id, ...) .field = value,
#define TRAIN_OPTION(type, field, value, id, ...) __VA_ARGS__,

struct train_opts {
	TRAIN_ROWS(TRAIN_FIELD, none)
	SUPER_ROWS(TRAIN_FIELD, none)
	int inherits;   /* starts from other weights */
	float *floats;  /* those that a model in codebooks was made of, a block
	                   as its own: they are trained; or NULL. Lent */
};

#define TRAIN_OPTS { TRAIN_ROWS(TRAIN_DEFAULT, none) \
	SUPER_ROWS(TRAIN_DEFAULT, none) }
/* Rows of a table of options, each with its comma. */
#define OPT_TRAIN(t) TRAIN_ROWS(TRAIN_OPTION, t)
#define OPT_SUPER(t) SUPER_ROWS(TRAIN_OPTION, t)

/* SubTransformers of an update. */
long train_subs(const struct train_opts *);

/* Weight and temperature of soft targets; the rest is for others to fill. */
struct teacher train_teacher(const struct train_opts *);

/* The largest of a sandwich as the others' teacher; weight 0: it is none. */
struct teacher super_teacher(const struct train_opts *);

/* Add the options that a training may not change to the members,
 * "max-tokens":4096,..; and those that all ranks must agree on. */
void train_fixed(struct buf *members, const struct train_opts *);
void train_agreed(struct buf *members, const struct train_opts *);
/* The default of one that may not change, else NULL; caller owns. */
json_t *train_default(const char *name);

#endif
