#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include "cpus.h"
#include "epochs.h"
#include "in.h"
#include "memleft.h"
#include "out.h"
#include "path.h"
#include "sig.h"
#include "trainer.h"

static const struct journal_kind log_journal = { "a training",
	"\"event\":", { { "event", MEMBER_TEXT }, { "step", MEMBER_COUNT },
	{ "epoch", MEMBER_COUNT } } };

/* To stdout; a reader that is gone is a signal, for trainer_interrupted. */
static void
log_line(const char *line, size_t len)
{
	if ((fwrite(line, 1, len, stdout) != len || fflush(stdout)) &&
	    !sig_pending())
		out_flush();
}

void
trainer_log(struct trainer *t, const char *event, const char *members)
{
	struct buf line = { 0 };

	/* the epoch under way, or the one that has just ended */
	buf_printf(&line, "{\"event\":\"%s\",\"step\":%ld,\"epoch\":%ld%s%s}\n",
		event, t->s.update, t->s.epoch + (t->s.batch > 0),
		*members ? "," : "", members);
	log_line(line.data, line.len);
	journal_add(&t->journal, line.data, line.len);
	t->s.lines++;
	buf_free(&line);
}

/* "train": means since the last one. */
static void
log_training(struct trainer *t, double lr)
{
	struct state *s = &t->s;
	double now = seconds_now(), tokens = (double)s->tokens;
	struct buf b = { 0 };

	member_num(&b, "loss", s->loss / tokens);
	member_num(&b, "nll", s->nll / tokens);
	member_num(&b, "ppl", exp(s->nll / tokens));
	member_num(&b, "lr", lr);
	member_num(&b, "gnorm", s->gnorm / (double)s->updates);
	member_int(&b, "tokens", s->tokens);
	member_int(&b, "tokens_per_s", (long)((double)t->logged_tokens /
		fmax(now - t->logged_at, 1e-9)));
	trainer_log(t, "train", b.data);
	buf_free(&b);
	s->loss = s->nll = s->gnorm = 0;
	s->tokens = s->updates = t->logged_tokens = 0;
	t->logged_at = now;
}

static double
validate_one(struct trainer *t, const char *which, const struct arch *arch)
{
	struct eval_result r = validation_run(&t->valid, &t->w->params, arch);
	struct buf b = { 0 };

	if (!isfinite(r.loss))
		trainer_diverged(t, "the validation loss is", t->s.update, 0);
	member_text(&b, "which", which, strlen(which));
	member_num(&b, "loss", r.loss);
	member_num(&b, "nll", r.nll);
	member_num(&b, "ppl", exp(r.nll));
	member_int(&b, "tokens", r.tokens);
	trainer_log(t, "valid", b.data);
	buf_free(&b);
	return r.loss;
}

/* The largest, the smallest and a random SubTransformer; or the only one. */
static void
validate(struct trainer *t)
{
	double before = seconds_now(), loss;

	if (!t->o->valid)
		return;
	if (t->w->is_super) {
		struct rng r = rng_stream((uint64_t)t->o->seed, RNG_VALID_ARCH,
			(uint64_t)t->s.update);
		struct arch a = arch_largest(&t->w->space);
		loss = validate_one(t, "largest", &a);
		a = arch_smallest(&t->w->space);
		validate_one(t, "smallest", &a);
		arch_sample(&a, &t->w->space, &r);
		validate_one(t, "random", &a);
	} else
		loss = validate_one(t, "sub", &t->w->params.shape);
	if (loss < t->s.best) {
		t->s.best = loss;
		t->s.bad_validations = 0;
	} else
		t->s.bad_validations++;
	t->logged_at += seconds_now() - before;   /* not training time */
}

static void
keep_epoch(struct trainer *t)
{
	long keep = t->o->keep_last_epochs, epoch = t->s.epoch;

	if (!keep)
		return;
	trainer_check(t);
	char *name = epoch_name(t->o->output, epoch);
	weights_save(t->w, name);
	free(name);
	epochs_prune(t->o->output, epoch - keep + 1, epoch);
}

/* The epochs of an earlier training, or of those after the checkpoint, must
 * not be averaged with the ones to come. */
static void
drop_epochs(const struct trainer *t)
{
	long keep = t->o->keep_last_epochs;

	if (keep)
		epochs_prune(t->o->output, t->s.epoch - keep + 1, t->s.epoch);
}

static void
update(struct trainer *t)
{
	char note[80];
	double lr = trainer_update(t);
	int due = t->s.update % t->o->log_interval == 0;

	if (due) {
		snprintf(note, sizeof note, "loss %.3f", t->s.loss /
			(double)t->s.tokens);
		log_training(t, lr);
	}
	progress_show(&t->progress, (double)t->s.update, due ? note : NULL);
}

static void
epoch_plan(struct trainer *t)
{
	struct why why;

	if (plan_make(&t->plan, &t->pairs, t->o->max_tokens,
	    t->o->max_sentences, (uint64_t)t->o->seed, t->s.epoch, &why))
		die("%s: %s", t->pairs_name, why.text);
}

static int
is_over(const struct trainer *t)
{
	return t->s.update >= t->o->max_update ||
		t->s.epoch >= t->o->max_epoch ||
		(t->o->patience && t->s.bad_validations >= t->o->patience);
}

/* A checkpoint is due. When it is written changes no weights. */
static int
to_save(const struct trainer *t)
{
	const struct train_opts *o = t->o;

	return o->resume && (t->s.update % o->save_interval == 0 ||
		is_over(t) || (o->save_seconds > 0 &&
		seconds_now() - t->saved_at >= o->save_seconds));
}

static void
loop(struct trainer *t)
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
			validate(t);
		if (ended && !is_over(t))
			epoch_plan(t);
		if (to_save(t)) {
			trainer_check(t);
			checkpoint_save(t);
		}
		trainer_interrupted(t);
	}
}

/* --- setting up ------------------------------------------------------------------ */

static void
read_pairs(struct trainer *t, int *src, int *tgt)
{
	const struct task *task = &t->w->params.task;
	struct in in;

	in_open_list(&in, t->o->pairs.at, t->o->pairs.n, t->o->quiet ? NULL :
		"pairs");
	t->pairs_name = in_all_names(&in);
	pairs_read(&t->pairs, &in, task->src_vocab, task->tgt_vocab, 0);
	in_close(&in);
	if (!t->pairs.n)
		die("%s: no pairs", t->pairs_name);
	pairs_longest(&t->pairs, src, tgt);
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
		&p->task, longest, o->max_tokens);
	if (o->valid)
		valid = (double)validation_open(&t->valid, o->valid, p, fewest,
			o->max_tokens, o->valid_sentences,
			t->pass.num.threads, t->pass.num.k,
			o->label_smoothing);
	if (!o->quiet)
		warn("%.1f M parameters; memory: weights, gradients and Adam "
			"%.0f MB, a batch of %ld tokens %.0f MB, validation "
			"%.0f MB", (double)p->count / 1e6, 4 * block / 1e6,
			o->max_tokens, batch / 1e6, valid / 1e6);
	return (p->w ? 3 : 4) * block + batch + valid;
}

/* All memory of the training; says how much before it is taken. */
static void
allocate(struct trainer *t, int src, int tgt)
{
	struct params *p = &t->w->params;
	int fewest = fewest_heads(t->w->is_super ? &t->w->space : NULL,
		&p->shape);
	double want = count_memory(t, fewest, src, tgt);
	size_t block = params_bytes(p);
	struct why why;

	if (mem_lacks(want, &why))
		die("this training %s: lower --max-tokens%s", why.text,
			t->keep == KEEP_ALL ?
			" or take --checkpoint-activations" : "");
	if (!p->w) {
		params_alloc(p);
		params_init(p, (uint64_t)t->o->seed);
	}
	t->grad = xaligned(block);
	t->m = xaligned(block);
	t->v = xaligned(block);
	t->steps = xcalloc((size_t)p->n, sizeof *t->steps);
	t->used = xcalloc((size_t)p->n, 1);
	t->ints = xcalloc(batch_ints(t->o->max_tokens), sizeof *t->ints);
	t->arena.base = xaligned(t->arena.size);
	pass_positions(&t->pass, t->positions, &p->task, src > tgt ? src : tgt);
	if (t->o->valid)
		validation_alloc(&t->valid, &p->task);
}

/* The plan of the epoch to go on with, and what was logged up to the
 * checkpoint printed, if there is one. */
static void
resume(struct trainer *t)
{
	const char *line;
	size_t len;
	long n = 0;

	journal_open(&t->journal, t->o->resume, &log_journal);
	int saved = t->o->resume && checkpoint_load(t);
	epoch_plan(t);
	if (!saved) {
		drop_epochs(t);
		journal_cut(&t->journal);
		return;
	}
	checkpoint_fits(t);
	for (; n < t->s.lines && (line = journal_next(&t->journal, &len)); n++) {
		rec_put_line(line, len);
		rec_put_line("\n", 1);
	}
	journal_cut(&t->journal);
	drop_epochs(t);
	if (n < t->s.lines)
		warn("%s: %ld of %ld log records are lost", t->o->resume,
			t->s.lines - n, t->s.lines);
	if (!t->o->quiet)
		warn("going on after update %ld", t->s.update);
}

static void
trainer_free(struct trainer *t)
{
	journal_close(&t->journal);
	if (t->o->valid)
		validation_close(&t->valid);
	pairs_free(&t->pairs);
	plan_free(&t->plan);
	free(t->grad);
	free(t->m);
	free(t->v);
	free(t->steps);
	free(t->used);
	free(t->ints);
	num_free(&t->pass.num);
	free(t->arena.base);
	free(t->positions[0]);
	free(t->positions[1]);
	free(t->checkpoint);
	free(t->config);
	free(t->kernels);
}

/* A checkpoint lies beside the output, if that is a file. */
static void
name_checkpoint(struct trainer *t, const struct out *out)
{
	const struct train_opts *o = t->o;
	struct buf b = { 0 };

	if (!out_is_file(out)) {
		if (o->resume || o->keep_last_epochs)
			die_usage("--%s wants a file as --output, not %s",
				o->resume ? "resume" : "keep-last-epochs",
				o->output);
		return;
	}
	buf_printf(&b, "%s.checkpoint", o->output);
	t->checkpoint = b.data;
	if (o->resume && path_same(o->resume, b.data))
		die_usage("--resume: %s is the checkpoint of --output",
			o->resume);
}

static void
name_kernels(struct trainer *t)
{
	struct buf b = { 0 };

	buf_str(&b, t->pass.num.k->name);
	if (t->pass.num.blas)
		buf_printf(&b, ", %s", num_blas(&t->pass.num));
	t->kernels = b.data;
}

int
train_run(const struct train_opts *o, struct weights *w)
{
	struct trainer t = { .o = o, .w = w, .last_saved = -1,
		.s = { .best = INFINITY } };
	struct buf b = { 0 };
	struct rusage use;
	struct out out;
	int src, tgt;

	if (!o->output)
		die_usage("--output is missing");
	/* open, and so locked, until it is written: a second training of the
	 * same file is refused */
	out_open(&out, o->output);
	w->label_smoothing = o->label_smoothing;
	name_checkpoint(&t, &out);
	t.pass.num = num_init(cpus_threads(o->threads), dtype_named(o->dtype),
		isa_get(o->isa));
	if (num_blas_slow(&t.pass.num))
		warn("%s: training will be slow", num_blas_slow(&t.pass.num));
	name_kernels(&t);
	if (!o->quiet)
		warn("kernels %s; %d thread%s; products in %s", t.kernels,
			t.pass.num.threads, t.pass.num.threads > 1 ? "s" : "",
			o->dtype);
	read_pairs(&t, &src, &tgt);
	allocate(&t, src, tgt);
	t.config = checkpoint_config(&t);
	resume(&t);
	sig_defer();
	progress_start(&t.progress, "updates", o->max_update < LONG_MAX ?
		(double)o->max_update : 0, o->quiet);
	progress_from(&t.progress, (double)t.s.update);
	t.logged_at = t.saved_at = seconds_now();
	t.start = t.logged_at - t.s.seconds;
	t.start_cpu = seconds_cpu() - t.s.core_seconds;
	loop(&t);
	progress_end(&t.progress);
	trainer_check(&t);
	weights_write(w, &out);
	out_commit(&out);
	member_text(&b, "file", o->output, strlen(o->output));
	member_num(&b, "seconds", seconds_now() - t.start);
	member_num(&b, "core_seconds", seconds_cpu() - t.start_cpu);
	getrusage(RUSAGE_SELF, &use);
	member_num(&b, "peak_mb", (double)use.ru_maxrss * 1024 / 1e6);
	member_text(&b, "kernels", t.kernels, strlen(t.kernels));
	trainer_log(&t, "save", b.data);
	buf_free(&b);
	trainer_free(&t);
	return 0;
}
