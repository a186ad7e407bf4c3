/* A training from its options to its file: what it reads, takes and names. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "base/memleft.h"
#include "base/path.h"
#include "base/sig.h"
#include "base/threads.h"
#include "rec/in.h"
#include "rec/out.h"
#include "trainer.h"

/* What soft targets the pairs have, and where options ask for some that are
 * not there. */
static void
tell_soft(const struct trainer *t)
{
	const struct train_opts *o = t->o;
	const struct soft *s = &t->pairs.soft;

	if (s->most && !o->quiet)
		warn("%ld of %d pairs have \"soft\": at most %d words a "
			"token, weight %g, temperature %g", s->pairs,
			t->pairs.n, s->most, (double)t->soft.weight,
			(double)t->soft.temperature);
	int idle = !isnan(o->distill_weight) &&
		!strcmp(o->inplace_distill, "none");
	if (!s->most && (idle || !isnan(o->distill_temperature)))
		warn("%s: no pair has \"soft\" (soft-label adds it): "
			"--distill-%s changes nothing", t->pairs_name,
			idle ? "weight" : "temperature");
}

static void
read_pairs(struct trainer *t, int *src, int *tgt)
{
	const struct task *task = &t->w->params.task;
	struct in in;

	t->pairs_name = "pairs";
	if (t->peers.rank) {
		together_pairs(t, &t->pairs);
		pairs_longest(&t->pairs, src, tgt);
		return;
	}
	in_open_list(&in, t->o->pairs.at, t->o->pairs.n, t->o->quiet ? NULL :
		"pairs");
	t->pairs_name = in_all_names(&in);
	pairs_read(&t->pairs, &in, task->src_vocab, task->tgt_vocab,
		t->o->max_tokens, 0, 1);
	in_close(&in);
	if (!t->pairs.n)
		die("%s: no pairs", t->pairs_name);
	tell_soft(t);
	together_pairs(t, &t->pairs);
	pairs_longest(&t->pairs, src, tgt);
}

static void
read_valid(struct trainer *t)
{
	if (!t->o->valid)
		return;
	if (!t->peers.rank)
		validation_read(&t->valid, t->o->valid, &t->w->params.task,
			t->o->max_tokens, t->o->valid_sentences);
	together_pairs(t, &t->valid.pairs);
}

/* What the training will take that it has not yet; says how much. */
static double
count_memory(struct trainer *t, int fewest, int src, int tgt)
{
	const struct params *p = &t->w->params;
	const struct train_opts *o = t->o;
	double block = (double)params_bytes(p), valid = 0;
	int longest = src > tgt ? src : tgt;

	t->keep = o->checkpoint_activations ? KEEP_SUMS : KEEP_ALL;
	t->arena.size = pass_bytes(&t->pass, p, fewest, o->max_tokens, src,
		tgt, t->keep);
	double batch = (double)t->arena.size + (double)pass_tables_bytes(
		&p->task, longest, o->max_tokens) + (double)(batch_soft_ints(
		&t->pairs, o->max_tokens) * sizeof *t->ints);
	if (o->valid)
		valid = (double)validation_open(&t->valid, o->valid, p, fewest,
			o->max_tokens, t->pass.num.threads, DTYPE_FP32,
			t->pass.num.k, o->label_smoothing, 0);
	if (!o->quiet)
		warn("%.1f M parameters; memory: weights, gradients and Adam "
			"%.0f MB, a batch of %ld tokens %.0f MB, validation "
			"%.0f MB", (double)p->count / 1e6, 4 * block / 1e6,
			o->max_tokens, batch / 1e6, valid / 1e6);
	return (p->w ? 3 : 4) * block + (double)books_bytes(p) + batch +
		valid + (double)trainer_teaching_bytes(t);
}

/* The codebooks that are trained in place of weights, if there are any. */
static void
open_books(struct trainer *t)
{
	struct params *p = &t->w->params;
	size_t weights = 0;

	books_init(&t->books, p, t->o->floats);
	if (!t->books.matrices)
		return;
	if (t->books.floats)
		books_spread(&t->books, &t->pass.num, p);
	for (int i = 0; i < p->n; i++)
		weights += param_coded(p, i) ? p->param[i].count : 0;
	if (!t->o->quiet)
		warn("%d matrices in codebooks: %zu numbers are trained in "
			"place of %zu weights%s", t->books.matrices,
			t->books.count, weights, t->books.floats ? ", and "
			"which of them a weight is" : "");
}

/* All memory of the training; says how much before it is taken. */
static void
allocate(struct trainer *t, int src, int tgt)
{
	struct params *p = &t->w->params;
	int fewest = fewest_heads(t->w->is_super ? &t->w->space : NULL,
		&p->shape);
	double want = count_memory(t, fewest, src, tgt);
	struct why why;

	if (mem_lacks(want, &why))
		die("this training %s: lower --max-tokens%s", why.text,
			t->keep == KEEP_ALL ?
			" or take --checkpoint-activations" : "");
	if (!p->w) {
		params_alloc(p);
		params_init(p, (uint64_t)t->o->seed);
		if (!strcmp(t->o->init, "depth-scaled"))
			params_init_deep(p);
	}
	open_books(t);
	trainer_alloc(t, src > tgt ? src : tgt);
	if (t->o->valid)
		validation_alloc(&t->valid, &p->task);
}

/* The plan of the epoch to go on with, and what was logged up to the
 * checkpoint printed, if there is one. */
static void
resume(struct trainer *t)
{
	struct why why;

	int first = !t->peers.rank, saved;
	if (first) {
		journal_open(&t->journal, t->o->resume, &log_journal);
		if (t->o->resume)
			checkpoint_load(t);
		log_check(t);
	}
	together_resume(t);
	saved = t->last_saved >= 0;
	if (trainer_plan(t, &why))
		die("%s: %s", t->pairs_name, why.text);
	if (saved)
		checkpoint_fits(t);
	if (!first)
		return;
	log_replay(t);
	trainer_prune(t);
	if (saved && !t->o->quiet)
		warn("going on after update %ld", t->s.update);
}

static char *
checkpoint_name(const char *output)
{
	struct buf b = { 0 };

	buf_printf(&b, "%s.checkpoint", output);
	return b.data;
}

static int
is_checkpoint(const char *file, const void *output)
{
	char *name = checkpoint_name(output);
	int is = path_same(file, name);

	free(name);
	return is;
}

/* Options that would change nothing. */
static void
check_idle(const struct train_opts *o)
{
	opt_wants(!!o->valid, "patience", "--valid");
	opt_wants(!!o->valid, "valid-sentences", "--valid");
	opt_wants(!!o->valid, "validate-interval-updates", "--valid");
	opt_wants(!strcmp(o->schedule, "cosine"), "min-lr",
		"--lr-scheduler cosine");
	if (o->min_lr > o->lr)
		die_usage("--min-lr %g is above --lr %g", o->min_lr, o->lr);
}

void
train_check(const struct train_opts *o, const struct opt *opts)
{
	const char *file, *option;

	if (!o->output)
		die_usage("--output is missing");
	check_idle(o);
	if ((file = opt_find_file(opts, is_checkpoint, o->output, &option)))
		die_usage("%s%s: %s is the checkpoint of --output",
			option ? "--" : "", option ? option : "input", file);
	if (o->keep_last_epochs && (file = opt_find_file(opts, epoch_is,
	    o->output, &option)))
		die_usage("%s%s: --keep-last-epochs removes %s, an epoch of "
			"--output: rename it", option ? "--" : "",
			option ? option : "input", file);
}

/* A checkpoint lies beside the output, if that is a file. out: NULL where
 * another rank writes it. */
static void
name_checkpoint(struct trainer *t, const struct out *out)
{
	const struct train_opts *o = t->o;

	if (out && !out_is_file(out)) {
		if (o->resume || o->keep_last_epochs)
			die_usage("--%s wants a file as --output, not %s",
				o->resume ? "resume" : "keep-last-epochs",
				o->output);
		return;
	}
	t->checkpoint = checkpoint_name(o->output);
}

static void
log_saved(struct trainer *t)
{
	const char *output = t->o->output;
	struct buf b = { 0 };
	struct rusage use;

	member_string(&b, "file", output);
	member_num(&b, "seconds", seconds_now() - t->start);
	member_num(&b, "core_seconds", seconds_cpu() - t->start_cpu +
		t->others_cpu);
	getrusage(RUSAGE_SELF, &use);
	member_num(&b, "peak_mb", (double)use.ru_maxrss * 1024 / 1e6);
	member_string(&b, "kernels", t->kernels);
	trainer_log(t, "save", b.data);
	buf_free(&b);
}

/* Rank 0 reads, writes and tells; all train. An update is of update_freq
 * batches of each. */
static void
join_peers(struct trainer *t, struct train_opts *o)
{
	struct why why;

	t->peers = (struct peers){ .unheard = trainer_unheard, .arg = t };
	if (peers_join(&t->peers, &why))
		die("%s", why.text);
	o->update_freq *= t->peers.n;
	if (o->split_batches && o->update_freq < train_subs(o))
		die_usage("--split-batches: %ld SubTransformers share %ld "
			"batches of an update out: want a larger --update-freq",
			train_subs(o), o->update_freq);
	if (t->peers.rank)
		o->quiet = 1;
	else if (t->peers.n > 1 && !o->quiet)
		warn("%d ranks; %ld batches an update", t->peers.n,
			o->update_freq);
}

static void
finish(struct trainer *t, struct out *out)
{
	progress_end(&t->progress);
	trainer_check(t);
	if (!t->peers.rank) {
		weights_write(t->w, out);
		out_commit(out);
		log_saved(t);
	}
	peers_leave(&t->peers);
	journal_close(&t->journal);
	if (t->o->valid)
		validation_close(&t->valid);
	trainer_free(t);
}

void
train_run(const struct train_opts *given, struct weights *w)
{
	struct train_opts own = *given;
	const struct train_opts *o = &own;
	struct trainer t = { .o = o, .w = w, .last_saved = -1,
		.soft = train_teacher(o), .largest = super_teacher(o),
		.s = { .best = INFINITY } };
	struct why why;
	struct out out;
	int src, tgt;

	join_peers(&t, &own);
	w->label_smoothing = o->label_smoothing;
	/* open, and so locked, until it is written: a second training of the
	 * same file is refused */
	if (!t.peers.rank)
		out_open(&out, o->output);
	name_checkpoint(&t, t.peers.rank ? NULL : &out);
	if (o->keep_last_epochs && !t.peers.rank)
		epochs_find(&t.epochs, o->output);
	enum dtype products = dtype_named(o->dtype);
	if (num_open(&t.pass.num, threads_get(o->threads, num_room(products),
	    o->quiet), products, isa_get(o->isa), &why))
		die("%s", why.text);
	if (num_blas_slow(&t.pass.num))
		warn("%s: training will be slow", num_blas_slow(&t.pass.num));
	t.kernels = num_kernels(&t.pass.num);
	if (!o->quiet)
		warn("kernels %s; %d thread%s; products in %s", t.kernels,
			t.pass.num.threads, t.pass.num.threads > 1 ? "s" : "",
			o->dtype);
	read_pairs(&t, &src, &tgt);
	read_valid(&t);
	allocate(&t, src, tgt);
	t.config = config_text(&t);
	together_check(&t);
	resume(&t);
	sig_defer();
	progress_start(&t.progress, "updates", o->max_update < LONG_MAX ?
		(double)o->max_update : 0, o->quiet);
	progress_from(&t.progress, (double)t.s.update);
	t.logged_at = t.saved_at = seconds_now();
	t.start = t.logged_at - t.s.seconds;
	t.start_cpu = seconds_cpu() - (t.peers.rank ? 0 : t.s.core_seconds);
	if (trainer_loop(&t, &why))
		die("%s: %s", t.pairs_name, why.text);
	finish(&t, &out);
}
