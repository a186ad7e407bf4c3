/* make-weights - a small model with random weights, for tests.
 * operands: the file, and "dict", "super", "nan" or "spm" (which no library
 * reads) for what it shall have,
 * "reversed" for another order of the tensors. */
#include <string.h>
#include "base/rng.h"
#include "model/weights_rec.h"

static int
has(int argc, char **argv, const char *word)
{
	for (int i = 2; i < argc; i++)
		if (!strcmp(argv[i], word))
			return 1;
	return 0;
}

static struct blob
make_dict(int vocab)
{
	struct buf b = { 0 };

	for (int i = 4; i < vocab; i++)
		buf_printf(&b, "w%d%s %d\n", i, i % 3 ? "" : "@@", 100 - i);
	return (struct blob){ b.data, b.len };
}

static struct space
make_space(void)
{
	struct space s = { .name = "small", .qkv_dim = 16 };
	static const int most[GENES_HAT] = { 24, 20, 4, 3, 32, 32, 4, 4, 4, 2 };

	for (int i = 0; i < GENES_HAT; i++)
		s.choice[i] = (struct choice){ 2, { most[i], i == GENE_ARBITRARY
			? -1 : most[i] / 2 } };
	return s;
}

static void
reverse(const char *path)
{
	struct tensors ts;

	tensors_load(&ts, path);
	for (size_t i = 0; i < ts.n / 2; i++) {
		struct tensor t = ts.at[i];
		ts.at[i] = ts.at[ts.n - 1 - i];
		ts.at[ts.n - 1 - i] = t;
	}
	tensors_save(path, ts.at, ts.n, ts.meta);
	tensors_free(&ts);
}

int
main(int argc, char **argv)
{
	enum { VOCAB = 40 };
	struct weights w = { .label_smoothing = SMOOTHING_DEFAULT,
		.space = make_space(),
		.is_super = has(argc, argv, "super") };
	struct task task = { VOCAB, VOCAB, 0, 24, 20 };
	struct arch shape = arch_largest(&w.space);
	struct rng r = rng_seed(1);

	params_layout_space(&w.params, &shape, &task, &w.space);
	params_alloc(&w.params);
	params_init(&w.params, 7);
	for (int i = 0; i < w.params.n; i++) {
		const struct param *t = &w.params.param[i];
		for (size_t k = 0; k < t->count; k++)
			w.params.w[t->at + k] += (float)(strstr(t->name,
				"output") ? 0.5 : 0.1) * (float)rng_normal(&r);
	}
	if (has(argc, argv, "nan"))
		for (size_t k = 0; k < w.params.count; k++)
			w.params.w[k] = NAN;
	if (has(argc, argv, "dict")) {
		w.src_dict = make_dict(VOCAB);
		w.tgt_dict = make_dict(VOCAB);
	}
	if (has(argc, argv, "spm"))
		w.spm = (struct blob){ xstrdup("none"), 4 };
	weights_save(&w, argv[1]);
	if (has(argc, argv, "reversed"))
		reverse(argv[1]);
	weights_free(&w);
	return 0;
}
