/* train-sub - train one SubTransformer, from scratch or from a supernet.
 * stdin: pairs.  stdout: the log.  Writes weights that hold it only. */
#include <string.h>
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

/* The slice of the supernet's weights becomes w's, and its dictionaries and its
 * segmentation, where none were given. */
static void
inherit(struct weights *w, const struct weights *super, const char *path,
	const struct arch *arch)
{
	struct weights slice;
	struct why why;

	if (task_agree(&w->params.task, &super->params.task, &why))
		die("%s: %s", path, why.text);
	words_same(&w->src_dict, &super->src_dict, path, "source");
	words_same(&w->tgt_dict, &super->tgt_dict, path, "target");
	if (w->spm.bytes && super->spm.bytes && (w->spm.len != super->spm.len ||
	    memcmp(w->spm.bytes, super->spm.bytes, w->spm.len)))
		die("%s: another segmentation than that of --spm", path);
	weights_slice(&slice, super, arch);
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

int
main(int argc, char **argv)
{
	struct train_opts o = TRAIN_OPTS;
	const char *arch_path = NULL, *super_path = NULL;
	const struct opt opts[] = {
		OPT_TEXT(0, "arch", &arch_path, "FILE", "arch record"),
		OPT_TEXT(0, "inherit", &super_path, "WEIGHTS",
			"start from this supernet's slice, not from scratch"),
		OPT_TRAIN(&o)
		OPT_END
	};
	opt_parse(argc, argv, "--arch FILE -o FILE <pairs.jsonl >log.jsonl",
		"Train one SubTransformer.", opts);
	if (!arch_path)
		die_usage("--arch is missing");

	struct weights w = { 0 }, super = { 0 };
	struct arch arch;
	struct task own;
	arch_load(&arch, &own, arch_path);
	if (super_path)
		super_load(&super, super_path, &arch, &own, &o);
	train_task(&o, &w, &own, super_path ? super_path : arch_path,
		arch.encoder_embed_dim, arch.decoder_embed_dim);
	if (super_path) {
		inherit(&w, &super, super_path, &arch);
		weights_free(&super);
	} else {
		struct task task = w.params.task;
		params_layout(&w.params, &arch, &task);
	}
	train_run(&o, &w);
	weights_free(&w);
	return out_end();
}
