/* translate - translate sentences with a trained model.
 * stdin: pairs {"src":[ids],..}, or lines of segmented text with --text.
 * stdout: the same + "hyp","score","hyp_tokens", or lines of text. */
#include <stdlib.h>
#include <string.h>
#include "arch_rec.h"
#include "beam.h"
#include "dict.h"
#include "opt.h"
#include "out.h"
#include "pairs.h"
#include "progress.h"
#include "weights.h"

enum { WINDOW = 32 };   /* batches that are sorted by length together */

/* One sentence of the window. */
struct item {
	int *src, n;         /* owned; n 1: nothing but </s> */
	char *line;          /* the record; owned, NULL for text */
	size_t len;
	struct buf out;      /* what will be printed */
};

struct translator {
	struct weights w;
	struct packed_model model;
	struct decoder decoder;
	struct beam beam;
	struct beam_options o;
	struct dict dict[2];
	int has_dict[2], text;
	long batch, threads, nbest;
	const char *remove_bpe;
};

/* --- input --------------------------------------------------------------- */

/* The next sentence: 0 at the end. */
static int
read_item(struct translator *t, struct in *in, struct item *it)
{
	*it = (struct item){ 0 };
	if (t->text) {
		struct ids ids = { 0 };
		size_t len;
		const char *line = text_line(in, &len);
		if (!line)
			return 0;
		text_encode(&ids, &t->dict[0], line, len);
		it->src = ids.at;
		it->n = ids.n;
		return 1;
	}
	struct rec r = { 0 };
	if (!rec_get(in, &r))
		return 0;
	it->src = ids_read(in, &r, "src", t->w.params.task.src_vocab, &it->n);
	it->line = memcpy(xmalloc(r.len + 1), r.line, r.len + 1);
	it->len = r.len;
	rec_free(&r);
	return 1;
}

/* --- output -------------------------------------------------------------- */

static void
put_text(struct translator *t, struct buf *b, const struct hyp *h)
{
	if (t->has_dict[1]) {
		text_join(b, &t->dict[1], h->ids, h->n, t->remove_bpe);
		return;
	}
	buf_add(b, "", 0);
	for (int i = 0; i + 1 < h->n; i++)
		buf_printf(b, "%s%d", i ? " " : "", h->ids[i]);
}

static void
put_members(struct translator *t, struct buf *b, const struct hyp *h)
{
	struct buf text = { 0 };

	put_text(t, &text, h);
	member_text(b, "hyp", text.data, text.len);
	member_num(b, "score", (double)h->score);
	buf_clear(&text);
	for (int i = 0; i < h->n; i++)
		buf_printf(&text, "%s%d", i ? "," : "[", h->ids[i]);
	buf_str(&text, "]");
	member_raw(b, "hyp_tokens", text.data);
	buf_free(&text);
}

static void
write_item(struct translator *t, struct item *it, const struct hyp *h, int n)
{
	struct buf members = { 0 }, all = { 0 }, one = { 0 };

	if (t->text) {
		for (int i = 0; i < n; i++) {
			put_text(t, &it->out, &h[i]);
			buf_str(&it->out, "\n");
		}
		return;
	}
	put_members(t, &members, &h[0]);
	for (int i = 0; t->nbest > 1 && i < n; i++) {
		buf_clear(&one);
		put_members(t, &one, &h[i]);
		buf_printf(&all, "%s{%s}", i ? "," : "[", one.data);
	}
	if (t->nbest > 1) {
		buf_str(&all, "]");
		member_raw(&members, "nbest", all.data);
	}
	rec_merge(&it->out, it->line, it->len, members.data, NULL);
	buf_free(&members);
	buf_free(&all);
	buf_free(&one);
}

/* --- a window ------------------------------------------------------------ */

static int
grown(int have, int need)
{
	return need <= have ? have : need > have * 5 / 4 ? need : have * 5 / 4;
}

/* Make room for a batch, keeping what room there is. */
static void
make_room(struct translator *t, int sentences, int tokens, int longest)
{
	const struct room *have = &t->decoder.room;
	struct room r = beam_room(&t->o, sentences, tokens, longest);

	if (r.sentences <= have->sentences && r.steps <= have->steps &&
	    r.src_tokens <= have->src_tokens && r.max_src <= have->max_src)
		return;
	r.sentences = grown(have->sentences, r.sentences);
	r.src_tokens = grown(have->src_tokens, r.src_tokens);
	r.max_src = grown(have->max_src, r.max_src);
	r.steps = grown(have->steps, r.steps);
	beam_free(&t->beam);
	decoder_free(&t->decoder);
	decoder_init(&t->decoder, &t->model, (int)t->threads, &r);
	beam_init(&t->beam, &t->decoder, &t->o);
}

static void
translate_batch(struct translator *t, struct item **items, int n)
{
	int tokens = 0, longest = 0, *src, *at;

	for (int i = 0; i < n; i++) {
		tokens += items[i]->n;
		longest = items[i]->n > longest ? items[i]->n : longest;
	}
	src = xmalloc(sizeof *src * (size_t)tokens);
	at = xcalloc((size_t)n + 1, sizeof *at);
	for (int i = 0; i < n; i++) {
		memcpy(src + at[i], items[i]->src,
			sizeof *src * (size_t)items[i]->n);
		at[i + 1] = at[i] + items[i]->n;
	}
	make_room(t, n, tokens, longest);
	beam_search(&t->beam, src, at, n);
	for (int i = 0; i < n; i++) {
		int found;
		const struct hyp *h = beam_hyps(&t->beam, i, &found);
		if (!found)
			die("no hypothesis: the weights are not finite");
		write_item(t, items[i], h, found < t->nbest ? found :
			(int)t->nbest);
	}
	free(src);
	free(at);
}

/* Longest first: the room that is made then is enough for the rest. */
static int
by_length(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a;
	const struct item *y = *(struct item *const *)b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x > y) - (x < y);
}

static void
translate_window(struct translator *t, struct item *items, size_t n)
{
	struct item **order = xcalloc(n, sizeof *order);
	size_t some = 0;

	/* a line of text without words has no translation */
	for (size_t i = 0; i < n; i++)
		if (t->text && items[i].n == 1)
			for (long k = 0; k < t->nbest; k++)
				buf_str(&items[i].out, "\n");
		else
			order[some++] = &items[i];
	qsort(order, some, sizeof *order, by_length);
	for (size_t i = 0; i < some; i += (size_t)t->batch)
		translate_batch(t, order + i, (int)(some - i <
			(size_t)t->batch ? some - i : (size_t)t->batch));
	for (size_t i = 0; i < n; i++) {
		rec_put_line(items[i].out.data, items[i].out.len);
		buf_free(&items[i].out);
		free(items[i].src);
		free(items[i].line);
	}
	out_flush();
	free(order);
}

/* --- start --------------------------------------------------------------- */

static void
load_dict(struct translator *t, int side, const char *path)
{
	const struct text *text = side ? &t->w.tgt_dict : &t->w.src_dict;
	int vocab = side ? t->w.params.task.tgt_vocab :
		t->w.params.task.src_vocab;
	struct why why;

	if (!text->bytes)
		return;
	if (dict_parse(&t->dict[side], text->bytes, text->len, &why))
		die("%s: %s_dict: %s", path, side ? "tgt" : "src", why.text);
	if (dict_size(&t->dict[side]) > vocab)
		die("%s: %s_dict has %d symbols, the model %d", path,
			side ? "tgt" : "src", dict_size(&t->dict[side]), vocab);
	t->has_dict[side] = 1;
}

static void
load_model(struct translator *t, const char *path, const char *arch_path)
{
	struct arch arch;
	struct task task;
	struct view view;
	struct why why;

	weights_load(&t->w, path);
	load_dict(t, 0, path);
	load_dict(t, 1, path);
	arch = t->w.params.shape;
	if (arch_path) {
		arch_load(&arch, &task, arch_path);
		if (arch_fits(&arch, &t->w.params.shape, &why) ||
		    task_agree(&t->w.params.task, &task, &why))
			die("%s: does not fit %s: %s", arch_path, path,
				why.text);
	}
	view_make(&view, &t->w.params, t->w.params.w, &arch);
	packed_init(&t->model, &view, DTYPE_FP32, (int)t->threads);
}

int
main(int argc, char **argv)
{
	struct translator t = { .batch = 32, .threads = 1, .nbest = 1 };
	const char *weights = NULL, *arch = NULL, *dtype = "fp32";
	long beam = 5, max_b = 200, min_len = 1;
	double lenpen = 1, max_a = 1;
	int quiet = 0;
	const struct opt opts[] = {
		OPT_TEXT('w', "weights", &weights, "FILE",
			"the model (must be given)"),
		OPT_TEXT('a', "arch", &arch, "FILE",
			"a SubTransformer of it, with inherited weights"),
		OPT_FLAG('t', "text", &t.text,
			"lines of segmented text in, hypotheses only out"),
		OPT_LONG('b', "beam", &beam, 1, 1000, "beam; 1: greedy"),
		OPT_REAL(0, "lenpen", &lenpen, -100, 100,
			"divide scores by length^X, </s> counted"),
		OPT_LONG(0, "nbest", &t.nbest, 1, 1000,
			"hypotheses a sentence: \"nbest\":[{\"hyp\",..}], "
			"or so many lines"),
		OPT_REAL(0, "max-len-a", &max_a, 0, 1000,
			"at most A x source length + B words"),
		OPT_LONG(0, "max-len-b", &max_b, 0, 1 << 20, "B"),
		OPT_LONG(0, "min-len", &min_len, 0, 1 << 20,
			"at least so many words"),
		OPT_LONG(0, "batch", &t.batch, 1, 4096,
			"sentences at once; 1: each is answered at once"),
		OPT_TEXT(0, "remove-bpe", &t.remove_bpe, "MARK",
			"undo the segmentation: \"@@ \", sentencepiece"),
		OPT_CHOICE(0, "dtype", &dtype, "fp32", "type of the weights"),
		OPT_THREADS(&t.threads),
		OPT_QUIET(&quiet),
		OPT_END
	};
	opt_parse(argc, argv, "--weights FILE <pairs.jsonl >hyps.jsonl",
		"Translate sentences. Adds to each record \"hyp\", the text "
		"(the ids where the\nmodel has no dictionary), \"score\" and "
		"\"hyp_tokens\", the ids with </s>.", opts);
	if (!weights)
		die_usage("--weights must be given");
	if (t.nbest > beam)
		die_usage("--nbest %ld is more than --beam %ld", t.nbest, beam);
	t.o = (struct beam_options){ (int)beam, lenpen, max_a, (int)max_b,
		(int)min_len };
	load_model(&t, weights, arch);
	if (t.text && !(t.has_dict[0] && t.has_dict[1]))
		die("%s: no dictionary inside, so no --text", weights);

	size_t window = t.batch > 1 ? (size_t)t.batch * WINDOW : 1, n = 0;
	struct item *items = xcalloc(window, sizeof *items);
	struct progress p;
	struct in in;
	double done = 0;
	in_open(&in, NULL);
	progress_start(&p, "sentences", 0, quiet);
	while (read_item(&t, &in, &items[n])) {
		if (++n < window)
			continue;
		translate_window(&t, items, n);
		progress_show(&p, done += (double)n, NULL);
		n = 0;
	}
	translate_window(&t, items, n);
	progress_end(&p);
	in_close(&in);
	free(items);
	beam_free(&t.beam);
	decoder_free(&t.decoder);
	packed_free(&t.model);
	for (int i = 0; i < 2; i++)
		if (t.has_dict[i])
			dict_free(&t.dict[i]);
	weights_free(&t.w);
	return out_end();
}
