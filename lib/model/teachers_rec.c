#include <stdlib.h>
#include "base/mem.h"
#include "base/memleft.h"
#include "pass_room.h"
#include "teachers_rec.h"
#include "words_rec.h"

struct member {
	const char *path;
	struct weights w;
	struct view view;
	struct pass pass;       /* num is shared */
	struct arena arena;
	float *positions[STACKS];
};

struct teachers {
	struct member *at;
	size_t n;
	struct num num;
	struct outputs *outputs;   /* [n] */
	float *scratch;
	int longest;            /* sentence that the positions reach */
};

/* The words of a teacher are those of the first one. */
static void
check_member(const struct teachers *t, const struct member *m)
{
	const struct member *first = &t->at[0];
	const struct task *a = &first->w.params.task, *b = &m->w.params.task;

	if (a->src_vocab != b->src_vocab || a->tgt_vocab != b->tgt_vocab)
		die("%s: %d source and %d target words, but %s has %d and %d: "
			"teachers must have the same dictionaries", m->path,
			b->src_vocab, b->tgt_vocab, first->path, a->src_vocab,
			a->tgt_vocab);
	words_same(&first->w.src_dict, &m->w.src_dict, m->path, "source");
	words_same(&first->w.tgt_dict, &m->w.tgt_dict, m->path, "target");
}

/* The words of a file are those of a teacher with so many. */
static void
check_file(const char *file, const struct blob *ours,
	const struct blob *theirs, int vocab, const char *path,
	const char *side)
{
	struct dict d = words_of(ours, file);

	words_same(ours, theirs, path, side);
	if (dict_size(&d) != vocab)
		die("%s: %d %s words, but %s has %d", path, vocab, side, file,
			dict_size(&d));
	dict_free(&d);
}

static void
check_files(const struct member *m, const char *src, const char *tgt)
{
	const struct task *t = &m->w.params.task;
	struct blob ours = blob_load(src, TEXT);   /* once: it may be a pipe */

	check_file(src, &ours, &m->w.src_dict, t->src_vocab, m->path,
		"source");
	if (tgt) {
		free(ours.bytes);
		ours = blob_load(tgt, TEXT);
	}
	check_file(tgt ? tgt : src, &ours, &m->w.tgt_dict, t->tgt_vocab,
		m->path, "target");
	free(ours.bytes);
}

struct teachers *
teachers_open(const char *const *paths, size_t n, const char *src_dict,
	const char *tgt_dict, int threads, const struct kernels *k)
{
	struct teachers *t = xcalloc(1, sizeof *t);
	struct why why;

	t->n = n;
	t->at = xcalloc(n, sizeof *t->at);
	t->outputs = xcalloc(n, sizeof *t->outputs);
	if (num_open(&t->num, threads, DTYPE_FP32, k, &why))
		die("%s", why.text);
	for (size_t i = 0; i < n; i++) {
		struct member *m = &t->at[i];
		const struct params *p = &m->w.params;
		m->path = paths[i];
		weights_load(&m->w, paths[i]);
		view_make(&m->view, p, p->w, &p->shape);
		m->pass.num = t->num;
		check_member(t, m);
	}
	if (src_dict)
		check_files(&t->at[0], src_dict, tgt_dict);
	t->scratch = xaligned(nn_likeliest_scratch(
		teachers_task(t)->tgt_vocab) * sizeof *t->scratch);
	return t;
}

const struct task *
teachers_task(const struct teachers *t)
{
	return &t->at[0].w.params.task;
}

/* Positions for sentences of up to len tokens. */
static void
reach(struct teachers *t, int len)
{
	if (len <= t->longest)
		return;
	t->longest = len;
	for (size_t i = 0; i < t->n; i++) {
		struct member *m = &t->at[i];
		free(m->positions[ENCODER]);
		free(m->positions[DECODER]);
		pass_positions(&m->pass, m->positions, &m->w.params.task, len);
	}
}

/* Lay the pass of a batch out, in more memory where it needs more. */
static void
lay_out(struct member *m, const struct batch *b)
{
	struct arena count = { 0 }, *a = &m->arena;
	struct why why;

	pass_layout(&m->pass, &count, &m->view, b->src_tokens, b->tgt_tokens,
		b->max_src, b->max_tgt, KEEP_NOTHING);
	if (count.used > a->size) {
		free(a->base);
		if (mem_lacks((double)count.used, &why))
			die("%s: a batch of %d target tokens %s: lower "
				"--max-tokens", m->path, b->tgt_tokens,
				why.text);
		*a = (struct arena){ xaligned(count.used), count.used, 0, 0 };
	}
	a->used = 0;
	pass_layout(&m->pass, a, &m->view, b->src_tokens, b->tgt_tokens,
		b->max_src, b->max_tgt, KEEP_NOTHING);
}

void
teachers_ask(struct teachers *t, const struct batch *b, float temperature,
	int k, int *ids, float *p)
{
	reach(t, b->max_src > b->max_tgt ? b->max_src : b->max_tgt);
	for (size_t i = 0; i < t->n; i++) {
		struct member *m = &t->at[i];
		lay_out(m, b);
		t->outputs[i] = pass_outputs(&m->pass, &m->view, b);
	}
	nn_likeliest(&t->num, b->tgt_tokens, teachers_task(t)->tgt_vocab,
		t->outputs, (int)t->n, temperature, k, ids, p, t->scratch);
	for (int i = 0; i < b->tgt_tokens; i++)
		if (!(p[i * k] > 0))
			die("%s: the weights are not finite", t->at[0].path);
}

void
teachers_close(struct teachers *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct member *m = &t->at[i];
		weights_free(&m->w);
		free(m->arena.base);
		free(m->positions[ENCODER]);
		free(m->positions[DECODER]);
	}
	num_free(&t->num);
	free(t->at);
	free(t->outputs);
	free(t->scratch);
	free(t);
}
