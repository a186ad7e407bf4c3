/* training-batches - what a training's updates are made of.
 * stdin: pairs.  stdout: of each update {"arch","src":[[ids]],"tgt":[[ids]],
 * "tokens": of the target, "gflop": of all matrix products, counted from the
 * shapes: forward, and twice as much backward}. */
#include <stdio.h>
#include "arch/space_rec.h"
#include "model/profile.h"
#include "rec/out.h"
#include "train/trainer.h"

static void
put_side(struct buf *b, const char *key, const int *ids, const size_t *at,
	const int *which, int n)
{
	member_key(b, key);
	for (int i = 0; i < n; i++) {
		buf_str(b, i ? ",[" : "[[");
		for (size_t k = at[which[i]]; k < at[which[i] + 1]; k++)
			buf_printf(b, k > at[which[i]] ? ",%d" : "%d", ids[k]);
		buf_str(b, "]");
	}
	buf_str(b, "]");
}

static void
put_update(const struct arch *arch, const struct task *t,
	const struct pairs *p, const int *which, int n)
{
	struct buf b = { 0 };
	double gflop = 0;
	long tokens = 0;

	for (int i = 0; i < n; i++) {
		struct profile one = arch_profile(arch, t, pairs_src_len(p,
			which[i]), pairs_tgt_len(p, which[i]));
		gflop += 3e-9 * (one.flops + one.flops_output);
		tokens += pairs_tgt_len(p, which[i]);
	}
	member_key(&b, "arch");
	arch_print(&b, arch);
	put_side(&b, "src", p->src, p->src_at, which, n);
	put_side(&b, "tgt", p->tgt, p->tgt_at, which, n);
	member_int(&b, "tokens", tokens);
	member_num(&b, "gflop", gflop);
	printf("{%s}\n", b.data);
	buf_free(&b);
}

int
main(int argc, char **argv)
{
	long from = 0, updates = 20, max_tokens = 4096, seed = 1;
	const char *space_path = NULL, *arch_path = NULL;
	struct task_opts vocab = TASK_OPTS;
	struct weights w = { 0 };
	struct train_opts o = TRAIN_OPTS;
	struct arch arch[SUBS_MAX];
	struct pairs p = { 0 };
	struct plan plan = { 0 };
	struct in in;
	struct why why;
	const struct opt opts[] = {
		OPT_TEXT(0, "space", &space_path, "FILE", "space record"),
		OPT_TEXT(0, "arch", &arch_path, "FILE", "or arch record"),
		OPT_LONG(0, "from", &from, 0, LONG_MAX, "updates to skip"),
		OPT_LONG(0, "updates", &updates, 1, LONG_MAX, "updates"),
		OPT_LONG(0, "max-tokens", &max_tokens, 1, 1 << 24,
			"as in training"),
		OPT_VOCAB(&vocab),
		OPT_SEED(&seed),
		OPT_END
	};
	opt_parse(argc, argv, "(--space|--arch) FILE <pairs.jsonl",
		"What a training's updates are made of.", opts);

	struct task t = task_opts_get(&vocab), own;
	o.seed = seed;
	if (space_path) {
		w.is_super = 1;
		space_load(&w.space, &own, space_path);
	} else
		arch_load(&w.params.shape, &own, arch_path);
	in_open(&in, NULL);
	pairs_read(&p, &in, t.src_vocab, t.tgt_vocab, 0, 0, 0);
	in_close(&in);
	/* epochs as the training has them, one after another */
	long u = 0;
	for (long epoch = 0; u < from + updates; epoch++) {
		if (plan_make(&plan, &p, max_tokens, 0, (uint64_t)seed, epoch,
		    &why))
			die("stdin: %s", why.text);
		for (int i = 0; i < plan.batches && u < from + updates;
		    i++, u++) {
			if (u < from)
				continue;
			train_archs(arch, &w, &o, u);
			put_update(arch, &t, &p, plan.order + plan.begin[i],
				plan.begin[i + 1] - plan.begin[i]);
		}
	}
	pairs_free(&p);
	plan_free(&plan);
	return out_end();
}
