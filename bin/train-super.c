/* train-super - train a weight-sharing SuperTransformer.
 * stdin: pairs.  stdout: the log.  Each update takes the slices of one or more
 * SubTransformers. Writes weights with the space inside. */
#include <string.h>
#include "arch/space_rec.h"
#include "base/ranks.h"
#include "rec/out.h"
#include "train/train_rec.h"
#include "train/train_task_rec.h"

int
main(int argc, char **argv)
{
	struct train_opts o = TRAIN_OPTS;
	const char *space_path = NULL;
	o.warmup_updates = 10000;
	const struct opt opts[] = {
		OPT_TEXT(0, "space", &space_path, "FILE", "space record"),
		OPT_SUPER(&o)
		OPT_TRAIN(&o)
		OPT_END
	};
	ranks_divide();
	opt_parse(argc, argv, "--space FILE -o FILE <pairs.jsonl >log.jsonl",
		"Train a supernet whose SubTransformers share weights.", opts);
	train_check(&o, opts);
	if (!space_path)
		die_usage("--space is missing");
	if (o.sandwich == 1)
		die_usage("--sandwich 1: want 2 or more: the largest and the "
			"smallest");
	if (o.sandwich && o.subs > 1)
		die_usage("--subs and --sandwich: want one of them");
	if (!o.sandwich && strcmp(o.inplace_distill, "none"))
		die_usage("--inplace-distill wants --sandwich, whose largest "
			"teaches the others");
	opt_idle(o.sandwich == 2, "sample", "no SubTransformer of --sandwich 2 "
		"is drawn");
	if (o.split_batches && strcmp(o.inplace_distill, "none"))
		die_usage("--split-batches and --inplace-distill: the largest "
			"teaches on batches of its own only");

	struct weights w = { .is_super = 1 };
	struct task own;
	space_load(&w.space, &own, space_path);
	struct arch largest = arch_largest(&w.space);
	train_task(&o, &w, &own, space_path, largest.encoder_embed_dim,
		largest.decoder_embed_dim);
	struct task task = w.params.task;
	params_layout_space(&w.params, &largest, &task, &w.space);
	train_run(&o, &w);
	weights_free(&w);
	return out_end();
}
