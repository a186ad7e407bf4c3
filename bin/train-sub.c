/* train-sub - train one SubTransformer: from scratch, from a supernet, or the
 * codebooks of one that is quantized.
 * stdin: pairs.  stdout: the log.  Writes weights that hold it only. */
#include <string.h>
#include "base/ranks.h"
#include "model/words_rec.h"
#include "rec/out.h"
#include "train/train_rec.h"
#include "train/train_task_rec.h"

/* Load the supernet; what the record does not say of the task is the
 * supernet's. */
static void
super_load(struct weights *super, const char *path, const struct arch *arch,
	struct task *own, struct train_opts *o)
{
	struct why why;

	weights_load(super, path);
	if (params_hold(&super->params, arch, &why) ||
	    task_agree(own, &super->params.task, &why))
		die("%s: %s", path, why.text);
	*own = super->params.task;
	o->inherits = 1;
}

/* Load a model in codebooks. */
static void
coded_load(struct weights *from, const char *path, struct arch *arch,
	struct task *own, struct train_opts *o)
{
	weights_load_as(from, path, BOTH);
	if (!from->params.coded)
		die("%s: has no codebooks: quantize makes them", path);
	if (from->is_super)
		die("%s: is a supernet, want one SubTransformer: train it "
			"(--inherit), then quantize it", path);
	*arch = from->params.shape;
	*own = from->params.task;
	o->inherits = 1;
}

/* The weights of from become w's, of a supernet the slice; so do its
 * dictionaries and its segmentation, where none were given. */
static void
inherit(struct weights *w, struct weights *from, const char *path,
	const struct arch *arch)
{
	struct weights slice = *from;
	struct why why;

	if (task_agree(&w->params.task, &from->params.task, &why))
		die("%s: %s", path, why.text);
	words_same(&w->src_dict, &from->src_dict, path, "source");
	words_same(&w->tgt_dict, &from->tgt_dict, path, "target");
	if (w->spm.bytes && from->spm.bytes && (w->spm.len != from->spm.len ||
	    memcmp(w->spm.bytes, from->spm.bytes, w->spm.len)))
		die("%s: another segmentation than that of --spm", path);
	if (from->params.coded)
		*from = (struct weights){ 0 };
	else
		weights_slice(&slice, from, arch);
	if (w->spm.bytes) {
		struct blob spm = w->spm;
		w->spm = slice.spm;
		slice.spm = spm;
	}
	if (w->src_dict.bytes) {
		struct blob src = w->src_dict, tgt = w->tgt_dict;
		w->src_dict = slice.src_dict;
		w->tgt_dict = slice.tgt_dict;
		slice.src_dict = src;
		slice.tgt_dict = tgt;
	}
	weights_free(w);
	*w = slice;
}

/* The floats of a model in codebooks. */
static float *
floats_load(struct weights *floats, const char *path, const struct weights *of,
	const char *coded_path)
{
	struct why why;

	weights_load(floats, path);
	if (task_agree(&floats->params.task, &of->params.task, &why))
		die("%s: %s", path, why.text);
	if (floats->is_super ||
	    !arch_equal(&floats->params.shape, &of->params.shape))
		die("%s: another architecture than that of %s", path,
			coded_path);
	words_same(&of->src_dict, &floats->src_dict, path, "source");
	words_same(&of->tgt_dict, &floats->tgt_dict, path, "target");
	return floats->params.w;
}

int
main(int argc, char **argv)
{
	struct train_opts o = TRAIN_OPTS;
	const char *arch_path = NULL, *super_path = NULL, *coded_path = NULL;
	const char *floats_path = NULL;
	const struct opt opts[] = {
		OPT_TEXT(0, "arch", &arch_path, "FILE", "arch record"),
		OPT_TEXT(0, "inherit", &super_path, "WEIGHTS",
			"start from this supernet's slice, not from scratch"),
		OPT_TEXT(0, "codebooks", &coded_path, "WEIGHTS",
			"train this model on, which quantize wrote: the "
			"numbers of its codebooks, in place of the weights "
			"that they stand for, and what is in none; without "
			"--arch"),
		OPT_TEXT(0, "floats", &floats_path, "WEIGHTS",
			"and with it these, which it was made of: indices are "
			"trained, too"),
		OPT_TRAIN(&o)
		OPT_END
	};
	ranks_divide();
	opt_parse(argc, argv, "--arch FILE -o FILE <pairs.jsonl >log.jsonl",
		"Train one SubTransformer.", opts);
	train_check(&o, opts);
	if (coded_path && (arch_path || super_path))
		die_usage("--codebooks trains the model of %s on: leave out "
			"--%s", coded_path, arch_path ? "arch" : "inherit");
	if (floats_path && !coded_path)
		die_usage("--floats %s: of which model in codebooks? Want "
			"--codebooks, too", floats_path);
	if (!coded_path && !arch_path)
		die_usage("--arch is missing");

	struct weights w = { 0 }, from = { 0 }, floats = { 0 };
	const char *from_path = coded_path ? coded_path : super_path;
	struct arch arch;
	struct task own;
	if (coded_path)
		coded_load(&from, coded_path, &arch, &own, &o);
	else
		arch_load(&arch, &own, arch_path);
	if (super_path)
		super_load(&from, super_path, &arch, &own, &o);
	train_task(&o, &w, &own, from_path ? from_path : arch_path,
		arch.encoder_embed_dim, arch.decoder_embed_dim);
	if (from_path) {
		inherit(&w, &from, from_path, &arch);
		weights_free(&from);
	} else {
		struct task task = w.params.task;
		params_layout(&w.params, &arch, &task);
	}
	if (floats_path)
		o.floats = floats_load(&floats, floats_path, &w, coded_path);
	train_run(&o, &w);
	weights_free(&w);
	weights_free(&floats);
	return out_end();
}
